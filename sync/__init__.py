"""Moves envelopes it cannot read between a node and its upstream, once, in order, whatever the line does."""
