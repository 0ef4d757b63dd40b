"""Kiosk to hub to central with the same code at every tier: rows keep the origin they were born with, forks are mended below."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync import outbox, quota
from sync.coalesce import Stretch
from sync.db import Connection, Database
from sync.envelope import SkipReason
from sync.errors import PeerBusy
from sync.http_client import Peer
from sync.http_server.views import NO_ROOM_S
from sync.push import Incident, Pusher, RoundReport, Trouble, push_round
from sync.signing import Signer, load_or_make_key, public_bytes
from sync.skipping import skip
from tests.exchange.pair import NAME, Receiver, hub_at
from tests.exchange.rows import ALL_TABLES, MORNING_MS, dice, events, owe, owed_ids


@dataclass
class Kiosk:
    db: Database
    pusher: Pusher
    incidents: list[Incident]


@dataclass
class Shop:
    folder: Path
    central: Receiver
    hub: Receiver
    up: Pusher  # from the hub's file to central
    to_hub: str
    troubles: list[Trouble]

    started: int = 0

    def kiosk(self, name: str, *, like: Path | None = None) -> Kiosk:
        """The kiosk K1; `like`: its disk is a copy of that file."""
        file = self.folder / f"{name}.db"
        if like is not None:
            file.write_bytes(like.read_bytes())
        db = Database(file, migrations=ALL_TABLES)
        with db.writing() as conn:
            outbox.prepare(conn, store="S001", node="K1", rng=dice("K1"))
        self.started += 1
        key = load_or_make_key(self.folder / "kiosk.key", dice("K1 key"))
        self.hub.know("kiosk:S001/K1", key, role="kiosk", node="K1")
        peer = Peer(
            NAME,
            via=self.to_hub,
            signer=Signer(key, "kiosk:S001/K1", dice(f"nonces of start {self.started}")),
            peer_public=public_bytes(self.hub.key),
            now_ms=self.hub.ticks.now_ms,
        )
        incidents: list[Incident] = []
        pusher = Pusher(
            db=db,
            peer=peer,
            now_ms=self.hub.ticks.now_ms,
            rng=dice(f"{name} epochs"),
            on_incident=lambda _tx, incident: incidents.append(incident),
        )
        return Kiosk(db, pusher, incidents)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    central, hub = Receiver(tmp_path / "central"), Receiver(tmp_path / "hub", relay=True)
    with central.listening() as above, hub.listening() as below:
        upward = hub_at(tmp_path / "hub's key", central, f"http://127.0.0.1:{above}")
        troubles: list[Trouble] = []

        def note(_tx: Connection, incident: Incident) -> None:
            troubles.append(incident.trouble)

        up = Pusher(db=hub.db, peer=upward.peer, now_ms=central.ticks.now_ms, rng=dice("hub epochs"), on_incident=note)
        yield Shop(tmp_path, central, hub, up, f"http://127.0.0.1:{below}", troubles)
        upward.peer.close()
        upward.db.close()
    central.close()
    hub.close()


def held(receiver: Receiver) -> list[tuple[str, int, str]]:
    with receiver.db.reading() as conn:
        rows = conn.execute("SELECT node, sequence, event_id FROM ledger ORDER BY node, epoch, lane, sequence")
        return [tuple(row) for row in rows]


def test_a_row_arrives_at_central_under_the_origin_it_was_born_with_and_byte_for_byte(shop: Shop) -> None:
    kiosk = shop.kiosk("kiosk")
    owe(kiosk.db, "k1", "k2", lane=2)
    owe(shop.hub.db, "a1")
    push_round(kiosk.pusher)
    assert push_round(shop.up) == RoundReport(settled=3)
    assert held(shop.central) == [("H1", 1, "a1"), ("K1", 1, "k1"), ("K1", 2, "k2")]
    assert envelopes(shop.central.db, "ledger") == envelopes(kiosk.db, "outbox_rows")


def envelopes(db: Database, table: str) -> list[bytes]:
    """The rows of the kiosk as they lie there."""
    with db.reading() as conn:
        return [raw for (raw,) in conn.execute(f"SELECT envelope FROM {table} ORDER BY sequence") if b"/K1" in raw]


def test_a_stretch_that_a_kiosk_skipped_is_skipped_at_both_tiers_above(shop: Shop) -> None:
    kiosk = shop.kiosk("kiosk")
    owe(kiosk.db, *events("k", range(1, 9)), lane=2)
    with kiosk.db.writing() as conn:
        number = conn.execute("SELECT origin FROM outbox_origins WHERE lane = 2").fetchone()[0]
        skip(conn, number, Stretch(2, 6, SkipReason.DROPPED, facts=5), MORNING_MS)
    assert push_round(kiosk.pusher).settled == 4
    assert push_round(shop.up).settled == 4
    for tier in (shop.hub, shop.central):
        assert held(tier) == [("K1", 1, "k1"), ("K1", 2, "k2"), ("K1", 7, "k7"), ("K1", 8, "k8")]
        assert tier.effects() == ["k1", "k7", "k8"]
    owe(kiosk.db, "k9", lane=2)
    assert (push_round(kiosk.pusher).settled, push_round(shop.up).settled) == (1, 1)


def test_a_kiosk_whose_disk_was_copied_begins_a_new_epoch_at_the_hub_and_central_hears_each_row_once(
    shop: Shop,
) -> None:
    kiosk = shop.kiosk("kiosk")
    owe(kiosk.db, "k1", "k2", lane=2)
    push_round(kiosk.pusher)
    kiosk.db.close()
    copy = shop.kiosk("copy", like=shop.folder / "kiosk.db")
    original = shop.kiosk("kiosk")
    for one, names in ((original, ("k3", "k4")), (copy, ("c3", "c4"))):
        owe(one.db, *names, lane=2)
        push_round(one.pusher)
    assert [incident.trouble for incident in copy.incidents] == [Trouble.ORIGIN_FORKED]
    assert original.incidents == []
    push_round(shop.up)
    assert sorted(shop.central.effects()) == ["c3", "c4", "k1", "k2", "k3", "k4"]
    assert shop.troubles == []


def test_what_the_hub_lost_with_its_disk_comes_again_from_the_kiosk(shop: Shop) -> None:
    kiosk = shop.kiosk("kiosk")
    owe(kiosk.db, *events("k", range(1, 6)), lane=2)
    push_round(kiosk.pusher)
    with shop.hub.db.writing() as conn:  # the hub came back from a backup made before the third row
        conn.execute("DELETE FROM ledger WHERE sequence > 2")
        conn.execute("DELETE FROM outbox_rows WHERE sequence > 2")
        conn.execute("UPDATE outbox_origins SET last_sequence = 2 WHERE standing = 'relayed'")
        conn.execute("UPDATE origins SET mark = 2, mark_event_id = 'k2'")
    owe(kiosk.db, "k6", lane=2)
    assert push_round(kiosk.pusher) == RoundReport(settled=4)
    push_round(shop.up)
    assert shop.central.effects() == events("k", range(1, 7))
    assert owed_ids(kiosk.db, lane=2) == []


def test_a_hub_without_room_for_telemetry_asks_the_kiosk_to_come_later_and_nothing_is_lost(shop: Shop) -> None:
    kiosk = shop.kiosk("kiosk")
    owe(kiosk.db, "k1", "k2", lane=2)
    owe(shop.hub.db, "a1", "a2", "a3")
    with shop.hub.db.writing() as conn:
        quota.set_quota(conn, quota.room(conn).owed_bytes)
    with pytest.raises(PeerBusy) as busy:
        push_round(kiosk.pusher)
    assert busy.value.retry_after_s == NO_ROOM_S
    assert (owed_ids(kiosk.db, lane=2), held(shop.hub)) == (["k1", "k2"], [])
    push_round(shop.up)  # the line is back: the hub owes nothing any more
    push_round(kiosk.pusher)
    push_round(shop.up)
    assert shop.central.effects() == ["a1", "a2", "a3", "k1", "k2"]


def test_the_hub_s_own_pickups_go_before_what_it_passes_on(shop: Shop) -> None:
    kiosk = shop.kiosk("kiosk")
    owe(kiosk.db, "k1", lane=2)
    push_round(kiosk.pusher)
    owe(shop.hub.db, "t1", lane=2)
    owe(shop.hub.db, "a1")
    push_round(shop.up)
    assert shop.central.effects() == ["a1", "t1", "k1"]
