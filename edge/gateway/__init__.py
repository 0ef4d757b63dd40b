"""Talks to other nodes and other people's systems on behalf of the store: one module per counterpart."""
