"""What screens read: the board in the order of work, an order in full, the ops page; and what the board costs."""

from edge.app.board import NextAct, Wait, read_board
from edge.app.call_staff import CallAsked, Called, call_staff, close_call
from edge.app.keep_line import confirm_time, note_beat
from edge.app.ops_view import read_ops
from edge.app.order_detail import read_order
from edge.app.status import read_status
from edge.domain.clock import DRIFT_MS, SimClock
from edge.domain.pickup import ParcelUnits
from tests.cast.counter import KIM
from tests.cast.floor import KIOSK, Floor, refused


def test_who_came_first_is_first_and_the_rest_by_promise(floor: Floor) -> None:
    late, _ = floor.ready((1, 1))
    early, _ = floor.ready((4, 1))
    waiting = floor.order((1, 1), promised_in_min=5)
    later = floor.order((1, 1), promised_in_min=3)
    floor.arrive(early)
    floor.clock.advance(300_000)
    floor.arrive(late)
    board = read_board(floor.hub)
    assert [card.order_id for card in board.arrived] == [early.order_id, late.order_id]
    assert [card.wait for card in board.arrived] == [Wait.RED, Wait.FRESH]
    assert [card.order_id for card in board.preparing] == [later.order_id, waiting.order_id]


def test_every_state_offers_its_one_act(floor: Floor) -> None:
    fresh = floor.order((0, 900))
    picking = floor.order((1, 2), (4, 1))
    loose = floor.order((1, 1))
    floor.pick(picking, lines=1)
    floor.pick(loose)
    ready, _ = floor.ready((1, 1))
    board = read_board(floor.hub)
    acts = {card.order_id: card.act for card in (*board.fresh, *board.preparing, *board.ready)}
    assert acts == {
        fresh.order_id: NextAct.ACCEPT,
        picking.order_id: NextAct.PICK,
        loose.order_id: NextAct.STAGE,
        ready.order_id: NextAct.HAND_OVER,
    }


def test_a_card_says_who_and_where_but_a_guest_without_a_name_is_a_dash(floor: Floor) -> None:
    order = floor.order((1, 2), (4, 1))
    floor.named(order, floor.ada)
    floor.pick(order)
    floor.stage(order, "A-1", (ParcelUnits(1, 2),))
    floor.stage(order, "A-2")
    nobody = floor.order((1, 1), named=False)
    board = read_board(floor.hub)
    (card,) = board.ready
    assert (card.masked_name, card.last4, card.shelves, card.parcels_here) == ("A*a", "5678", ("A-1", "A-2"), 2)
    guest = next(each for each in board.preparing if each.order_id == nobody.order_id)
    assert (guest.masked_name, guest.guest) == (None, True)


def test_two_more_are_ready_for_the_same_person(floor: Floor) -> None:
    orders = [floor.ready((1, 1), shelf=shelf)[0] for shelf in ("A-1", "A-2", "A-3")]
    foreign, _ = floor.ready((1, 1))
    for order in orders:
        floor.named(order, floor.ada)
    floor.named(foreign, floor.minjun)
    detail = read_order(floor.hub, orders[0].order_id)
    assert detail is not None
    assert {(each.display_code, each.shelves) for each in detail.also_ready} == {
        (orders[1].display_code, ("A-2",)),
        (orders[2].display_code, ("A-3",)),
    }
    assert read_order(floor.hub, "AAAAAAAAAAAAB") is None


def test_a_call_stands_until_somebody_goes_there(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    press = floor.press()
    asked = CallAsked(event_id=press, screen="cart", visit_id=visit.visit_id)
    assert call_staff(floor.hub, asked, kiosk=KIOSK) == Called(call_id=press)
    assert call_staff(floor.hub, asked, kiosk=KIOSK) == Called(call_id=press)
    (call,) = read_board(floor.hub).calls
    assert (call.kiosk, call.screen, call.masked_name) == (KIOSK, "cart", "A*a")
    close_call(floor.hub, press, KIM)
    close_call(floor.hub, press, KIM)
    assert read_board(floor.hub).calls == ()
    assert refused(close_call(floor.hub, floor.press(), KIM)) == "unknown_call"
    assert len(floor.facts("staff.called")) == 1


def test_the_banner_counts_pickups_and_carts_and_not_telemetry(floor: Floor) -> None:
    floor.order((1, 1))
    call_staff(floor.hub, CallAsked(event_id=floor.press(), screen="cart"), kiosk=KIOSK)
    line = read_board(floor.hub).line
    assert (line.owed, line.owed_all, line.state) == (1, 2, "cut")
    lanes = {lane.lane: lane.owed for lane in read_ops(floor.hub).lanes}
    assert lanes == {0: 1, 1: 0, 2: 1}


def test_time_is_confirmed_once_and_says_by_how_much_it_was_off(floor: Floor) -> None:
    object.__setattr__(floor.hub, "clock", SimClock(1_000, confirmed=False))
    confirm_time(floor.hub, 61_000)
    confirm_time(floor.hub, 61_000 + DRIFT_MS)
    assert floor.hub.clock.now_ms() == 61_000
    confirm_time(floor.hub, 99_000)
    assert floor.hub.clock.now_ms() == 99_000, "a clock that drifted is set right without another fact"
    (fact,) = [envelope for envelope in floor.envelopes() if b"clock.corrected" in envelope]
    assert b'"offset_ms":60000' in fact


def test_the_line_going_and_coming_back_is_told_once_each(floor: Floor) -> None:
    start = floor.hub.live.version
    stream = floor.hub.live.open(start, board=True)
    assert stream is not None
    for passed in (True, True, False, False, False, False, True, True):
        note_beat(floor.hub, passed=passed)
    told = [stream.next(0.01) for _ in range(4)]
    assert [event and event.name for event in told] == ["line", "line", "line", None]


def test_the_board_costs_the_same_few_queries_for_one_order_and_for_forty(floor: Floor) -> None:
    def statements() -> int:
        seen: list[str] = []
        with floor.hub.state.reading() as conn, floor.hub.replica.reading() as copies:
            conn.set_trace_callback(seen.append)
            copies.set_trace_callback(seen.append)
            read_board(floor.hub)
            conn.set_trace_callback(None)
            copies.set_trace_callback(None)
        return len(seen)

    floor.ready((1, 1))
    few = statements()
    for _ in range(39):
        floor.order((1, 1), (4, 1))
    assert statements() == few


def test_a_kiosk_reads_the_store_the_line_and_the_time(floor: Floor) -> None:
    status = read_status(floor.hub)
    assert (status.line.value, status.store.name["ko"], status.store.aisles) == ("cut", "성수 플래그십", (1, 3, 5, 6))
    assert (status.store.hours_today, status.now_ms) == ("00:00–24:00", floor.clock.now_ms())
