"""The hub's day under a recorder, and what the disk may hold after a power cut at any moment of it."""
