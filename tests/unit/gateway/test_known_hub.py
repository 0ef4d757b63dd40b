"""A kiosk follows its hub to another machine because central signed the new key, and follows nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import json

from edge.app.standing import take_statement
from edge.gateway.hub import HubAway, HubClient, HubStatus
from edge.gateway.known_hub import ASK_EVERY_MS, FILE, HubPeer, KnownHub, ask_for_introduction
from sync.http_client import Peer, Timeouts
from sync.hub_statement import HubStatement, state
from sync.signing import Signer, public_bytes, public_text
from tests.cast.counter import STORE
from tests.cast.kiosk_site import HUB_KEY, KIOSK_KEY, KioskSite

CENTRAL, OLD, STRANGER = (Ed25519PrivateKey.from_private_bytes(letter * 32) for letter in (b"c", b"o", b"s"))


def word(
    key: Ed25519PrivateKey = HUB_KEY, *, term: int = 2, store: str = STORE, by: Ed25519PrivateKey = CENTRAL
) -> HubStatement:
    return state(by, store=store, node="H1", term=term, public_key=public_text(public_bytes(key)), stated_at_ms=1)


class Kiosk:
    """A kiosk whose settings name the hub before this one; what the hub on its address shows is up to the test."""

    def __init__(self, folder: Path, site: KioskSite, *, central: bool = True) -> None:
        self.shown: HubStatement | None = None
        self.asked = 0
        self.waited_ms = 0
        self.known = KnownHub(
            folder,
            store=STORE,
            configured=public_bytes(OLD),
            central_public=public_bytes(CENTRAL) if central else None,
            introduced=self._introduced,
            monotonic_ms=lambda: self.waited_ms,
        )
        signer = Signer(KIOSK_KEY, f"kiosk:{STORE}/K1", site.counter.rng)
        peer = HubPeer(site.line.url, self.known, now_ms=site.clock.now_ms, signer=signer, timeouts=Timeouts(1.0, 2.0))
        self.hub = HubClient(peer)

    def _introduced(self) -> HubStatement | None:
        self.asked += 1
        return self.shown


@pytest.fixture
def site(tmp_path: Path) -> Iterator[KioskSite]:
    (tmp_path / "hub").mkdir()
    site = KioskSite(tmp_path / "hub")
    yield site
    site.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kiosk").mkdir()
    return tmp_path / "kiosk"


def test_it_follows_central_s_word_and_remembers_it(site: KioskSite, folder: Path) -> None:
    kiosk = Kiosk(folder, site)
    kiosk.shown = word()
    assert isinstance(kiosk.hub.status(), HubStatus)
    again = Kiosk(folder, site)
    assert isinstance(again.hub.status(), HubStatus)
    assert again.asked == 0


@pytest.mark.parametrize(
    "shown",
    [
        None,
        word(by=STRANGER),
        word(STRANGER),
        word(store="S002"),
        HubStatement(
            store=STORE, node="H1", term=9, public_key=word().public_key, stated_at_ms=1, signature=word().signature
        ),
        HubStatement(store=STORE, node="H1", term=9, public_key="ed25519:x", stated_at_ms=1, signature="?"),
    ],
    ids=["none", "not-central", "another-key", "another-store", "lifted", "nonsense"],
)
def test_it_follows_nothing_else(site: KioskSite, folder: Path, shown: HubStatement | None) -> None:
    kiosk = Kiosk(folder, site)
    kiosk.shown = shown
    assert isinstance(kiosk.hub.status(), HubAway)


def test_a_word_older_than_the_one_it_holds_leads_nowhere(site: KioskSite, folder: Path) -> None:
    (folder / FILE).write_bytes(json.encode(word(STRANGER, term=5)))
    kiosk = Kiosk(folder, site)
    kiosk.shown = word(term=5)
    assert isinstance(kiosk.hub.status(), HubAway)
    kiosk.waited_ms += ASK_EVERY_MS
    kiosk.shown = word(term=6)
    assert isinstance(kiosk.hub.status(), HubStatus)


def test_a_kept_word_that_was_tampered_with_is_not_believed(site: KioskSite, folder: Path) -> None:
    (folder / FILE).write_bytes(json.encode(word(by=STRANGER)))
    assert Kiosk(folder, site).known.public == public_bytes(OLD)
    (folder / FILE).write_bytes(b"half a w")
    assert Kiosk(folder, site).known.public == public_bytes(OLD)


def test_an_impostor_is_not_asked_with_every_request(site: KioskSite, folder: Path) -> None:
    kiosk = Kiosk(folder, site)
    for _ in range(5):
        kiosk.hub.status()
    assert kiosk.asked == 1
    kiosk.waited_ms += ASK_EVERY_MS
    kiosk.hub.status()
    assert kiosk.asked == 2


def test_without_central_s_key_it_follows_nobody(site: KioskSite, folder: Path) -> None:
    kiosk = Kiosk(folder, site, central=False)
    kiosk.shown = word()
    assert isinstance(kiosk.hub.status(), HubAway)
    assert kiosk.asked == 0


def test_a_hub_shows_the_word_it_holds_to_anybody_and_says_so_when_it_has_none(site: KioskSite) -> None:
    unproven = Peer(site.line.url, now_ms=site.clock.now_ms)
    assert ask_for_introduction(unproven) is None
    assert unproven.request("GET", "/v1/hub").status == 404
    with site.hub.state.writing() as conn:
        take_statement(conn, word(), word().public_key)
    assert ask_for_introduction(unproven) == word()
