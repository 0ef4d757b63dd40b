"""The list of known-bad edits. Adding one: break a promise in the smallest way, name the test that must notice."""

from tests.mutants.edit import Edit

EDITS: tuple[Edit, ...] = ()
