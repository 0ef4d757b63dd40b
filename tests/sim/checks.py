"""What must hold once everything healed: the shop's own memory of what was said, against both ends' books."""

from collections import Counter, defaultdict

import msgspec

from central.app.forget import FEED_MS
from central.store.incidents import IncidentKind
from edge.domain.pickup import OrderState, Parcel, Pickup
from edge.store import people
from sync import wire
from sync.envelope import SKIPPED, Lane, Skipped
from tests.sim import counter_checks
from tests.sim.day import Day, Weather
from tests.sim.template import Person
from tests.sim.told import Grant


def check(day: Day) -> None:
    """Raise AssertionError with the first thing that is wrong."""
    nothing_told_is_lost(day)
    only_telemetry_is_skipped(day)
    each_event_counts_once(day)
    numbers_follow_one_another(day)
    the_two_ends_name_the_same_rows(day)
    every_wish_has_one_answer(day)
    reservations_balance(day)
    counter_checks.units_add_up(day)
    if day.weather is Weather.plain:
        nothing_is_flagged(day)
        parcels_left_once(day)
        counter_checks.each_question_has_one_answer(day)
        counter_checks.nothing_collected_is_refunded(day)
    if day.weather in (Weather.plain, Weather.restore):
        books_agree(day)
        counter_checks.what_was_taken_back_is_the_same(day)
    if day.weather is Weather.clone:
        one_of_two_stands_aside(day)
    if day.weather is not Weather.central_back:  # what it forgot it cannot take back
        copies_are_no_older_than_their_feed(day)
        carts_are_what_was_granted(day)


def nothing_told_is_lost(day: Day) -> None:
    """Every press that was answered with yes is in central's ledger; of what a kiosk wrote down so much may miss as is said."""
    held = {event for (event,) in day.office.rows("SELECT event_id FROM ledger")}
    missing = {event: day.told.deeds[event] for event in day.told.required() - held}
    assert not missing, f"told and lost: {missing}"
    unseen = day.told.sighted - {event for event, kind in day.office.rows(_KINDS) if kind != SKIPPED}
    said = sum(each.count for _, _, each in _skipped(day))
    assert len(unseen) <= said, f"telemetry lost: {unseen}, said to be skipped: {said}"


def only_telemetry_is_skipped(day: Day) -> None:
    """Nothing of lanes 0 and 1 was dropped or coalesced, however full the disk was."""
    wrong = [row for row in _skipped(day) if row[0] != Lane.TELEMETRY]
    assert not wrong, f"skipped: {wrong}"


_KINDS = "SELECT event_id, kind FROM ledger"


def _skipped(day: Day) -> list[tuple[int, tuple[str, str, int], Skipped]]:
    """Lane, origin and word of every skipped stretch in the ledger."""
    rows = day.office.rows(f"SELECT node, epoch, lane, envelope FROM ledger WHERE kind = '{SKIPPED}'")
    return [
        (lane, (node, epoch, lane), msgspec.json.decode(wire.read_envelope(bytes(raw)).data, type=Skipped))
        for node, epoch, lane, raw in rows
    ]


def each_event_counts_once(day: Day) -> None:
    """No event_id of lanes 0 and 1 stands twice in the ledger, whatever epochs it came under."""
    lanes = 2 if day.weather is Weather.plain else 1  # telemetry may be told again under a new epoch
    twice = day.office.rows(
        f"SELECT event_id, count(*) FROM ledger WHERE lane <= {lanes} GROUP BY event_id HAVING count(*) > 1"
    )
    assert not twice, f"applied twice: {twice}"


def numbers_follow_one_another(day: Day) -> None:
    """Per origin the ledger holds every number up to its mark, once."""
    held: defaultdict[tuple[str, str, int], list[int]] = defaultdict(list)
    for node, epoch, lane, number in day.office.rows(
        "SELECT node, epoch, lane, sequence FROM ledger"
        " UNION ALL SELECT node, epoch, lane, sequence FROM ledger_repeats"
    ):
        held[node, epoch, lane].append(number)
    for _, origin, stretch in _skipped(day):
        held[origin] += range(stretch.first + 1, stretch.last + 1)
    for node, epoch, lane, mark in day.office.rows("SELECT node, epoch, lane, mark FROM origins"):
        numbers = sorted(held[node, epoch, lane])
        assert numbers == list(range(1, mark + 1)), f"{node}/{epoch}/{lane} up to {mark} holds {numbers}"


def the_two_ends_name_the_same_rows(day: Day) -> None:
    """Every row a machine holds a receipt for stands at central under its own name, in the machine's order."""
    held = {
        (node, epoch, lane, number): event
        for node, epoch, lane, number, event in day.office.rows(
            "SELECT node, epoch, lane, sequence, event_id FROM ledger"
            " UNION ALL SELECT node, epoch, lane, sequence, event_id FROM ledger_repeats"
        )
    }
    for box in day.boxes:
        rows = box.rows(
            "SELECT o.node, o.epoch, o.lane, r.sequence, r.event_id FROM outbox_rows r JOIN outbox_origins o USING (origin)"
            " WHERE r.settled_at_ms IS NOT NULL"
        )
        for node, epoch, lane, number, event in rows:
            there = held.get((node, epoch, lane, number))
            assert there == event, f"{box.name} settled {event} as {node}/{epoch}/{lane}/{number}, there is {there}"


