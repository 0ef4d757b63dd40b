"""[snapshot_with_owed_facts] A snapshot takes the place of the copies and of nothing else, wherever the plug is pulled."""

import io
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from central.app.forget import forget
from central.app.serve_snapshot import present
from central.store import feeds
from edge.app.apply_changes import copies_of, cursor_of, feeds_of
from edge.app.apply_copies import drop_unused_keys
from edge.app.hub import Hub, open_hub
from edge.app.read_truth import begin_again, read_truth
from edge.app.take_snapshot import take_snapshot
from edge.gateway.central import CentralClient
from edge.store import catalogue, people, wishes
from edge.store.sealed import PersonKeys
from sync import applied, replaceable, snapshot
from sync.db import Database
from sync.errors import BadWire, CursorTooOld, PeerUnreachable
from sync.http_client import Peer, Reply
from tests.cast.office import STORE
from tests.cast.pickups import SOAP, TEA
from tests.exchange.streamed import streamed
from tests.sim.world import World

DAY_MS = 86_400_000
KILLED = 137


class Recorded:
    """Answers every request for a snapshot with the same bytes, which may be cut or changed."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    def streaming(self, _target: str) -> Any:
        return _Held(streamed(self.reply))


class _Held:
    def __init__(self, value: object) -> None:
        self._value = value

    def __enter__(self) -> object:
        return self._value

    def __exit__(self, *_: object) -> None:
        return None


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Ada and Min-jun have carts and orders here; the line is cut and the hub owes what happened since."""
    world = World(tmp_path, 7)
    world.line.trouble = 0.0
    for _ in range(3):
        world.phone_fills_cart()
        world.phone_orders()
        world.phone_fills_cart()
    world.heal()
    world.line.cut = True
    for act in (world.staff_picks, world.staff_stages, world.kiosk_wishes, world.shopper_checks_in) * 3:
        act()
    assert world.owed() > 0
    yield world
    world.close()


def peer(world: World) -> Peer:
    world.line.cut = False
    return cast("Peer", world.line)


def truth_moves_on(world: World) -> None:
    """While the line is cut: a price, a cart, a guest's order, and Min-jun wants no store to hold his things any longer."""
    product = {"gtin": SOAP, "name": {"ko": "비누"}, "price_minor": 7_700, "currency": "KRW"}
    world.office.operator.must("PUT", "/v1/products", {"products": [product]})
    world.phone_fills_cart()
    guest = {"event_id": world.office.new_id(), "store": STORE, "lines": [{"gtin": SOAP, "qty": 1}]}
    guest |= {"name": "Noor", "phone": "010-0000-0009"}
    world.office.anyone.must("POST", "/v1/guest/orders", guest)
    no = {"event_id": world.office.new_id(), "purpose": "personalisation", "channel": "store", "given": False}
    world.office.min_jun.must("PUT", "/v1/me/consents", no)


