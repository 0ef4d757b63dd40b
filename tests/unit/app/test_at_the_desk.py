"""What a clerk looks at before something leaves: a name above the value limit, an age, a document where there is no pass."""

import pytest

from edge.app.find_order import FindAsked, find_orders
from edge.app.hand_over import HandedOver
from edge.app.put_aside import note_superseded
from edge.app.read_scan import ScanAsked, read_scan
from edge.app.recovering import Reason, begin
from edge.domain.truth import StoreSettings
from tests.cast.counter import KIM
from tests.cast.desk_acts import LEE, both_work, by_name, kim_says, lee_says, press, settings
from tests.cast.floor import Floor, refused
from tests.cast.recorded import last_fact


def test_above_the_value_limit_a_name_is_checked_and_a_second_person_enters_a_pin(floor: Floor) -> None:
    both_work(floor)
    settings(floor, StoreSettings(value_limit_minor=20_000))
    order, staged = floor.ready((1, 2))
    before = floor.dump()
    assert refused(press(floor, order, staged.label)) == "value_limit"
    assert refused(press(floor, order, staged.label, name_checked=True)) == "value_limit"
    assert refused(press(floor, order, staged.label, second=lee_says())) == "value_limit"
    assert refused(press(floor, order, staged.label, name_checked=True, second=kim_says())) == "wrong_second_pin"
    assert (
        refused(press(floor, order, staged.label, name_checked=True, second=lee_says("111111"))) == "wrong_second_pin"
    )
    assert floor.dump() == before
    assert isinstance(press(floor, order, staged.label, name_checked=True, second=lee_says()), HandedOver)
    assert (last_fact(floor)["name_checked"], last_fact(floor)["second_by"]) == (True, LEE)


def test_the_limit_itself_is_not_above_it_and_a_store_may_want_the_name_alone(floor: Floor) -> None:
    settings(floor, StoreSettings(value_limit_minor=38_000, second_pin=False))
    order, staged = floor.ready((1, 2))
    assert isinstance(press(floor, order, staged.label), HandedOver)
    settings(floor, StoreSettings(value_limit_minor=37_999, second_pin=False))
    other, others = floor.ready((1, 2))
    assert refused(press(floor, other, others.label)) == "value_limit"
    assert isinstance(press(floor, other, others.label, name_checked=True), HandedOver)


def test_an_age_is_looked_at_for_goods_that_need_it_and_nothing_of_it_is_kept(floor: Floor) -> None:
    settings(floor, StoreSettings(age_categories=("stick",)))
    plain, plains = floor.ready((4, 1))
    assert isinstance(press(floor, plain, plains.label), HandedOver)
    order, staged = floor.ready((4, 1), (1, 1))
    assert refused(press(floor, order, staged.label)) == "age_check"
    assert isinstance(press(floor, order, staged.label, age_checked=True), HandedOver)
    fact = last_fact(floor)
    assert fact["age_checked"] is True
    assert set(fact) <= {
        *("actor", "at", "order", "parcels", "pass_id", "pass_revision", "receipt_no", "how", "desk", "found"),
        *("vouched_by", "proxy", "name_checked", "age_checked", "second_by"),
    }


def test_somebody_else_collects_with_a_forwarded_pass_and_the_record_says_so(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    assert isinstance(press(floor, order, staged.label, proxy=True), HandedOver)
    assert last_fact(floor)["proxy"] is True


def test_without_a_pass_a_document_and_a_manager_hand_it_over(floor: Floor) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    done = by_name(floor, order, staged.label)
    assert isinstance(done, HandedOver)
    fact = last_fact(floor)
    assert (fact["how"], fact["vouched_by"], fact["pass_id"], fact["actor"]) == ("manual", LEE, None, KIM)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"name_checked": False}, "name_check"),
        ({"digits": "0000"}, "wrong_digits"),
        ({"manager": kim_says()}, "wrong_manager_pin"),
        ({"manager": lee_says("999999")}, "wrong_manager_pin"),
    ],
)
def test_without_a_pass_nothing_is_taken_on_trust(floor: Floor, more: dict[str, object], reason: str) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    before = floor.dump()
    assert refused(by_name(floor, order, staged.label, **more)) == reason
    assert floor.dump() == before


def test_without_a_pass_the_label_still_decides(floor: Floor) -> None:
    both_work(floor)
    order, _ = floor.ready((1, 1))
    _, others = floor.ready((4, 1))
    assert refused(by_name(floor, order)) == "no_parcel_scanned"
    assert refused(by_name(floor, order, others.label)) == "wrong_parcel"


def test_a_manager_who_is_the_clerk_needs_a_second_person_above_the_limit(floor: Floor) -> None:
    floor.promote_kim()
    settings(floor, StoreSettings(value_limit_minor=1))
    order, staged = floor.ready((1, 1))
    assert refused(by_name(floor, order, staged.label, manager=kim_says())) == "value_limit"
    both_work(floor)
    assert isinstance(by_name(floor, order, staged.label), HandedOver), "Lee is the second person by vouching"


def test_while_the_book_may_be_old_only_a_pass_opens_an_order(floor: Floor) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    with floor.hub.state.writing() as conn:
        begin(conn, floor.clock.now_ms(), Reason.restored)
    assert refused(by_name(floor, order, staged.label)) == "recovering"
    assert refused(press(floor, order, staged.label)) == "manager_needed"
    assert isinstance(press(floor, order, staged.label, manager=lee_says()), HandedOver)


def test_a_hub_that_was_put_aside_hands_nothing_over_by_name(floor: Floor) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    note_superseded(floor.hub, "replaced", floor.clock.now_ms())
    assert refused(by_name(floor, order, staged.label)) == "superseded"


def test_an_order_is_found_by_what_the_shopper_knows(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    other, _ = floor.ready((4, 1))
    floor.named(order, floor.minjun)
    floor.named(other, floor.ada)
    for known in (order.display_code, f" {order.display_code.lower()} ", order.order_id, floor.minjun.last4):
        assert [each.order_id for each in find_orders(floor.hub, FindAsked(known=known)).orders] == [order.order_id]
    assert find_orders(floor.hub, FindAsked(known="nobody")).orders == ()


def test_of_one_shoppers_orders_the_others_are_named_and_their_passes_asked_for(floor: Floor) -> None:
    mine = [floor.ready((1, 1))[0] for _ in range(3)]
    for order in mine:
        floor.named(order, floor.ada)
    seen = read_scan(floor.hub, ScanAsked(scan=floor.pass_of(mine[0])), KIM)
    assert seen.order is not None
    assert {each.order_id for each in seen.order.also_ready} == {order.order_id for order in mine[1:]}
