"""What the hub does for people: one use case per file, each named by its verb."""
