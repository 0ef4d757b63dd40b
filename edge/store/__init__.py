"""The hub's three files: rows in, domain objects out, no rules."""