def every_wish_has_one_answer(day: Day) -> None:
    """Each wish in the ledger has one answer at central, and at its hub, unless it stood there unread for two weeks."""
    asked = {
        event
        for (event,) in day.office.rows(
            "SELECT event_id FROM ledger WHERE kind IN ('cart.change_asked', 'order.asked')"
        )
    }
    old_ms = day.office.clock.now_ms() - FEED_MS
    forgotten = {wish for (wish,) in day.office.rows(f"SELECT wish_id FROM wishes WHERE answered_at_ms < {old_ms}")}
    answered = Counter(wish for (wish,) in day.office.rows("SELECT wish_id FROM wishes"))
    assert answered == Counter(asked), f"asked and answered differ: {set(answered) ^ asked}"
    for box in day.boxes:
        if box.is_aside():
            continue  # it hears nothing of what it owns no more
        waiting = {wish for (wish,) in box.rows("SELECT wish_id FROM wishes WHERE outcome IS NULL")}
        assert waiting <= forgotten, f"{box.name} waits for answers to {waiting - forgotten}"
        if day.weather is Weather.central_back:
            continue  # asked again after its answer was lost, central may well say something else
        said = dict(box.rows("SELECT wish_id, outcome FROM wishes WHERE outcome IS NOT NULL"))
        there = dict(day.office.rows("SELECT wish_id, outcome FROM wishes"))
        assert said.items() <= there.items(), f"{box.name} was told {said}, central holds {there}"


def reservations_balance(day: Day) -> None:
    """A unit is in one place: what a machine holds as reserved, staged and gone is what its orders say."""
    for box in day.boxes:
        wrong = box.rows("SELECT * FROM reservations WHERE reserved < 0 OR staged < 0 OR gone < 0")
        assert not wrong, f"{box.name} holds less than nothing: {wrong}"
        ledger = {
            order: tuple(held)
            for order, *held in box.rows(
                "SELECT order_id, sum(reserved), sum(staged), sum(gone) FROM reservations GROUP BY order_id"
            )
        }
        for order in box.orders():
            held = ledger.get(order.order_id, (0, 0, 0))
            assert held == _by_its_parcels(order), f"{box.name}: {order.order_id} holds {held} of {order}"


def _by_its_parcels(order: Pickup) -> tuple[int, int, int]:
    """Units reserved, staged and gone, as the order itself tells."""
    here, left = _units(order.parcels_here), _units(order.parcels_left)
    gone = sum(left.values())
    if order.state is OrderState.placed or order.closed:
        return 0, 0, gone
    back = _units(tuple(parcel for parcel in order.parcels if parcel.restocked))
    wanted = {line.line: line.qty - line.short_qty - line.substituted_qty for line in order.lines}
    # Two machines may have packed one unit each into a parcel of their own: then nothing more is wanted of it.
    reserved = sum(max(0, qty - here[line] - left[line] - back[line]) for line, qty in wanted.items())
    return reserved, sum(here.values()), gone


def _units(parcels: tuple[Parcel, ...]) -> Counter[int]:
    """Units in these parcels, by line."""
    units: Counter[int] = Counter()
    for parcel in parcels:
        units.update({each.line: each.qty for each in parcel.units})
    return units


def nothing_is_flagged(day: Day) -> None:
    """One machine, no old disk: central has nothing to review."""
    verdicts = dict(day.office.rows("SELECT verdict, count(*) FROM ledger GROUP BY verdict"))
    assert set(verdicts) <= {"recorded"}, f"central found something to review: {verdicts}"


def parcels_left_once(day: Day) -> None:
    """Nobody was given the same parcel twice; what left the shelf is what both books say left."""
    given = Counter((order, number) for _, order, numbers in day.told.handed.values() for number in numbers)
    assert set(given.values()) <= {1}, f"given twice: {given}"
    left = {tuple(row) for row in day.office.rows("SELECT order_id, parcel FROM parcels WHERE left_event IS NOT NULL")}
    assert left == set(given), f"central says {left}, people were given {set(given)}"
    units = sum(day.told.units["A", *parcel] for parcel in given)
    ((gone,),) = day.boxes[0].rows("SELECT coalesce(sum(gone), 0) FROM reservations")
    assert gone == units, f"{gone} units are gone by the ledger, {units} were in the parcels that were given"
    back = {
        (o, line): qty
        for o, line, qty in day.office.rows(
            "SELECT order_id, line, sum(qty) FROM return_lines WHERE order_id IS NOT NULL GROUP BY order_id, line"
        )
    }
    assert back == dict(day.told.brought_back), f"brought back {day.told.brought_back}, central holds {back}"


