"""For a machine of the shop floor to follow its hub to another machine: central's signed word introduces the new key.

Nobody comes by when a hub is replaced. An answer that the known key did not sign makes the machine ask whoever answers
for central's word; only a word that central signed, about this store and under a higher term, changes whom it believes.
"""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import structlog

from sync.errors import ForeignAnswer, SyncError
from sync.http_client import Peer, Reply, Timeouts
from sync.hub_statement import HubStatement, is_genuine, read_statement, write_statement
from sync.signing import Signer, parse_public

FILE = "hub.statement"
"""In the machine's own folder: central's word that introduced the hub it believes now."""

ASK_EVERY_MS = 5_000
"""An impostor on the hub's address must not make a kiosk ask all the time."""

log = structlog.get_logger("edge.gateway.known_hub")


class KnownHub:
    """Whom this machine believes to be its hub. Shared by everything that speaks to the hub; safe between threads.

    `configured` is the key in its settings, term unknown. `central_public` None: no central to introduce another, so the
    configured key it stays. `introduced` asks whoever answers on the hub's address, unproven, for central's word.
    """

    def __init__(
        self,
        folder: Path,
        *,
        store: str,
        configured: bytes,
        central_public: bytes | None,
        introduced: Callable[[], HubStatement | None],
        monotonic_ms: Callable[[], int],
    ) -> None:
        self._file = folder / FILE
        self._store = store
        self._central_public = central_public
        self._introduced = introduced
        self._monotonic_ms = monotonic_ms
        self._lock = threading.Lock()
        self._asked_ms = -ASK_EVERY_MS
        self._public, self._term = configured, 0
        kept = read_statement(self._file)
        if kept is not None and self._is_news(kept):
            self._public, self._term = parse_public(kept.public_key), kept.term

    @property
    def public(self) -> bytes:
        """The 32 raw bytes of the key the hub's answers are signed with."""
        return self._public

    def follow(self, doubted: bytes) -> bool:
        """An answer did not fit the key `doubted`; gives whether another is believed now, so that asking again is worth it."""
        with self._lock:
            if self._public != doubted:
                return True  # another thread was introduced meanwhile
            if self._central_public is None or self._monotonic_ms() - self._asked_ms < ASK_EVERY_MS:
                return False
            self._asked_ms = self._monotonic_ms()
            said = self._introduced()
            if said is None or not self._is_news(said):
                return False
            write_statement(self._file, said)
            self._public, self._term = parse_public(said.public_key), said.term
        log.warning("hub was replaced", store=said.store, hub=said.node, term=said.term)
        return True

    def _is_news(self, said: HubStatement) -> bool:
        return (
            self._central_public is not None
            and said.store == self._store
            and said.term > self._term
            and is_genuine(said, self._central_public)
        )


class HubPeer(Peer):
    """The hub as a peer whose key may change: what it asks is asked once more when central introduced another."""

    def __init__(
        self, base_url: str, known: KnownHub, *, now_ms: Callable[[], int], signer: Signer, timeouts: Timeouts
    ) -> None:
        super().__init__(base_url, now_ms=now_ms, signer=signer, peer_public=known.public, timeouts=timeouts)
        self._known = known

    def request(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        wait_s: float = 0.0,
        media_type: str = "application/json",
        bearer: str | None = None,
    ) -> Reply:
        """See `Peer.request`."""
        ask = partial(super().request, method, target, body=body, wait_s=wait_s, media_type=media_type, bearer=bearer)
        believed = self._known.public
        self.believe(believed)
        try:
            return ask()
        except ForeignAnswer:
            if not self._known.follow(believed):
                raise
            self.believe(self._known.public)
            return ask()


def ask_for_introduction(unproven: Peer) -> HubStatement | None:
    """What whoever answers on the hub's address shows of central's word; None when it shows nothing that can be read."""
    try:
        reply = unproven.request("GET", "/v1/hub")
        return reply.read(HubStatement) if reply.status == 200 else None
    except SyncError:
        return None
