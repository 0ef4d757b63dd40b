"""What a route of central's API is: one entry serves it, checks what comes in, and describes it in the OpenAPI document."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from central.app.central import Central
from central.app.find_order import ByToken
from edge.domain.errors import Refusal
from sync.signing import Caller


class Role(StrEnum):
    """Who may call."""

    hub = "hub"
    app = "app"
    operator = "operator"
    newcomer = "newcomer"
    """A machine that signs with the key its body asks to be known by."""
    guest = "guest"
    """Whoever holds the token of one order."""
    anyone = "anyone"


@dataclass(frozen=True)
class Call:
    """One request, checked by type: who calls, the parts of the path, the query and the body as the route declares them."""

    central: Central
    path: dict[str, str]
    query: Any
    body: Any
    caller: Caller | None
    token: ByToken | None

    @property
    def identity(self) -> str:
        """The identity an app speaks for; only routes of the role `app` ask."""
        assert self.caller is not None, "a route of the role app has a caller"
        assert self.caller.identity is not None, "an app's key names its identity"
        return self.caller.identity

    @property
    def who(self) -> Caller:
        """Who signed; only routes of a signing role ask."""
        assert self.caller is not None, "a route of a signing role has a caller"
        return self.caller

    @property
    def speaker(self) -> Caller:
        """Who signed; only routes of a role with a key ask."""
        assert self.caller is not None, "a route of a role with a key has a caller"
        return self.caller

    @property
    def store(self) -> str:
        """The store a hub speaks for; only routes of the role `hub` ask."""
        assert self.caller is not None, "a route of the role hub has a caller"
        assert self.caller.store is not None, "a hub's key names its store"
        return self.caller.store


Handler = Callable[[Call], msgspec.Struct | dict[str, Any] | Refusal]


@dataclass(frozen=True, kw_only=True)
class Route:
    """One way in."""

    method: str
    path: str
    role: Role
    summary: str
    answers: Any
    body: Any = None
    query: type[msgspec.Struct] | None = None
    owning: bool = False
    """Only the hub that has its store's place may ask; the query says its `term` and `epoch`."""
    handle: Handler
