"""A hub's day as a process of its own, to be recorded: `python -m tests.faults.crash_states.day FOLDER ORDERS`.

The hub's own use cases over its own files: pages come down and facts go up on one thread, and three desks pick, stage,
hand over and take back on theirs. Once the hub is stopped and started again, and once its copies are replaced by a new
file, as a snapshot does it. Central keeps its own files beside FOLDER. What is asked and what is answered is written to `said` in FOLDER, one
write each, so that the recorder puts it in its place among the calls to the files.
"""

import os
import queue
import sys
import threading
from pathlib import Path

import msgspec

from edge.app.decline_order import DeclineAsked
from edge.app.hand_over import HandOverAsked
from edge.app.pick_line import Pick, PicksAsked
from edge.app.short_pick import ShortAsked
from edge.app.stage_parcel import StageAsked, Staged
from edge.app.take_back import ReturnAsked, ReturnLineAsked
from edge.domain.errors import Refusal
from edge.domain.facts import Condition
from edge.domain.pickup import DeclineReason, OrderState, ShortReason
from edge.domain.truth import OrderDown
from edge.store import pickups
from sync.db import Connection
from sync.http_client import Peer
from sync.push import Incident, Pusher, push_round
from sync.signing import Signer, load_or_make_key, public_bytes
from tests.cast.floor import Floor
from tests.exchange.pair import NAME, Receiver
from tests.exchange.rows import dice
from tests.faults.crash_states.presses import Answered, Asks, Comes, Line, Press, Received, Taken, Verb, press_of

SAID = "said"
DESKS = 3
BASKETS = (
    ((0, 1), (3, 2)),
    ((1, 1),),
    ((2, 2), (4, 1), (5, 1)),
    ((4, 3),),
)
HUB = "hub:S001/H1"
PUSH_EVERY, BATCH_ROWS = 6, 10
"""After so many orders their facts go up, so many at a time."""

DAYS_BREAK = 2
"""The hub is stopped in order and started again after 1/DAYS_BREAK of its orders: a WAL ends and another begins."""