def rows_of(database: Any) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as conn:
        names = [row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        return {name: [tuple(row) for row in conn.execute(f"SELECT * FROM {name}")] for name in names}


def copies(hub: Hub) -> dict[str, applied.Digest]:
    with hub.replica.reading() as conn:
        return {feed: applied.digest(conn, feed) for feed in copies_of(STORE)}


def at_central(world: World) -> dict[str, applied.Digest]:
    with world.office.central.books.reading() as tx:
        return {feed: feeds.digest(tx, feed) for feed in copies_of(STORE)}


def opens(hub: Hub) -> None:
    """Whatever is sealed here can be opened, and there is no key for anybody else."""
    with hub.replica.reading() as conn:
        named = people.subjects(conn)
        cards = people.with_card(conn)
        assert all(people.card_of(conn, hub.keys, identity) is not None for identity in cards)
    assert set(hub.keys.subjects()) == named


def price_of_soap(hub: Hub) -> int:
    with hub.replica.reading() as conn:
        return catalogue.products(conn, [SOAP])[SOAP].price_minor


def recorded(world: World) -> Recorded:
    feeds_asked = "%5B" + "%2C".join(f"%22{feed.replace(':', '%3A')}%22" for feed in copies_of(STORE)) + "%5D"
    reply = peer(world).request("GET", f"/v1/snapshot?feeds={feeds_asked}")
    assert reply.status == 200, reply.body
    return Recorded(reply)


def test_snapshot_with_owed_facts_replaces_the_copies_and_touches_nothing_else(world: World) -> None:
    truth_moves_on(world)
    before, owed = rows_of(world.hub.state), world.owed()
    assert take_snapshot(world.hub, peer(world)) == sum(
        each.count for digest in at_central(world).values() for each in digest.kinds.values()
    )
    assert rows_of(world.hub.state) == before
    assert world.owed() == owed
    assert copies(world.hub) == at_central(world)
    assert price_of_soap(world.hub) == 7_700
    opens(world.hub)
    world.heal()
    assert world.owed() == 0


@pytest.mark.parametrize("family", ["store", "people", "catalogue", "stock", "config"])
def test_a_place_that_central_no_longer_knows_is_found_again_in_every_feed(world: World, family: str) -> None:
    truth_moves_on(world)
    feed = next(feed for feed in feeds_of(STORE) if feed.startswith(f"{family}:"))
    file: Any = world.hub.replica if feed in copies_of(STORE) else world.hub.state
    with file.writing() as conn:  # central was put back from a backup: it has lost numbers that this hub has seen
        conn.execute("UPDATE cursors SET seq = seq + 1000 WHERE feed = ?", (feed,))
    pickups = rows_of(world.hub.state)["pickups"]
    found = read_truth(world.hub, peer(world), wait_s=0)
    assert isinstance(found, CursorTooOld)
    assert found.feed == feed
    assert set(pickups) <= set(rows_of(world.hub.state)["pickups"]), "what this store owns stays as it is here"
    world.heal()
    assert copies(world.hub) == at_central(world)
    with world.hub.state.reading() as conn, world.office.central.books.reading() as tx:
        for owned in (f"store:{STORE}", f"config:{STORE}"):
            assert applied.digest(conn, owned) == feeds.digest(tx, owned)
    assert price_of_soap(world.hub) == 7_700
    assert world.owed() == 0


def test_a_hub_that_was_away_while_tombstones_were_forgotten_holds_nobody_it_may_not_hold(world: World) -> None:
    gone = world.office.min_jun.identity
    truth_moves_on(world)
    world.office.clock.advance(15 * DAY_MS)
    world.phone_fills_cart()
    forget(world.office.central)
    with world.hub.replica.reading() as conn:
        assert gone in people.with_card(conn)
    assert isinstance(read_truth(world.hub, peer(world), wait_s=0), CursorTooOld)
    with world.hub.replica.reading() as conn:
        assert gone not in people.with_card(conn)
    opens(world.hub)


def test_an_empty_hub_begins_with_a_snapshot_and_then_follows(world: World, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    central = CentralClient(peer(world))
    hub = open_hub(tmp_path / "new", store=STORE, node="H2", clock=world.clock, rng=os.urandom, central=central)
    read_truth(hub, peer(world), wait_s=0)
    assert copies(hub) == at_central(world)
    asked = world.line.asked
    read_truth(hub, peer(world), wait_s=0)
    assert world.line.asked == asked + 1, "once it has begun it only follows"
    hub.close()


def test_readers_keep_what_they_see_while_the_file_below_them_is_replaced(world: World) -> None:
    truth_moves_on(world)
    old, entered, leave = price_of_soap(world.hub), threading.Event(), threading.Event()
    seen: list[int] = []

    def forgotten_reader() -> None:
        with world.hub.replica.reading() as conn:
            entered.set()
            leave.wait(30)
            seen.append(catalogue.products(conn, [SOAP])[SOAP].price_minor)

    reader = threading.Thread(target=forgotten_reader)
    reader.start()
    entered.wait(10)
    take_snapshot(world.hub, peer(world))
    assert price_of_soap(world.hub) == 7_700, "whoever comes now reads the new file"
    leave.set()
    reader.join(30)
    assert seen == [old], "whoever was there before reads on in the old one"
    with world.hub.replica.writing() as conn:
        conn.execute("UPDATE cursors SET seq = seq")  # the log of the new file is its own
    copied = world._folder / "copied"  # what a power cut would leave now
    shutil.copytree(world._folder / "hub", copied)
    again = Database(copied / "replica.db")
    with again.reading() as conn:
        assert [tuple(row) for row in conn.execute("PRAGMA integrity_check")] == [("ok",)]
        assert catalogue.products(conn, [SOAP])[SOAP].price_minor == 7_700
    again.close()
    assert not list((world._folder / "hub").glob("replica.db*.old"))


def test_a_snapshot_that_is_cut_anywhere_or_changed_leaves_everything_as_it_was(world: World) -> None:
    truth_moves_on(world)
    whole = recorded(world).reply
    before, keys = rows_of(world.hub.replica), world.hub.keys.subjects()
    size = len(whole.body)
    broken = [whole.body[:cut] for cut in range(0, size, max(1, size // 40))] + [whole.body[:-1]]
    broken += [whole.body[:at] + bytes([whole.body[at] ^ 1]) + whole.body[at + 1 :] for at in range(5, size - 400, 97)]
    for body in broken:
        reply = Reply(status=200, body=body, media_type=whole.media_type, signed=True)
        with pytest.raises((BadWire, PeerUnreachable)):
            _take_proven(world.hub, reply)
    assert rows_of(world.hub.replica) == before
    assert world.hub.keys.subjects() == keys
    assert not list((world._folder / "hub").glob("replica.db.new*"))


def _take_proven(hub: Hub, reply: Reply) -> None:
    """Read to the end as a hub does that knows central's key: the digest of what came is the one that was signed."""
    trailers: list[object] = []

    def is_genuine(digest: str, proof: Any) -> bool:
        trailers.append(proof)
        return bool(proof.get("Content-Digest") == digest)

    with hub.replica.building() as conn:
        from edge.app.take_snapshot import _fill  # noqa: PLC0415 - the step under test, with another proof

        parts = snapshot.read(io.BytesIO(reply.body).read, is_genuine)
        _fill(hub, conn, hub.keys.ring(), parts, copies_of(STORE))


def dies(monkeypatch: pytest.MonkeyPatch, target: object, name: str, *, after: bool) -> None:
    """The process is killed when it calls `name`, before it did anything or just after."""
    real: Callable[..., Any] = getattr(target, name)

    def killed(*args: Any, **kwargs: Any) -> Any:
        if after:
            real(*args, **kwargs)
        os._exit(KILLED)

    monkeypatch.setattr(target, name, killed)


STEPS: dict[str, tuple[object, str]] = {
    "while rows come": (applied, "put"),
    "when the file is made durable": (replaceable, "_sync_file"),
    "when keys are kept": (PersonKeys, "keep"),
    "when the file gets its name": (Path, "rename"),
    "when the name is made durable": (replaceable, "sync_folder"),
    "when unused keys are looked for": (PersonKeys, "subjects"),
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_snapshot_with_owed_facts_survives_a_kill_at_every_step(
    world: World, step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth_moves_on(world)
    source = recorded(world)
    state, old, owed = rows_of(world.hub.state), copies(world.hub), world.owed()
    new = at_central(world)
    world.hub.close()
    child = os.fork()
    if child == 0:
        try:
            dies(monkeypatch, *STEPS[step], after=after)
            world.hub = world._open_hub()
            take_snapshot(world.hub, cast("Peer", source))
        finally:
            os._exit(1)  # it was to be killed before it came here
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
    world.hub = world._open_hub()
    drop_unused_keys(world.hub)
    assert rows_of(world.hub.state) == state
    assert world.owed() == owed
    assert copies(world.hub) in (old, new), "the old copies or the new ones, never a mixture"
    assert not list((world._folder / "hub").glob("replica.db.new*"))
    opens(world.hub)
    begin_again(world.hub, peer(world), f"people:{STORE}")
    assert copies(world.hub) == new
    opens(world.hub)
    world.heal()
    assert world.owed() == 0


def test_a_row_of_tomorrow_in_a_snapshot_is_kept_unread_and_the_others_are_taken(world: World) -> None:
    with world.office.central.books.writing() as tx:
        later = [feeds.Change(kind="of.tomorrow", key="k", body=b'{"a":1}')]
        feeds.append(tx, "catalogue:main", later, world.clock.now_ms())
        other = [feeds.Change(kind="product", key=TEA, body=b'{"gtin":5}')]
        feeds.append(tx, "catalogue:main", other, world.clock.now_ms())
    take_snapshot(world.hub, peer(world))
    with world.hub.replica.reading() as conn:
        unread = {tuple(row) for row in conn.execute("SELECT kind, key FROM unread_rows")}
        assert unread == {("of.tomorrow", "k"), ("product", TEA)}
        assert SOAP in catalogue.products(conn, [SOAP, TEA])
    assert cursor_of(world.hub)["catalogue:main"] == at_central(world)["catalogue:main"].seq


def test_central_goes_on_writing_while_a_snapshot_is_read_and_the_snapshot_stands_still(world: World) -> None:
    central = world.office.central
    with present(central)(["catalogue:main"]) as (stands_at, blocks):
        product = {"gtin": SOAP, "name": {"ko": "비누"}, "price_minor": 9_900, "currency": "KRW"}
        world.office.operator.must("PUT", "/v1/products", {"products": [product]})
        seen = {key: body["price_minor"] for rows in blocks for key, body in zip(rows.keys, rows.bodies, strict=True)}
    assert seen[SOAP] == 6_000
    with central.books.reading() as tx:
        assert feeds.heads(tx, ["catalogue:main"])["catalogue:main"] == stands_at["catalogue:main"] + 1
    take_snapshot(world.hub, peer(world))
    assert price_of_soap(world.hub) == 9_900


def test_a_wish_is_late_when_central_has_had_it_for_a_day_and_not_because_the_line_was_cut(world: World) -> None:
    while not world.wishes:
        world.kiosk_wishes()
    wish = world.wishes[-1]
    with world.hub.state.writing() as conn:
        conn.execute("UPDATE wishes SET outcome = NULL WHERE wish_id = ?", (wish,))
        asked_ms = conn.execute("SELECT asked_at_ms FROM wishes WHERE wish_id = ?", (wish,)).fetchone()[0]
        late = asked_ms + DAY_MS
        assert wish not in wishes.unanswered_before(conn, late), "it is still owed: central never had it"
        conn.execute("UPDATE outbox_rows SET settled_at_ms = ? WHERE event_id = ?", (late, wish))
        assert wish not in wishes.unanswered_before(conn, late), "central has had it for less than that"
        assert wish in wishes.unanswered_before(conn, late + 1)
