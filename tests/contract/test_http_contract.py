"""The exchange over real HTTP: who may ask what, what comes back signed, and how long an answer may take."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import requests

from sync import backlog, cursor, mending, outbox
from sync.db import Connection
from sync.envelope import Batch, Origin, PushReply, Verdict
from sync.errors import BadWire, CursorTooOld, OriginForked, PeerRefusedUs, PeerUnreachable
from sync.http_client import Peer, Reply, Timeouts
from sync.ledger import Judge, SqliteLedger
from sync.pull import pull_once
from sync.push import PushOutcome, RoundReport, Trouble, push_once, push_round
from sync.signing import SKEW_S, KeyState, KnownKey, Signer, load_or_make_key, public_bytes
from sync.wire import BODY_BYTES_MAX
from tests.exchange.pair import NAME, Receiver, hub_at
from tests.exchange.rows import Ticks, batch, dice, events, owe, owed_ids, recorded, row

STORE = "store:S001"


class World:
    """A receiver that listens, and a hub that knows it."""

    def __init__(self, folder: Path, receiver: Receiver, port: int) -> None:
        self.folder = folder
        self.receiver = receiver
        self.url = f"http://127.0.0.1:{port}"
        self.hub = hub_at(folder / "hub", receiver, self.url)

    def peer(self, keyid: str, *, role: str, node: str, ticks: Ticks | None = None) -> Peer:
        key = load_or_make_key(self.folder / f"{node}.key", dice(keyid))
        self.receiver.know(keyid, key, role=role, node=node)
        return Peer(
            NAME,
            via=self.url,
            signer=Signer(key, keyid, dice(f"{keyid} nonces")),
            peer_public=public_bytes(self.receiver.key),
            now_ms=(ticks or self.receiver.ticks).now_ms,
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    receiver = Receiver(tmp_path / "central", relay=True)
    with receiver.listening() as port:
        world = World(tmp_path, receiver, port)
        yield world
        world.hub.peer.close()
        world.hub.db.close()
    receiver.close()


def test_facts_arrive_lane_by_lane_and_every_row_has_its_receipt(world: World) -> None:
    owe(world.hub.db, *events("t", range(1, 4)), lane=2)
    owe(world.hub.db, *events("c", range(1, 4)), lane=1)
    owe(world.hub.db, *events("a", range(1, 4)), lane=0)
    assert push_round(world.hub.pusher) == RoundReport(settled=9)
    assert world.receiver.effects() == ["a1", "a2", "a3", "c1", "c2", "c3", "t1", "t2", "t3"]
    with world.hub.db.reading() as conn:
        assert outbox.owed(conn) == outbox.Owed((0, 0, 0), None)


def test_the_receiver_hears_what_is_still_owed_beyond_the_batch(world: World) -> None:
    owe(world.hub.db, "a1", "a2", "a3")
    owe(world.hub.db, "t1", lane=2)
    with world.hub.db.reading() as conn:
        first = outbox.owed_origins(conn)[0]
    assert push_once(world.hub.pusher, first, 2).sent == 2
    assert world.receiver.heard == [("hub:S001/H1", (1, 0, 1))]
    assert world.hub.peer.request("GET", "/v1/time?owed=1,0,1").status == 200
    assert world.receiver.heard[-1] == ("hub:S001/H1", (1, 0, 1))


def test_a_handover_made_while_telemetry_drains_goes_next(world: World) -> None:
    owe(world.hub.db, *events("t", range(1, 7)), lane=2)
    world.hub.pusher = msgspec.structs.replace(world.hub.pusher, batch_rows=2)
    once: list[bool] = []

    def act_once() -> None:
        if not once:
            once.append(True)
            owe(world.hub.db, "a1")

    world.receiver.before_answer = act_once
    push_round(world.hub.pusher)
    assert world.receiver.effects() == ["t1", "t2", "a1", "t3", "t4", "t5", "t6"]


def test_flagged_and_unreadable_rows_are_settled_and_counted(world: World) -> None:
    world.receiver.verdicts = {"a1": (Verdict.FLAGGED, "parcel_left_twice"), "a2": (Verdict.UNREADABLE, "no field")}
    owe(world.hub.db, "a1", "a2", "a3")
    assert push_round(world.hub.pusher) == RoundReport(settled=3, flagged=1, unreadable=1)
    with world.hub.db.reading() as conn:
        assert (backlog.flagged(conn), backlog.parked(conn)) == (1, 1)
    assert owed_ids(world.hub.db) == []


def test_a_copied_disk_makes_a_new_epoch_says_so_once_and_loses_nothing(world: World) -> None:
    copy = hub_at(world.folder / "copy", world.receiver, world.url, seed="H1")  # the same epoch, as a copied file has
    owe(world.hub.db, "a1", "a2", "a3")
    push_round(world.hub.pusher)
    owe(copy.db, "a1", "b2", "b3")
    assert push_round(copy.pusher) == RoundReport(settled=3)
    assert world.receiver.effects() == ["a1", "a2", "a3", "b2", "b3"]
    assert [i.trouble for i in copy.incidents] == [Trouble.ORIGIN_FORKED]
    assert copy.incidents[0].origin.startswith("S001/H1/")
    owe(world.hub.db, "a4")
    assert push_round(world.hub.pusher) == RoundReport(settled=1), "the first history goes on undisturbed"
    copy.db.close()


def test_a_push_on_its_way_while_a_new_history_began_begins_no_second_one(world: World) -> None:
    copy = hub_at(world.folder / "copy", world.receiver, world.url, seed="H1")
    owe(world.hub.db, "a1", "a2", "a3")
    push_round(world.hub.pusher)
    owe(copy.db, "a1", "b2", "b3")
    ask, epochs = copy.peer.request, list[str]()

    def slowly(method: str, target: str, *, body: bytes = b"") -> Reply:
        """The answer that there is a fork arrives after another loop has found it out by itself."""
        reply = ask(method, target, body=body)
        if not epochs:
            with copy.db.writing() as tx:
                epochs.append(mending.start_epoch(tx, dice("found out")))
        return reply

    copy.peer.request = slowly  # type: ignore[method-assign, assignment]  # the rest of the peer is the real one
    assert push_round(copy.pusher).settled == 3
    with copy.db.reading() as conn:
        own = {row[0] for row in conn.execute("SELECT epoch FROM outbox_origins WHERE standing = 'own'")}
    assert (own, copy.incidents) == (set(epochs), [])
    assert world.receiver.effects() == ["a1", "a2", "a3", "b2", "b3"]
    copy.db.close()


def test_a_receiver_that_calls_everything_forked_is_not_answered_with_epoch_after_epoch(world: World) -> None:
    class Confused:
        def take(self, batch: Batch, judge: Judge[Connection], *, received_at_ms: int) -> PushReply:
            raise OriginForked("as always")

    confused = Receiver(world.folder / "confused", ledger=Confused())
    with confused.listening() as port:
        hub = hub_at(world.folder / "other hub", confused, f"http://127.0.0.1:{port}")
        owe(hub.db, "a1", "a2")
        push_round(hub.pusher)
        assert [i.trouble for i in hub.incidents] == [Trouble.ORIGIN_FORKED] * 2
        assert owed_ids(hub.db) == ["a1", "a2"]
        hub.peer.close()
        hub.db.close()
    confused.close()


def test_rows_passed_on_for_another_node_are_never_renumbered(world: World) -> None:
    kiosk = Origin(store="S001", node="K1", epoch="k", lane=2)
    SqliteLedger(world.receiver.db).take(batch(["k1"], origin=kiosk), recorded, received_at_ms=0)
    with world.hub.db.writing() as tx:
        for born in (row("other", 1), row("k2", 2)):
            outbox.relay_append(tx, kiosk, born.envelope, born.raw, 0)
    owe(world.hub.db, "t1", lane=2)
    assert push_round(world.hub.pusher) == RoundReport(settled=1, held_back=1)
    assert [(i.trouble, i.origin) for i in world.hub.incidents] == [(Trouble.ROW_REFUSED, "S001/K1/k/2")]
    with world.hub.db.reading() as tx:
        assert [o.count for o in outbox.owed_origins(tx)] == [2]


@pytest.mark.parametrize("target", ["/v1/time?owed=1%2c0%2C0", "/v1/time?owed=1,0,0&x=한글 |", "/v1/./time?owed=1,0,0"])
def test_a_target_is_signed_as_it_goes_on_the_line_however_it_was_spelled(world: World, target: str) -> None:
    assert world.hub.peer.request("GET", target).status == 200
    assert world.receiver.heard[-1][1] == (1, 0, 0)


def test_rows_that_the_receiver_lost_are_sent_again(world: World) -> None:
    owe(world.hub.db, *events("a", range(1, 6)))
    push_round(world.hub.pusher)
    with world.receiver.db.writing() as conn:  # the receiver came back from an older backup
        conn.execute("DELETE FROM ledger WHERE sequence > 2")
        conn.execute("DELETE FROM outbox_rows WHERE sequence > 2 AND born_here = 0")
        conn.execute("UPDATE outbox_origins SET last_sequence = 2 WHERE standing = 'relayed'")
        conn.execute("DELETE FROM effects WHERE event_id NOT IN ('a1', 'a2')")
        conn.execute("UPDATE origins SET mark = 2, mark_event_id = 'a2'")
    owe(world.hub.db, "a6")
    assert push_round(world.hub.pusher) == RoundReport(settled=4)
    assert world.receiver.effects() == events("a", range(1, 7))


def test_rows_that_both_ends_lost_are_said_once_and_what_is_still_held_goes_on_under_a_new_epoch(world: World) -> None:
    """Central came back from an old backup, and the hub has forgotten some of what it had receipts for."""
    owe(world.hub.db, "a1", "a2")
    push_round(world.hub.pusher)
    with world.hub.db.writing() as conn:
        outbox.forget_settled(conn, world.receiver.ticks.now_ms() + 1)
    owe(world.hub.db, "a3", "a4")
    owe(world.hub.db, "c1", lane=1)
    push_round(world.hub.pusher)
    with world.receiver.db.writing() as conn:
        conn.execute("DELETE FROM ledger")
        conn.execute("DELETE FROM effects")
        conn.execute("DELETE FROM origins")
    owe(world.hub.db, "a5")
    push_round(world.hub.pusher)
    assert world.receiver.effects() == ["a3", "a4", "a5", "c1"], "all that is left, in its order, in either lane"
    assert [i.trouble for i in world.hub.incidents] == [Trouble.ROWS_LOST_UPSTREAM]
    assert owed_ids(world.hub.db) == []


def test_one_row_that_is_refused_holds_back_its_lane_and_no_other(world: World) -> None:
    owe(world.hub.db, "a1", "a2", "a3")
    owe(world.hub.db, "c1", lane=1)
    with world.hub.db.writing() as conn:  # a bit flipped on the disk: the second row is no envelope any more
        conn.execute("UPDATE outbox_rows SET envelope = x'7b7d', tag = NULL WHERE event_id = 'a2'")
    for again in range(2):
        report = push_round(world.hub.pusher)
        assert report == RoundReport(settled=0 if again else 2, held_back=1)
    assert world.receiver.effects() == ["a1", "c1"]
    assert owed_ids(world.hub.db) == ["a2"] or owed_ids(world.hub.db) == ["a2", "a3"]
    assert [i.trouble for i in world.hub.incidents] == [Trouble.ROW_REFUSED], "said once, however often it is tried"


def test_a_kiosk_speaks_for_itself_alone_and_a_hub_for_its_store(world: World) -> None:
    kiosk = world.peer("kiosk:S001/K1", role="kiosk", node="K1")
    born = row("k1", 1)
    pushed = {"previous": None, "rows": [msgspec.Raw(born.raw)]}

    def push(peer: Peer, store: str, node: str) -> int:
        origin = {"store": store, "node": node, "epoch": "e", "lane": 2}
        return peer.request("POST", "/v1/push", body=msgspec.json.encode({"origin": origin, **pushed})).status

    assert push(kiosk, "S001", "K1") == 200
    assert push(world.hub.peer, "S001", "K1") == 200, "passed on by the hub"
    for peer, store, node in ((kiosk, "S001", "K2"), (kiosk, "S001", "H1"), (world.hub.peer, "S002", "H1")):
        with pytest.raises(PeerRefusedUs, match="not_your_origin"):
            push(peer, store, node)


def test_what_a_node_received_is_owed_on_under_the_origin_it_was_born_with(world: World) -> None:
    owe(world.hub.db, "a1", "a2")
    push_round(world.hub.pusher)
    with world.receiver.db.reading() as conn:
        (origin,) = outbox.owed_origins(conn)
        passed_on = outbox.take_batch(conn, origin.number, 10)
    with world.hub.db.reading() as conn:
        born = [raw for (raw,) in conn.execute("SELECT envelope FROM outbox_rows ORDER BY sequence")]
    assert passed_on is not None
    assert passed_on.origin.node == "H1"
    assert [r.envelope for r in passed_on.rows] == born


def test_a_page_comes_down_signed_with_its_cursor_and_is_noted_as_served(world: World) -> None:
    world.receiver.put(STORE, "order", "A", b'{"state":"placed"}')
    world.receiver.put(STORE, "order", "B")
    page = pull_once(world.hub.peer, {STORE: 0}, limit=1)
    assert ([r.key for r in page.rows], page.cursor, page.more) == (["A"], {STORE: 1}, True)
    assert bytes(page.rows[0].body) == b'{"state":"placed"}'
    assert world.receiver.served() == {STORE: 1}
    with world.hub.db.writing() as tx:
        cursor.save(tx, page.cursor)
    with world.hub.db.reading() as tx:
        assert cursor.load(tx, [STORE, "config:S001"]) == {STORE: 1, "config:S001": 0}
    page = pull_once(world.hub.peer, page.cursor)
    assert ([r.key for r in page.rows], page.more) == (["B"], False)


def test_a_feed_of_another_store_is_refused(world: World) -> None:
    with pytest.raises(PeerRefusedUs, match="not_your_feed"):
        pull_once(world.hub.peer, {"store:S002": 0})


def test_a_cursor_that_is_too_old_is_said_with_its_feed(world: World) -> None:
    world.receiver.put(STORE, "wish.answered", "w1")
    world.receiver.put(STORE, "wish.answered", "w2")
    with world.receiver.db.writing() as tx:
        world.receiver.feed.prune(tx, STORE, "wish.answered", world.receiver.ticks.now_ms() + 1)
    with pytest.raises(CursorTooOld) as old:
        pull_once(world.hub.peer, {STORE: 1})
    assert old.value.feed == STORE


def test_a_pull_waits_until_something_changes(world: World) -> None:
    threading.Timer(0.2, lambda: world.receiver.put(STORE, "order", "A")).start()
    start = time.monotonic()
    page = pull_once(world.hub.peer, {STORE: 0}, wait_s=10)
    assert [r.key for r in page.rows] == ["A"]
    assert 0.1 < time.monotonic() - start < 5
    assert pull_once(world.hub.peer, page.cursor, wait_s=0.1).rows == ()


def test_a_node_with_a_wrong_clock_corrects_itself_by_signed_time_and_is_heard(world: World) -> None:
    ahead = Ticks(world.receiver.ticks.at_ms + 3 * 86_400_000)
    kiosk = world.peer("kiosk:S001/K1", role="kiosk", node="K1", ticks=ahead)
    assert kiosk.request("GET", "/v1/time").status == 200
    assert kiosk.offset_ms == -3 * 86_400_000
    assert kiosk.request("GET", "/v1/time").status == 200


def test_time_that_is_not_proven_corrects_nothing(world: World) -> None:
    """A peer whose key is not known could be anybody; a clock is not set by anybody."""
    ahead = Ticks(world.receiver.ticks.at_ms + (SKEW_S + 60) * 1000)
    kiosk = world.peer("kiosk:S001/K1", role="kiosk", node="K1", ticks=ahead)
    for public, error in ((bytes(32), BadWire), (None, PeerUnreachable)):
        deaf = Peer(NAME, via=world.url, signer=kiosk.signer, peer_public=public, now_ms=ahead.now_ms)
        with pytest.raises(error):
            deaf.request("GET", "/v1/time")
        assert deaf.offset_ms == 0


def test_a_revoked_key_and_a_wrong_role_are_refused_at_the_next_request(world: World) -> None:
    beacon = world.peer("beacon:S001/B1", role="beacon", node="B1")
    with pytest.raises(PeerRefusedUs) as refused:
        beacon.request("GET", "/v1/time")
    assert (refused.value.status, refused.value.reason) == (403, "wrong_role")
    known = world.receiver.keys["hub:S001/H1"]
    world.receiver.keys["hub:S001/H1"] = KnownKey(public=known.public, role="hub", state=KeyState.REVOKED)
    with pytest.raises(PeerRefusedUs) as refused:
        world.hub.peer.request("GET", "/v1/time")
    assert (refused.value.status, refused.value.reason) == (401, "revoked")


def test_a_request_without_a_signature_is_refused_in_words(world: World) -> None:
    for method, path in (("POST", "/v1/push"), ("GET", "/v1/changes"), ("GET", "/v1/time")):
        answer = requests.request(method, world.url + path, timeout=5)
        assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
        assert answer.json()["type"] == "urn:storefloor:problem:malformed"


def test_a_body_beyond_all_measure_is_refused_before_it_is_read(world: World) -> None:
    answer = requests.post(world.url + "/v1/push", data=bytes(BODY_BYTES_MAX + 1), timeout=5)
    assert (answer.status_code, answer.json()["reason"]) == (413, "too_large")


@pytest.mark.parametrize(
    "target",
    [
        "/v1/changes",
        "/v1/changes?cursor=%7B",
        "/v1/changes?cursor=%7B%22store%3AS001%22%3A-1%7D",
        "/v1/changes?cursor=%7B%7D&limit=0",
        "/v1/changes?cursor=%7B%7D&wait_s=nan",
        "/v1/changes?cursor=%7B%7D&wait_s=3600",
        "/v1/time?owed=1,2",
        "/v1/time?owed=-1,0,0",
    ],
)
def test_a_question_that_is_none_is_answered_with_a_problem(world: World, target: str) -> None:
    reply = world.hub.peer.request("GET", target)
    assert (reply.status, reply.problem().reason, reply.signed) == (400, "bad_wire", True)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]" * 2000, b'{"origin":null}'])
def test_a_push_that_is_none_is_answered_with_a_problem_and_changes_nothing(world: World, body: bytes) -> None:
    reply = world.hub.peer.request("POST", "/v1/push", body=body)
    assert (reply.status, reply.problem().reason, reply.signed) == (400, "bad_wire", True)
    assert world.receiver.effects() == []


def test_one_connection_serves_many_requests(world: World) -> None:
    for _ in range(5):
        world.hub.peer.request("GET", "/v1/time")
    pools = world.hub.peer._session().get_adapter(world.url).poolmanager.pools  # type: ignore[attr-defined]  # requests'
    (pool,) = [pools[key] for key in pools.keys()]  # noqa: SIM118 - urllib3's container has no other way in
    assert (pool.num_requests, pool.num_connections) == (5, 1)


def test_nobody_there_is_said_quickly(world: World) -> None:
    nobody = Peer(
        "http://127.0.0.1:9", now_ms=world.receiver.ticks.now_ms, timeouts=Timeouts(connect_s=0.5, read_s=0.5)
    )
    with pytest.raises(PeerUnreachable):
        nobody.request("GET", "/v1/time")


def test_halving_finds_the_row_at_fault(world: World) -> None:
    owe(world.hub.db, *events("a", range(1, 9)))
    with world.hub.db.reading() as conn:
        first = outbox.owed_origins(conn)[0]
    with world.hub.db.writing() as conn:
        conn.execute("UPDATE outbox_rows SET envelope = x'7b7d', tag = NULL WHERE event_id = 'a4'")
    outcomes = [push_once(world.hub.pusher, first, limit).outcome for limit in (8, 4, 2)]
    assert outcomes == [PushOutcome.MAKE_SMALLER, PushOutcome.MAKE_SMALLER, PushOutcome.SETTLED]