def one_of_two_stands_aside(day: Day) -> None:
    """Two machines with one identity: one goes on, and one incident names both."""
    epochs = {box.epoch() for box in day.boxes}
    aside = [box.name for box in day.boxes if box.is_aside()]
    named = day.office.rows(
        f"SELECT subject, detail FROM incidents WHERE kind = '{IncidentKind.two_hubs_one_identity}'"
    )
    if len(epochs) > 1:
        assert len(aside) == 1, f"of {len(day.boxes)} machines {aside} stand aside"
        assert len(named) == 1, f"incidents: {named}"
    else:
        assert not aside, f"{aside} stand aside, though nothing tells the two apart"


def books_agree(day: Day) -> None:
    """Both ends say the same of every order: state, units, parcels, and by which event each left.

    An order of which a fact contradicts another is looked at by a person, and until then each end believes itself.
    """
    contradicted = {order for (order,) in day.office.rows("SELECT subject FROM ledger WHERE verdict = 'flagged'")}
    here = {}
    for order in day.boxes[0].orders():
        lines = [(line.picked_qty, line.short_qty, line.substituted_qty, line.step) for line in order.lines]
        parcels = [(each.number, each.state.value, each.left_event, each.shelf) for each in order.parcels]
        here[order.order_id] = (order.state.value, lines, parcels)
    there = {}
    lines_of: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for order_id, *counted in day.office.rows(
        "SELECT order_id, picked_qty, short_qty, substituted_qty, step FROM order_lines ORDER BY order_id, line"
    ):
        lines_of[order_id].append(tuple(counted))
    parcels_of: defaultdict[str, list[tuple[int, str, str | None, str]]] = defaultdict(list)
    for order_id, *parcel in day.office.rows(
        "SELECT order_id, parcel, state, left_event, shelf FROM parcels ORDER BY order_id, parcel"
    ):
        parcels_of[order_id].append(tuple(parcel))
    for order_id, state in day.office.rows("SELECT order_id, state FROM orders"):
        there[order_id] = (state, lines_of[order_id], parcels_of[order_id])
    for order_id, told in there.items():
        if order_id in contradicted:
            continue
        if order_id in here:
            assert here[order_id] == told, f"{order_id}: {here[order_id]} here, {told} there"
        else:
            assert told[0] == "cancelled", f"{order_id} never came down"
    assert set(here) <= set(there), f"central does not know {set(here) - set(there)}"
    for order_id in day.told.cancelled:
        assert there[order_id][0] == "cancelled", f"{order_id} was said to be cancelled and is {there[order_id][0]}"


def copies_are_no_older_than_their_feed(day: Day) -> None:
    """Nobody's cart or card is kept whom central took back, and nobody's is missing; names of orders go when they are old."""
    standing: defaultdict[str, set[str]] = defaultdict(set)
    for kind, key in day.office.rows("SELECT kind, key FROM feed_rows WHERE feed LIKE 'people:%' AND tombstone = 0"):
        standing[kind].add(key)
    for box in day.boxes:
        if box.is_aside():
            continue
        with box.hub.replica.reading() as conn:
            carts = {row[0] for row in conn.execute("SELECT cart_id FROM carts")}
            cards = {row[0] for row in conn.execute("SELECT identity FROM cards")}
            names = {row[0] for row in conn.execute("SELECT order_id FROM name_cards")}
        assert (carts, cards) == (standing["cart"], standing["card"]), f"{box.name} keeps {carts}, {cards}"
        assert names <= standing["name_card"], f"{box.name} keeps names of {names - standing['name_card']}"


def carts_are_what_was_granted(day: Day) -> None:
    """The quantities in each cart are those of the last change that was granted, whoever brought it."""
    answers = {
        wish: (cart, version)
        for wish, cart, version in day.office.rows(
            "SELECT wish_id, cart_id, version FROM wishes WHERE outcome = 'granted'"
        )
    }
    for person in day.people:
        grants = list(day.told.grants.get(person.cart, []))
        for wish, made in (day.told.wishes | day.told.unsaid).items():
            cart, version = answers.get(wish, ("", 0))
            if cart == person.cart:
                grants.append(Grant(version=version, lines=made.lines))
        expected: dict[str, int] = {}
        for grant in sorted(grants, key=lambda each: each.version):
            expected |= dict(grant.lines)
        there = {line.line: line.qty for line in day.office.cart(person).lines}
        assert there == {line: qty for line, qty in expected.items() if qty}, (
            f"{person.cart}: {there}, granted {grants}"
        )
        _copies_are_the_carts(day, person)


def _copies_are_the_carts(day: Day, person: Person) -> None:
    cart = day.office.cart(person)
    for box in day.boxes:
        if box.is_aside():
            continue
        with box.hub.replica.reading() as conn:
            stored = people.cart_of(conn, box.hub.keys, person.identity)
        assert stored is not None, f"{box.name} has no copy of {person.cart}"
        assert (stored.cart.version, stored.cart.lines) == (cart.version, cart.lines), f"{box.name} has an old copy"
