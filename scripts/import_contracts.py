"""Hold the one-way street between the rooms with import-linter; the contracts are in .importlinter."""

import sys

from importlinter.cli import lint_imports

if __name__ == "__main__":
    sys.exit(lint_imports(no_cache=True, no_logo=True))
