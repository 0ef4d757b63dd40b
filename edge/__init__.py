"""The store: its rule book, its hub, and what wires every process together."""
