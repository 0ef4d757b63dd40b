"""Wiring: one function per process builds it from its parts; nothing else in the project wires anything."""
