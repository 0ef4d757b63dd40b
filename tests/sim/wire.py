"""A line between the real hub and the real central that loses requests and answers, repeats them, or is cut, by dice."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sync import wire
from sync.errors import PeerRefusedUs, PeerUnreachable
from sync.http_client import Reply
from sync.http_stream import Stream
from tests.cast.office import Voice
from tests.exchange.streamed import streamed

T = TypeVar("T")


class LossyLine:
    """Speaks like `sync.http_client.Peer`. `trouble` is the share of requests something happens to; `cut` stops them all."""

    def __init__(self, voice: Callable[[], Voice], dice: random.Random) -> None:
        self._voice = voice
        self._dice = dice
        self.trouble = 0.2
        self.cut = False
        self.asked = 0
        self.lost = 0

    def request(
        self, method: str, target: str, *, body: bytes = b"", wait_s: float = 0.0, media_type: str = "application/json"
    ) -> Reply:
        """One request through the line as it is now; whatever is lost looks like a cut to the one who asked."""
        self.asked += 1
        if self.cut:
            raise PeerUnreachable("cut")
        fate = self._dice.choice(("request", "answer", "twice")) if self._dice.random() < self.trouble else "well"
        if fate == "request":
            self.lost += 1
            raise PeerUnreachable("the request was lost")
        reply = self._ask(method, target, body)
        if fate == "answer":
            self.lost += 1
            raise PeerUnreachable("the answer was lost")
        return self._ask(method, target, body) if fate == "twice" else reply

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

    def _ask(self, method: str, target: str, body: bytes) -> Reply:
        got = self._voice().ask(method, target, body or None)
        if got.status_code in (401, 403):
            raise PeerRefusedUs(got.status_code, got.get_data(as_text=True))
        if got.status_code >= 500:
            raise PeerUnreachable(str(got.status_code))
        raw = got.get_data()
        got.close()
        content = wire.unpack(raw) if got.headers.get("Content-Encoding") == "zstd" else raw
        return Reply(
            status=got.status_code, body=content, media_type=got.content_type.split(";", maxsplit=1)[0], signed=True
        )
