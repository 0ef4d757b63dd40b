"""The phones in the drawer: who each belongs to, the key it signs with, and what it asks central."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from edge.domain.ids import Rng
from edge.passes import step_of, write_u1
from edge.passes.proof import STEP_MS
from sync.http_client import Peer, PeerRefusedUs, SyncError
from sync.signing import PrivateKey, Signer, load_or_make_key

T = TypeVar("T")


class PhoneSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the stand-in (`phone.toml`)."""

    store: str = "S001"
    """The store its shoppers collect at."""
    central_url: str = "http://127.0.0.1:8700"
    """Central's configured name; what requests are signed for."""
    host: str = "127.0.0.1"
    """Address the stand-in is served on."""
    port: int = 8702
    """Port the stand-in is served on."""
    insecure_lan: bool = False
    """Allow plain HTTP beyond loopback. Only for a closed test bench."""


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose phone it is."""

    key: str
    identity: str
    name: str
    locale: str


class CentralAway(msgspec.Struct, frozen=True):
    """No answer that may be believed; the page says so and asks again."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A no from central, with its reason."""

    reason: str = ""
    title: str = ""
    status: int = 0


@dataclass(frozen=True)
class Phone:
    """One shopper's phone."""

    owner: Owner
    secret: bytes
    peer: Peer

    def ask(self, method: str, path: str, kind: type[T], body: object = None) -> T | Said | CentralAway:
        """Ask central, signed as this shopper; an expected no and an absent central are values."""
        return ask(self.peer, method, path, kind, body)

    def code(self, now_ms: int) -> tuple[str, int]:
        """The text of "my QR" for this half minute, and how many milliseconds it still counts as the newest."""
        return write_u1(self.secret, self.owner.identity, step_of(now_ms)), STEP_MS - now_ms % STEP_MS


class Phones:
    """Every phone of the drawer, and the shop's web page for somebody without an account."""

    def __init__(self, folder: Path, settings: PhoneSettings, now_ms: Callable[[], int], rng: Rng) -> None:
        self.settings = settings
        self.now_ms = now_ms
        self.rng = rng
        self.guest = Peer(settings.central_url, now_ms=now_ms)
        self._by_key = {phone.owner.key: phone for phone in self._read(folder)}

    def _read(self, folder: Path) -> list[Phone]:
        found = []
        for path in sorted(folder.glob("*.json")):
            owner = msgspec.json.decode(path.read_bytes(), type=Owner)
            key = load_or_make_key(path.with_suffix(".key"), self.rng)
            signer = Signer(key, f"app:{owner.identity}", self.rng)
            peer = Peer(self.settings.central_url, now_ms=self.now_ms, signer=signer)
            found.append(Phone(owner, key.private_bytes_raw(), peer))
        return found

    def everyone(self) -> list[Owner]:
        """Whose phones there are."""
        return [phone.owner for phone in self._by_key.values()]

    def of(self, key: str | None) -> Phone | None:
        """One phone, or None."""
        return self._by_key.get(key or "")


def keep_phone(folder: Path, owner: Owner) -> None:
    """Put a phone into the drawer; its key is already there."""
    (folder / f"{owner.key}.json").write_bytes(msgspec.json.encode(owner))


def phone_key(folder: Path, key: str, rng: Rng) -> PrivateKey:
    """The private key of a phone, made on the first call."""
    folder.mkdir(parents=True, exist_ok=True)
    return load_or_make_key(folder / f"{key}.key", rng)


def ask(
    peer: Peer, method: str, path: str, kind: type[T], body: object = None, *, bearer: str | None = None
) -> T | Said | CentralAway:
    """Ask central; any answer that is no success is a `Said`, none at all a `CentralAway`."""
    data = b"" if body is None else msgspec.json.encode(body)
    try:
        reply = peer.request(method, path, body=data, bearer=bearer)
        return reply.read(kind) if 200 <= reply.status < 300 else reply.read(Said)
    except PeerRefusedUs as no:
        return Said(reason=no.reason, status=no.status)
    except SyncError:
        return CentralAway()


def query(**values: Any) -> str:
    """The query of an address, quoted."""
    return "?" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in values.items())
