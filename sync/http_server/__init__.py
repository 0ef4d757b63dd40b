"""The receiving half of the exchange over HTTP: who is calling, what was pushed, what changed."""

from sync.http_server.auth import Authenticator
from sync.http_server.problems import problem
from sync.http_server.snapshot_view import Copies, snapshot_blueprint
from sync.http_server.views import Heard, PutAside, SyncPorts, TimeNow, Who, superseded, sync_blueprint

__all__ = [
    "Authenticator",
    "Copies",
    "Heard",
    "PutAside",
    "SyncPorts",
    "TimeNow",
    "Who",
    "problem",
    "snapshot_blueprint",
    "superseded",
    "sync_blueprint",
]
