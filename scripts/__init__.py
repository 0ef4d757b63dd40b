"""What the Makefile starts: setting up, checking, running the tests, edits that must be caught. Never shipped in the wheel."""
