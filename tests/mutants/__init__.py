"""Known-bad edits: each breaks a promise in one line, and the tests named for it must notice."""
