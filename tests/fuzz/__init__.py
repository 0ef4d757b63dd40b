"""For what a fuzzer may throw at the desk: one target per reader, each with the answer it must never get."""
