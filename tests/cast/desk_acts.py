"""What people at a desk do beside the plain hand-over: presses with their defaults filled in, and a second shift of staff."""

from edge.app.act import Tx, in_one_transaction
from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.hand_over_by_name import ByNameAsked, hand_over_by_name
from edge.app.parcel_is_here import parcel_is_here
from edge.app.sign_in import ManagerSays
from edge.app.void_handover import UndoHandoverAsked, Voided, undo_handover
from edge.domain.errors import Refusal
from edge.domain.facts import VoidReason
from edge.domain.pickup import Pickup
from edge.domain.truth import NameCard, OrderDown, StaffDown, StaffMember, StoreDown, StoreSettings
from edge.passes import typed_check
from edge.store import pickups, typed_codes
from tests.cast.counter import KIM, PIN, STORE, STORE_NUMBER, pin_hash
from tests.cast.floor import Floor

LEE = "clerk:lee"
CODE = "7QK4MMNP"
DIGITS = "5678"


def both_work(floor: Floor) -> None:
    """Kim the clerk and Lee the manager work here today."""
    kim = StaffMember(staff_id="kim", name="김직원", role="clerk", pin_hash=pin_hash())
    lee = StaffMember(staff_id="lee", name="이매니저", role="manager", pin_hash=pin_hash())
    floor.down((f"config:{STORE}", "staff", STORE, StaffDown(list=(kim, lee))))


def settings(floor: Floor, given: StoreSettings) -> None:
    """Head office decides something for this store."""
    store = StoreDown(
        store=STORE,
        store_number=STORE_NUMBER,
        name={"ko": "성수 플래그십", "en": "Seongsu Flagship"},
        settings=given,
        currency="KRW",
        timezone="Asia/Seoul",
    )
    floor.down((f"config:{STORE}", "store", STORE, store))


def lee_says(pin: str = PIN) -> ManagerSays:
    """Lee puts her name to it."""
    return ManagerSays(staff_id="lee", pin=pin)


def kim_says() -> ManagerSays:
    """Kim's own number and PIN."""
    return ManagerSays(staff_id="kim", pin=PIN)


def press(floor: Floor, order: OrderDown, *labels: str, **more: object) -> HandedOver | Refusal:
    """Kim scans the pass of `order` and these labels, at desk 1 or the `desk` of another number."""
    desk = str(more.pop("desk", "1"))
    asked = HandOverAsked(event_id=floor.press(), **{"pass_text": floor.pass_of(order), "labels": labels, **more})  # type: ignore[arg-type]  # a test's keywords
    return hand_over(floor.hub, asked, actor=KIM, desk=desk)


def still_here(floor: Floor, order: OrderDown, *labels: str, desk: str = "2") -> HandedOver | Refusal:
    """At another desk the parcel is in the hand although it was recorded as gone."""
    asked = HandOverAsked(event_id=floor.press(), pass_text=floor.pass_of(order), labels=labels)
    return parcel_is_here(floor.hub, asked, actor=KIM, desk=desk)


def by_name(floor: Floor, order: OrderDown, *labels: str, **more: object) -> HandedOver | Refusal:
    """Kim looks at a document and Lee at Kim."""
    given: dict[str, object] = {"name_checked": True, "manager": lee_says(), **more}
    asked = ByNameAsked(event_id=floor.press(), order_id=order.order_id, labels=labels, **given)  # type: ignore[arg-type]  # a test's keywords
    return hand_over_by_name(floor.hub, asked, actor=KIM, desk="1")


def undo(
    floor: Floor,
    handover: str,
    *,
    desk: str = "1",
    reason: VoidReason = VoidReason.undo,
    manager: ManagerSays | None = None,
) -> Voided | Refusal:
    """Somebody presses undo."""
    asked = UndoHandoverAsked(event_id=floor.press(), handover_id=handover, reason=reason, manager=manager)
    return undo_handover(floor.hub, asked, actor=KIM, desk=desk)


def last_handover(floor: Floor) -> str:
    """The event_id of the newest handover."""
    return floor.facts("pickup.handed_over")[-1]


def has_code(floor: Floor, order: OrderDown, code: str = CODE, last4: str = DIGITS) -> None:
    """The order's code and the name card of whoever collects it are here."""

    def act(tx: Tx) -> None:
        typed_codes.put(tx.conn, order.order_id, typed_check(code, STORE))

    in_one_transaction(floor.hub, act)
    card = NameCard(order_id=order.order_id, identity=None, masked_name="김*수", last4=last4)
    floor.down((f"people:{STORE}", "name_card", order.order_id, card))


def book(floor: Floor, order: OrderDown) -> Pickup:
    """The order as it stands."""
    with floor.hub.state.reading() as conn:
        found = pickups.get(conn, order.order_id)
    assert found is not None
    return found
