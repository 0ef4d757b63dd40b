"""The migrations, in order; a published one is never edited."""