class Day:
    """One hub, its desks, and the sheet where all that is said is written down."""

    def __init__(self, folder: Path) -> None:
        self.sheet = os.open(folder / SAID, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.floor = Floor(folder)
        self.central = Receiver(folder.parent / "central")
        self.central.before_answer = self.say_what_central_has
        self.key = load_or_make_key(folder.parent / "central" / "hub.key", dice("the hub's key"))
        self.central.know(HUB, self.key)
        self.todo: queue.Queue[tuple[int, OrderDown] | None] = queue.Queue()
        self.went_wrong: list[BaseException] = []

    def say(self, line: Line) -> None:
        """Write it down in one write."""
        os.write(self.sheet, msgspec.json.encode(line) + b"\n")

    def push(self) -> None:
        """Send what is owed, in small batches, to a real receiver."""
        hub, central = self.floor.hub, self.central

        def no_trouble(_tx: Connection, incident: Incident) -> None:
            raise AssertionError(incident)

        with central.listening() as port:
            peer = Peer(
                NAME,
                via=f"http://127.0.0.1:{port}",
                signer=Signer(self.key, HUB, self.floor.rng),
                peer_public=public_bytes(central.key),
                now_ms=central.ticks.now_ms,
            )
            push_round(
                Pusher(
                    db=hub.state,
                    peer=peer,
                    now_ms=hub.clock.now_ms,
                    rng=self.floor.rng,
                    on_incident=no_trouble,
                    batch_rows=BATCH_ROWS,
                )
            )
            peer.close()

    def say_what_central_has(self) -> None:
        """Between central's COMMIT and its answer."""
        with self.central.db.reading() as conn:
            marks = dict(map(tuple, conn.execute("SELECT lane, mark FROM origins")))
        self.say(Received(marks=marks))

    def replace_copies(self) -> None:
        """A new file with the same rows takes the place of the copies."""
        copies = self.floor.hub.replica
        with copies.reading() as old, copies.building() as new:
            for (table,) in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
                rows = old.execute(f"SELECT * FROM {table}").fetchall()
                if rows and table != "schema_steps":
                    new.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        copies.replace()

    def press(self, verb: Verb, asked: msgspec.Struct) -> msgspec.Struct:
        """Press, and have the answer; every press of this day is granted."""
        press: Press = press_of(verb, asked)
        self.say(Asks(press=press))
        answer = press.do(self.floor.hub)
        self.say(Answered(event_ids=press.event_ids, answer=msgspec.Raw(msgspec.json.encode(answer))))
        assert not isinstance(answer, Refusal), answer
        return answer

    def order(self, number: int) -> OrderDown | None:
        """The next order comes down, and the hub accepts it by itself; None when it only said so."""
        basket = BASKETS[number % len(BASKETS)]
        order = self.floor.next_order(*basket, named=number % 3 != 0)
        self.say(Comes(order=msgspec.Raw(msgspec.json.encode(order))))
        self.floor.bring(order)
        with self.floor.hub.state.reading() as conn:
            here = pickups.get(conn, order.order_id)
        # A hub that says too early that it took the page is for the states to find out, not for this process.
        accepted = here is not None and here.state is OrderState.accepted
        self.say(Taken(order_id=order.order_id, accepted=accepted))
        return order if accepted else None

    def at_the_desk(self) -> None:
        """Carry on one order after the other, to its end."""
        while (task := self.todo.get()) is not None:
            try:
                self.carry_on(*task)
            except BaseException as error:  # noqa: BLE001 - said by the main thread, which ends the day
                self.went_wrong.append(error)
            self.todo.task_done()

    def carry_on(self, number: int, order: OrderDown) -> None:
        """From the shelf to the shopper's hands, and sometimes back."""
        name = order.order_id
        if number % 11 == 7:
            asked = DeclineAsked(event_id=self.floor.press(), order_id=name, reason=DeclineReason.damaged)
            self.press(Verb.DECLINE, asked)
            return
        *rest, last = order.lines
        for line in rest or (last,):
            pick = Pick(event_id=self.floor.press(), line=line.line, qty=line.qty, gtin=line.gtin)
            self.press(Verb.PICK, PicksAsked(order_id=name, picks=(pick,)))
        if rest and number % 2:
            asked_short = ShortAsked(
                event_id=self.floor.press(), order_id=name, line=last.line, qty=last.qty, reason=ShortReason.not_found
            )
            self.press(Verb.SHORT, asked_short)
        elif rest:
            picks = tuple(
                Pick(event_id=self.floor.press(), line=last.line, qty=1, gtin=last.gtin) for _ in range(last.qty)
            )
            self.press(Verb.PICK, PicksAsked(order_id=name, picks=picks))
        self.to_the_shopper(number, order)

    def to_the_shopper(self, number: int, order: OrderDown) -> None:
        """The parcel's way once all is picked."""
        shelved = StageAsked(event_id=self.floor.press(), order_id=order.order_id, shelf=f"A-{number:02d}")
        staged = self.press(Verb.STAGE, shelved)
        assert isinstance(staged, Staged)
        handed = HandOverAsked(event_id=self.floor.press(), pass_text=self.floor.pass_of(order), labels=(staged.label,))
        self.press(Verb.HAND_OVER, handed)
        if number % 3 == 1:
            line = order.lines[0]
            back = ReturnLineAsked(
                order_id=order.order_id,
                line=line.line,
                gtin=line.gtin,
                qty=1,
                amount_minor=line.price_minor,
                condition=Condition.as_new,
            )
            returned = ReturnAsked(event_id=self.floor.press(), lines=(back,), refund_minor=line.price_minor)
            self.press(Verb.TAKE_BACK, returned)

    def finish_what_is_begun(self) -> None:
        """Wait for the desks; whatever went wrong at one of them ends the day."""
        self.todo.join()
        if self.went_wrong:
            raise self.went_wrong[0]


def main(folder: Path, orders: int) -> None:
    """The whole day."""
    day = Day(folder)
    desks = [threading.Thread(target=day.at_the_desk) for _ in range(DESKS)]
    for desk in desks:
        desk.start()
    try:
        for number in range(orders):
            if (order := day.order(number)) is not None:
                day.todo.put((number, order))
            if number % PUSH_EVERY == PUSH_EVERY - 1:
                day.push()
            if number == orders // 3:
                day.replace_copies()
            if number == orders // DAYS_BREAK:
                day.finish_what_is_begun()
                day.floor.restart()
        day.finish_what_is_begun()
        day.push()
    finally:
        for _ in desks:
            day.todo.put(None)
    for desk in desks:
        desk.join()
    day.floor.close()
    day.central.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
