"""Central over HTTP: one table of routes that serves, checks and describes itself, and the page of stores."""

from central.api.factory import create_app

__all__ = ["create_app"]
