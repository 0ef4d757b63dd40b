"""Hand an order over without its pass: found by its number or the last four digits, a document looked at, a manager's PIN.

Nothing of the document is kept, and the shift report counts these per clerk.
"""

import msgspec
from msgspec.structs import replace

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import Digits, EventId, Name, OrderId
from edge.app.at_the_desk import Beside, Labels, Press, Shown, fact_of, read_labels, was_answered, why_not
from edge.app.board import read_names
from edge.app.desk_look import LookReason, rules_for
from edge.app.hub import Hub
from edge.app.leave_shop import HandedOver, leave
from edge.app.move_pickup import UNKNOWN
from edge.app.sign_in import ManagerSays, second_person, vouch
from edge.domain.errors import Refusal
from edge.domain.facts import HandoverHow
from edge.store import pickups


class ByNameAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The order the shopper names, the labels in the clerk's hand, and the manager who looked on.

    `digits` are the last four of the phone, compared where this shop holds them. `second` is needed above the value limit
    when the manager is the clerk herself.
    """

    event_id: EventId
    order_id: OrderId
    labels: Labels
    digits: Digits | None = None
    receipt_no: Name | None = None
    proxy: bool = False
    name_checked: bool = False
    age_checked: bool = False
    manager: ManagerSays
    second: ManagerSays | None = None


def hand_over_by_name(hub: Hub, asked: ByNameAsked, *, actor: str, desk: str) -> HandedOver | Refusal:
    """Hand over exactly the parcels whose labels were scanned. While the hub is recovering only a pass does."""
    beside = Beside() if was_answered(hub, asked.event_id) else _beside(hub, asked, actor)
    if isinstance(beside, Refusal):
        return beside
    labels, wrong = read_labels(hub, asked.labels), _wrong_digits(hub, asked)
    rules = rules_for(hub, asked.order_id)

    shown = Shown(order_id=asked.order_id, how=HandoverHow.manual)

    def act(tx: Tx) -> HandedOver | Refusal:
        if isinstance(labels, Refusal):
            return labels
        press = Press(asked=asked, actor=actor, desk=desk, shown=shown, labels=labels, beside=beside, rules=rules)
        return wrong or _act(tx, press)

    question = replace(asked, manager=replace(asked.manager, pin=""), second=None)
    return once(hub, asked.event_id, question, HandedOver, act)


def _act(tx: Tx, press: Press) -> HandedOver | Refusal:
    waits = recovering.refusal(tx.conn)
    pickup = pickups.get(tx.conn, press.shown.order_id)
    if waits is not None or pickup is None:
        return waits or UNKNOWN
    if not press.asked.name_checked:
        return Refusal(LookReason.name_check)
    refusal = why_not(tx, press, pickup)
    return refusal or leave(tx, pickup, fact_of(tx, press, pickup), press.asked.event_id)


def _beside(hub: Hub, asked: ByNameAsked, actor: str) -> Beside | Refusal:
    manager = vouch(hub, asked.manager)
    if isinstance(manager, Refusal):
        return manager
    if manager != actor or asked.second is None:
        return Beside(vouched_by=manager, second_by=manager if manager != actor else None)
    second = second_person(hub, asked.second, actor)
    return second if isinstance(second, Refusal) else Beside(vouched_by=manager, second_by=second)


def _wrong_digits(hub: Hub, asked: ByNameAsked) -> Refusal | None:
    card = read_names(hub, [asked.order_id]).get(asked.order_id)
    if asked.digits is None or card is None or card.last4 in ("", asked.digits):
        return None
    return Refusal(LookReason.wrong_digits)
