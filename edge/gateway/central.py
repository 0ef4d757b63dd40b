"""Asks central while somebody waits: who is this, what is in her cart. An absent central is a value, never an exception."""

from typing import TypeVar

import msgspec

from edge.domain.ids import is_id
from edge.domain.truth import CentralAway, CentralRefused, Identified
from sync.errors import BadWire, PeerRefusedUs, PeerUnreachable
from sync.http_client import Peer

T = TypeVar("T")


class _Proof(msgspec.Struct, frozen=True):
    u1: str


class CentralClient:
    """Central's on-demand routes. `peer` should have short timeouts: a shopper stands before the screen."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def identify(self, u1: str) -> Identified | CentralRefused | CentralAway:
        """Have central prove an app code of a shopper whose card is not here."""
        return self._ask("POST", "/v1/identify", Identified, msgspec.json.encode(_Proof(u1)))

    def shopper(self, identity: str) -> Identified | CentralRefused | CentralAway:
        """The card and the cart of somebody who was identified here, as they are now."""
        if not is_id(identity):
            return CentralRefused("unknown_shopper")
        return self._ask("GET", f"/v1/shoppers/{identity}/cart", Identified)

    def _ask(self, method: str, target: str, kind: type[T], body: bytes = b"") -> T | CentralRefused | CentralAway:
        try:
            reply = self._peer.request(method, target, body=body)
            return reply.read(kind) if reply.status == 200 else CentralRefused(reply.problem().reason)
        except (PeerUnreachable, PeerRefusedUs, BadWire):
            return CentralAway()
