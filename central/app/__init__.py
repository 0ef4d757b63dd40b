"""What central does, one use case per file: the file's name says what happens."""

from central.app.build import build
from central.app.central import Central

__all__ = ["Central", "build"]
