"""A bad line by seeded dice: requests and answers are lost, doubled, cut short, or arrive long after newer ones."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from sync.errors import PeerBusy, PeerUnreachable
from sync.http_client import Reply
from sync.http_stream import Stream
from sync.signing import SKEW_S
from tests.exchange.streamed import streamed
from tests.sim.head_office import HeadOffice

T = TypeVar("T")

FATES = ("request lost", "answer lost", "answer cut", "twice", "late", "busy")
LATE_MS = (1_000, 20_000, 110_000)
"""What a proxy or a sleeping modem keeps in its hands; after two minutes the signature is too old to be taken."""

Asked = tuple[str, str, bytes]


class Line:
    """Speaks like `sync.http_client.Peer`. `trouble` is the share of requests that something happens to."""

    def __init__(self, office: HeadOffice, dice: random.Random) -> None:
        self._office, self._dice = office, dice
        self.trouble = 0.0
        self.cut = False
        self.asked = 0
        self.fates: dict[str, int] = {}
        self._kept: list[tuple[int, int, Asked]] = []  # due, made, what

    def request(
        self, method: str, target: str, *, body: bytes = b"", wait_s: float = 0.0, media_type: str = "application/json"
    ) -> Reply:
        """One request as the line is now; whatever is lost looks like a cut to the one who asked."""
        self.asked += 1
        if self.cut:
            raise PeerUnreachable("cut")
        self.deliver_late()
        asked = (method, self._shorter(target), body)
        fate = self._dice.choice(FATES) if self._dice.random() < self.trouble else "well"
        self.fates[fate] = self.fates.get(fate, 0) + 1
        if fate == "request lost":
            raise PeerUnreachable(fate)
        if fate == "busy":
            raise PeerBusy(fate, retry_after_s=5.0)
        if fate == "late":
            made_ms = self._office.clock.now_ms()
            self._kept.append((made_ms + self._dice.choice(LATE_MS), made_ms, asked))
            raise PeerUnreachable("timeout")
        reply = self._office.ask(*asked)
        if fate == "twice":
            reply = self._office.ask(*asked)
        assert reply.status < 500, reply.body
        if fate == "answer lost":
            raise PeerUnreachable(fate)
        if fate == "answer cut":
            short = reply.body[: self._dice.randrange(len(reply.body))]
            return Reply(status=reply.status, body=short, media_type=reply.media_type, signed=reply.signed)
        return reply

    def _shorter(self, target: str) -> str:
        """A page may always be shorter than it was asked to be."""
        return target.replace("limit=500", f"limit={self._dice.choice((1, 7, 500))}")

    def get(self, target: str, kind: type[T]) -> T:
        """GET a 200 of that type."""
        reply = self.request("GET", target)
        if reply.status != 200:
            raise PeerUnreachable(str(reply.status))
        return reply.read(kind)

    @contextmanager
    def streaming(self, target: str) -> Iterator[Stream | Reply]:
        """GET an answer that is read piece by piece."""
        yield streamed(self.request("GET", target))

    def deliver_late(self) -> None:
        """Requests that were held on the way arrive; nobody waits for their answers any more."""
        now_ms = self._office.clock.now_ms()
        due = [kept for kept in self._kept if kept[0] <= now_ms]
        self._kept = [kept for kept in self._kept if kept[0] > now_ms]
        for _, made_ms, asked in due:
            if now_ms - made_ms <= SKEW_S * 1000:
                self._office.ask(*asked, made_at_ms=made_ms)
