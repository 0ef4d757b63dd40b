"""A small world for the tests of the exchange: rows, a hub's file, a receiving peer over HTTP, and a line with faults."""
