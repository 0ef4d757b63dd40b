"""Hard cases at the counter that need both ends, played one by one; each test begins with the name of its case."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.short_pick import ShortAsked, short_pick
from edge.app.stage_parcel import StageAsked, Staged, stage_parcel
from edge.app.void_handover import UndoHandoverAsked, Voided, undo_handover
from edge.domain.errors import Refusal
from edge.domain.pickup import LineState, OrderState, Pickup, ShortReason
from edge.passes import write_label
from tests.cast.pickups import SOAP, TEA
from tests.sim.world import KIM, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A whole line, two shoppers, and Ada's order of a soap and a tea, accepted."""
    world = World(tmp_path, 1)
    world.line.trouble = 0.0
    world.office.ada.put_in(SOAP, 1)
    world.office.ada.put_in(TEA, 1)
    world.office.ada.order()
    world.heal()
    yield world
    world.close()


def order(world: World) -> Pickup:
    (found,) = world.orders()
    return found


def packed(world: World, line: int) -> int:
    """Kim picks one line into a parcel of its own."""
    found = order(world)
    wanted = found.line(line)
    assert wanted is not None
    picks = (Pick(event_id=world.press(), line=line, qty=wanted.to_pick_qty, gtin=wanted.gtin),)
    pick_line(world.hub, PicksAsked(order_id=found.order_id, picks=picks), KIM)
    done = stage_parcel(world.hub, StageAsked(event_id=world.press(), order_id=found.order_id, shelf="A-1"), KIM)
    assert isinstance(done, Staged)
    return done.parcel


def handed(world: World, shown: str, *numbers: int) -> tuple[str, HandedOver | Refusal]:
    """Kim scans the pass and these labels; gives the press and its answer."""
    found = order(world)
    labels = tuple(write_label(found.order_id, number, found.revision) for number in numbers)
    asked = HandOverAsked(event_id=world.press(), pass_text=shown, labels=labels)
    return asked.event_id, hand_over(world.hub, asked, actor=KIM, desk="1")


def shown(world: World) -> str:
    given = world._pass_of(order(world))
    assert given is not None
    return given


def test_rest_collection_same_pass(world: World) -> None:
    first, pass_text = packed(world, 1), shown(world)
    _, answer = handed(world, pass_text, first)
    assert isinstance(answer, HandedOver)
    assert answer.state is OrderState.picking
    assert order(world).marks.partly_handed_over
    world.heal()
    second = packed(world, 2)
    _, again = handed(world, pass_text, first)
    assert isinstance(again, Refusal)
    assert again.reason == "parcel_left"
    _, rest = handed(world, pass_text, second)
    assert isinstance(rest, HandedOver)
    assert rest.state is OrderState.handed_over
    _, late = handed(world, pass_text, second)
    assert isinstance(late, Refusal)
    assert late.reason == "already_collected"
    world.heal()
    assert world.state_at_central(order(world).order_id) == "handed_over"


def test_all_lines_short(world: World) -> None:
    found = order(world)
    for line in found.lines:
        asked = ShortAsked(
            event_id=world.press(),
            order_id=found.order_id,
            line=line.line,
            qty=line.qty,
            reason=ShortReason.not_found,
        )
        assert not isinstance(short_pick(world.hub, asked, KIM), Refusal)
    after = order(world)
    assert {line.state for line in after.lines} == {LineState.short}
    assert (after.state, after.closed_reason) == (OrderState.declined, "all_short")
    world.heal()
    assert world.state_at_central(found.order_id) == "declined"
    assert world.facts("pickup.declined") == 1
    assert world.office.count("ledger", "verdict = 'flagged'") == 0


def test_void_after_push(world: World) -> None:
    numbers, pass_text = (packed(world, 1), packed(world, 2)), shown(world)
    event, answer = handed(world, pass_text, *numbers)
    assert isinstance(answer, HandedOver)
    world.sync()
    assert world.state_at_central(order(world).order_id) == "handed_over"
    done = undo_handover(world.hub, UndoHandoverAsked(event_id=world.press(), handover_id=event), actor=KIM, desk="1")
    assert isinstance(done, Voided)
    assert (done.parcels, done.state) == (numbers, OrderState.ready)
    world.heal()
    assert world.state_at_central(order(world).order_id) == "ready"
    assert world.office.count("parcels", "left_event IS NOT NULL") == 0
    _, now = handed(world, pass_text, *numbers)
    assert isinstance(now, HandedOver)
    world.heal()
    assert world.state_at_central(order(world).order_id) == "handed_over"
    assert world.office.count("ledger", "verdict = 'flagged'") == 0
