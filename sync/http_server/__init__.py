"""The receiving half of the exchange over HTTP: who is calling, what was pushed, what changed."""

from sync.http_server.auth import Authenticator
from sync.http_server.problems import problem
from sync.http_server.views import Heard, SyncPorts, sync_blueprint

__all__ = ["Authenticator", "Heard", "SyncPorts", "problem", "sync_blueprint"]
