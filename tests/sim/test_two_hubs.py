"""[hub_replaced, two_hubs_one_identity] at both ends in one process: two hubs, one place, one central, one clock."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.app import recovering
from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.hub import Hub, open_hub
from edge.app.keep_line import note_push_trouble
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.put_aside import hear_place, note_superseded
from edge.app.read_truth import read_truth
from edge.app.recover import Step, recover
from edge.app.stage_parcel import StageAsked, Staged, stage_parcel
from edge.app.standing import on_the_line, take_statement
from edge.app.tell_devices import tell_devices
from edge.domain.errors import Refusal
from edge.domain.ids import event_id
from edge.domain.pickup import Pickup
from edge.gateway.central import CentralClient
from edge.passes import write_label
from edge.store import devices, pickups
from sync.errors import SupersededHub
from sync.http_client import Peer
from sync.http_server import TimeNow
from sync.hub_statement import HubStatement
from sync.push import Pusher, push_round
from sync.signing import public_bytes, public_text
from tests.cast.office import STORE, Office, Voice, counting_rng
from tests.cast.pickups import SOAP
from tests.cast.place import place_of
from tests.sim.wire import LossyLine

KIM = "clerk:kim"
NEW_KEY = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
KIOSK_KEY = public_text(public_bytes(Ed25519PrivateKey.from_private_bytes(b"k" * 32)))


class HubBox:
    """One hub: its folder, its key, and one turn of its loops at a time."""

    def __init__(self, office: Office, folder: Path, voice: Voice, key: Ed25519PrivateKey) -> None:
        self._office = office
        self._line = LossyLine(lambda: voice, random.Random(1))
        self._line.trouble = 0.0
        self.folder = folder
        self._rng = counting_rng(folder.name)
        central = CentralClient(cast("Peer", self._line))
        self.hub: Hub = open_hub(
            folder,
            store=STORE,
            node="H1",
            clock=office.clock,
            rng=self._rng,
            central=central,
            public_key=public_text(public_bytes(key)),
        )

    def turn(self) -> None:
        """A beat, a push, a read, and two seconds pass."""
        hub, peer = self.hub, cast("Peer", self._line)
        tell_devices(hub)
        with hub.state.reading() as conn:
            standing = on_the_line(conn)
        hear_place(hub, self._line.get(f"/v1/time?owed=0,0,0{standing.query}", TimeNow).superseded)
        push_round(
            Pusher(
                db=hub.state,
                peer=peer,
                now_ms=hub.clock.now_ms,
                rng=hub.rng,
                on_incident=lambda tx, incident: note_push_trouble(hub, tx, incident),
                standing=on_the_line,
            )
        )
        with hub.state.reading() as conn:
            standing = on_the_line(conn)
        try:
            while recover(hub, peer, standing) is not Step.NOTHING:
                pass
            while getattr(read_truth(hub, peer, wait_s=0.0, standing=standing), "more", False):
                pass
        except SupersededHub as aside:
            note_superseded(hub, aside.why, aside.since_ms)
        self._office.clock.advance(2_000)

    def orders(self) -> list[Pickup]:
        """What its book holds."""
        with self.hub.state.reading() as conn:
            ids = [row[0] for row in conn.execute("SELECT order_id FROM pickups ORDER BY placed_at_ms, order_id")]
            return pickups.get_many(conn, ids)

    def serve(self, order_id: str) -> HandedOver | Refusal:
        """Pick, stage and hand over one order; the first no ends it."""
        hub = self.hub
        order = next(each for each in self.orders() if each.order_id == order_id)
        picks = tuple(
            Pick(event_id=self.press(), line=line.line, qty=line.to_pick_qty, gtin=line.gtin)
            for line in order.lines
            if line.to_pick_qty
        )
        picked = pick_line(hub, PicksAsked(order_id=order_id, picks=picks), KIM)
        if isinstance(picked, Refusal):
            return picked
        staged = stage_parcel(hub, StageAsked(event_id=self.press(), order_id=order_id, shelf="A-1"), KIM)
        assert isinstance(staged, Staged)
        shown = self._office.ada.must("GET", f"/v1/me/orders/{order_id}/pass")["pass"]
        label = write_label(order_id, 1, order.revision)
        asked = HandOverAsked(event_id=self.press(), pass_text=shown, labels=(label,))
        return hand_over(hub, asked, actor=KIM, desk="1")

    def press(self) -> str:
        """A fresh event_id."""
        return event_id(self._office.clock.now_ms(), self._rng)

    def close(self) -> None:
        """Close its files."""
        self.hub.close()


class Shop:
    """Central, and as many hubs as a test wants in the place of H1."""

    def __init__(self, folder: Path) -> None:
        (folder / "office").mkdir()
        (folder / "hub").mkdir()
        self.folder = folder
        self.office = Office(folder / "office")
        self._boxes: list[HubBox] = []
        self.first = self.box("hub", self.office.hub, self.office._key("hub"))

    def box(self, name: str, voice: Voice, key: Ed25519PrivateKey) -> HubBox:
        (self.folder / name).mkdir(exist_ok=True)
        self._boxes.append(HubBox(self.office, self.folder / name, voice, key))
        return self._boxes[-1]

    def copy(self, source: HubBox, name: str) -> HubBox:
        """A second machine with a copy of everything the first has, key and all."""
        shutil.copytree(source.folder, self.folder / name)
        return self.box(name, self.office.hub, self.office._key("hub"))

    def order(self, qty: int = 1) -> str:
        self.office.ada.put_in(SOAP, qty)
        return str(self.office.ada.order()["order_id"])

    def handovers(self) -> list[tuple[str, str, str]]:
        """(order, verdict, reason) of every handover central holds."""
        with self.office.central.books.reading() as tx:
            found = tx.exec_driver_sql(
                "SELECT subject, verdict, coalesce(reason, '') FROM ledger WHERE kind = 'pickup.handed_over'"
                " ORDER BY received_at_ms, sequence"
            )
            return [(str(row[0]), str(row[1]), str(row[2])) for row in found]

    def incidents(self) -> list[dict[str, Any]]:
        return list(self.office.operator.must("GET", "/v1/admin/incidents")["incidents"])

    def close(self) -> None:
        for box in self._boxes:
            box.close()
        self.office.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.close()


def claimed(shop: Shop) -> HubBox:
    """A new machine, nothing on it, that claimed the place of H1."""
    given = shop.office.operator.must("POST", f"/v1/stores/{STORE}/hubs/H1/replace", {})
    voice = shop.office.hub_with(NEW_KEY, "H1")
    body = {"store": STORE, "node": "H1", "code": given["code"], "public_key": public_text(public_bytes(NEW_KEY))}
    said = msgspec.convert(voice.must("POST", "/v1/hubs/claim", body)["statement"], HubStatement)
    box = shop.box("new", voice, NEW_KEY)
    with box.hub.state.writing() as conn:
        assert take_statement(conn, said, box.hub.public_key)
        recovering.begin(conn, shop.office.clock.now_ms(), recovering.Reason.replaced)
    return box


def test_hub_replaced_the_new_machine_learns_what_was_done_and_goes_on(shop: Shop) -> None:
    """[hub_replaced] without a backup: from central's facts and open orders."""
    old = shop.first
    with old.hub.state.writing() as conn:
        devices.enrol(conn, node="K1", role="kiosk", public=KIOSK_KEY, now_ms=shop.office.clock.now_ms())
    collected, waiting = shop.order(), shop.order()
    old.turn()
    assert isinstance(old.serve(collected), HandedOver)
    old.turn()
    new = claimed(shop)
    for _ in range(3):
        new.turn()
    with new.hub.state.reading() as conn:
        assert not recovering.is_recovering(conn)
        known = devices.get(conn, "K1")
    assert known is not None
    assert (known.public, known.state) == (KIOSK_KEY, "active")
    assert place_of(new.hub).term == 2
    assert isinstance(new.serve(waiting), HandedOver)
    new.turn()
    assert shop.handovers() == [(collected, "recorded", ""), (waiting, "recorded", "")]
    assert [order.order_id for order in new.orders() if not order.closed] == []


