"""One figure per file: each measures itself and the raw limit in the same run, and prints JSON with both and the ratio."""