def test_hub_replaced_the_old_machine_hands_nothing_over_and_loses_nothing(shop: Shop) -> None:
    """[hub_replaced] The old machine was only cut off: what it did meanwhile is taken and flagged, then it stops."""
    old = shop.first
    done, open_still = shop.order(), shop.order()
    old.turn()
    new = claimed(shop)
    new.turn()
    assert isinstance(old.serve(done), HandedOver), "its line is cut: it cannot know"
    old.turn()
    assert (done, "flagged", "superseded_hub") in shop.handovers()
    now = place_of(old.hub)
    assert (now.why, now.superseded_since_ms is not None) == ("replaced", True)
    no = old.serve(open_still)
    assert isinstance(no, Refusal)
    assert no.reason == "superseded"
    later = shop.order()
    old.turn()
    assert later not in [order.order_id for order in old.orders()], "the order feed is the new hub's"
    new.turn()
    assert later in [order.order_id for order in new.orders()]
    assert [each["kind"] for each in shop.incidents()] == ["replaced_hub_speaks"]


def test_two_hubs_one_identity_the_one_seen_first_goes_on(shop: Shop) -> None:
    """[two_hubs_one_identity] Two running copies: every fact of both once, one incident, one of them stops."""
    mine, theirs, third = shop.order(), shop.order(), shop.order()
    shop.first.turn()
    shop.first.turn()
    twin = shop.copy(shop.first, "twin")
    assert isinstance(shop.first.serve(mine), HandedOver)
    assert isinstance(twin.serve(theirs), HandedOver)
    for _ in range(8):
        shop.first.turn()
        twin.turn()
    assert sorted(order for order, _, _ in shop.handovers()) == sorted([mine, theirs])
    (incident,) = shop.incidents()
    assert incident["kind"] == "two_hubs_one_identity"
    for box in (shop.first, twin):
        assert place_of(box.hub).epoch in incident["subject"]
    assert place_of(shop.first.hub).superseded_since_ms is None
    assert place_of(twin.hub).why == "twin"
    no = twin.serve(third)
    assert isinstance(no, Refusal)
    assert no.reason == "superseded"
    assert isinstance(shop.first.serve(third), HandedOver)
    shop.first.turn()
    assert (third, "recorded", "") in shop.handovers()


def test_two_hubs_one_identity_a_file_of_yesterday_is_no_twin(shop: Shop) -> None:
    """[two_hubs_one_identity] The machine stood still while its file was put back: nobody is put aside."""
    early, late = shop.order(), shop.order()
    shop.first.turn()
    shop.first.turn()
    yesterday = shop.folder / "yesterday"
    shutil.copytree(shop.first.folder, yesterday)
    assert isinstance(shop.first.serve(early), HandedOver)
    shop.first.turn()
    back = shop.box("yesterday", shop.office.hub, shop.office._key("hub"))
    assert isinstance(back.serve(late), HandedOver)
    for _ in range(8):
        back.turn()
    assert sorted(order for order, _, _ in shop.handovers()) == sorted([early, late])
    assert place_of(back.hub).superseded_since_ms is None
    assert shop.incidents() == []
    assert [order.order_id for order in back.orders() if not order.closed] == []
