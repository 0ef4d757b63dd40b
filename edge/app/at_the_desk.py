"""What a hand-over is asked with: pass or typed code, labels, and who stands beside the clerk; PINs are proven before the act."""

from typing import Annotated, Protocol

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from edge.app import recovering
from edge.app.act import Tx
from edge.app.asked import Digits, EventId, Name, Scan
from edge.app.desk_look import Looked, Rules, rules_for, why_look
from edge.app.hub import Hub
from edge.app.recovering import RecoveringReason
from edge.app.roll_labels import read_parcel
from edge.app.show_pass import ScanReason, genuine_pass, revoked
from edge.app.sign_in import ManagerSays, second_person, vouch
from edge.app.typed_at_desk import TypingReason, order_of_code, who_allowed
from edge.domain.errors import Refusal
from edge.domain.facts import HandoverHow, PickupHandedOver
from edge.domain.pickup import ParcelSeen, PassSeen, Pickup, decide_handover, found_of
from edge.store import answers

Labels = Annotated[tuple[Scan, ...], Meta(max_length=255)]


class HandOverAsked(msgspec.Struct, frozen=True, kw_only=True, rename={"pass_text": "pass"}):
    """What the clerk scanned, or (`typed`) typed. `digits` go with the eight characters that are typed for a pass.

    `receipt_no` is the till's, needed when money is due; `name_checked` opens an expired pass and is needed above the value
    limit, with the PIN of a `second` member of staff; `proxy`: somebody else collects. Of an age check only `age_checked`
    is kept. `manager` vouches, which is needed while the hub is recovering and for the first typing of a shift.
    """

    event_id: EventId
    pass_text: Scan
    digits: Digits | None = None
    labels: Labels
    typed: bool = False
    receipt_no: Name | None = None
    proxy: bool = False
    name_checked: bool = False
    age_checked: bool = False
    second: ManagerSays | None = None
    manager: ManagerSays | None = None

    @property
    def is_typed(self) -> bool:
        """True when a manager has to have vouched for typing in this shift."""
        return self.typed or self.digits is not None


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands beside the clerk: the manager who vouches, now or for the shift, and a second member of staff."""

    vouched_by: str | None = None
    second_by: str | None = None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What opens the order: its pass, or without one (`seen` None) what stands for it."""

    order_id: str
    how: HandoverHow
    seen: PassSeen | None = None


class Looks(Protocol):
    """What every way of handing over says of the till's receipt and of what the clerk looked at."""

    @property
    def event_id(self) -> str:
        """The press."""

    @property
    def receipt_no(self) -> str | None:
        """The till's receipt."""

    @property
    def proxy(self) -> bool:
        """Somebody else collects."""

    @property
    def name_checked(self) -> bool:
        """The clerk looked at the name."""

    @property
    def age_checked(self) -> bool:
        """The clerk looked at the age."""


class Press(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of a hand-over before its transaction begins."""

    asked: Looks
    actor: str
    desk: str
    shown: Shown
    labels: tuple[ParcelSeen, ...]
    beside: Beside
    rules: Rules


def read_press(hub: Hub, asked: HandOverAsked, *, actor: str, desk: str) -> Press | Refusal:
    """Prove the PINs and the pass, look the typed code up, read the labels."""
    beside = _who_stands_beside(hub, asked, actor=actor, desk=desk)
    if isinstance(beside, Refusal):
        return beside
    shown = _shown(hub, asked, actor)
    if isinstance(shown, Refusal):
        return shown
    labels = read_labels(hub, asked.labels)
    if isinstance(labels, Refusal):
        return labels
    rules = rules_for(hub, shown.order_id)
    return Press(asked=asked, actor=actor, desk=desk, shown=shown, labels=labels, beside=beside, rules=rules)


def was_answered(hub: Hub, event_id: str) -> bool:
    """True for a press that has its answer already: no PIN is looked at and no code is tried a second time for it."""
    with hub.state.reading() as conn:
        return answers.find(conn, event_id) is not None


def question_of(asked: HandOverAsked) -> HandOverAsked:
    """What makes two presses the same question: everything but the PINs."""
    return replace(asked, manager=_without_pin(asked.manager), second=_without_pin(asked.second))


def is_kept(refusal: Refusal) -> bool:
    """False for a no that a PIN or another try may turn into a yes: the same press may come again."""
    return refusal.reason not in _NOT_KEPT


def read_labels(hub: Hub, texts: tuple[str, ...]) -> tuple[ParcelSeen, ...] | Refusal:
    """The parcels in the clerk's hand, each once, by their own labels or by those from the roll."""
    with hub.state.reading() as conn:
        labels = tuple(read_parcel(conn, text) for text in texts)
    if None in labels:
        return Refusal(ScanReason.unreadable_label)
    return tuple(dict.fromkeys(label for label in labels if label is not None))


def why_not(tx: Tx, press: Press, pickup: Pickup, *, look: bool = True) -> Refusal | None:
    """Why these parcels may not leave now: the rule book, then what the clerk still has to look at."""
    asked, seen = press.asked, press.shown.seen
    refusal = decide_handover(
        pickup,
        seen,
        press.labels,
        tx.now_ms,
        tx.at.confirmed,
        store_number=seen.store_number if seen else None,
        receipt_no=asked.receipt_no,
        name_checked=asked.name_checked,
        revoked_pass_ids=revoked(tx.conn, pickup.order_id),
    )
    if refusal is not None or not look:
        return refusal
    looked = Looked(name=asked.name_checked, age=asked.age_checked, second_by=press.beside.second_by)
    return why_look(press.rules, pickup, press.labels, looked)


def fact_of(tx: Tx, press: Press, pickup: Pickup) -> PickupHandedOver:
    """The fact of this hand-over, as it finds the order."""
    asked, seen = press.asked, press.shown.seen
    return PickupHandedOver(
        actor=press.actor,
        at=tx.at,
        order=press.shown.order_id,
        parcels=tuple(sorted({label.number for label in press.labels})),
        pass_id=seen.pass_id if seen else None,
        pass_revision=seen.revision if seen else None,
        receipt_no=asked.receipt_no,
        how=press.shown.how,
        desk=press.desk,
        found=found_of(pickup),
        vouched_by=press.beside.vouched_by,
        proxy=asked.proxy,
        name_checked=asked.name_checked,
        age_checked=asked.age_checked,
        second_by=press.beside.second_by,
    )


def _who_stands_beside(hub: Hub, asked: HandOverAsked, *, actor: str, desk: str) -> Beside | Refusal:
    vouched = _vouched(hub, asked, actor=actor, desk=desk)
    if isinstance(vouched, Refusal):
        return vouched
    second = None if asked.second is None else second_person(hub, asked.second, actor)
    return second if isinstance(second, Refusal) else Beside(vouched_by=vouched, second_by=second)


def _vouched(hub: Hub, asked: HandOverAsked, *, actor: str, desk: str) -> str | Refusal | None:
    with hub.state.reading() as conn:
        is_recovering = recovering.is_recovering(conn)
        allowed_by = who_allowed(conn, actor=actor, desk=desk, now_ms=hub.clock.now_ms())
    if not is_recovering and not asked.is_typed:
        return None
    if not is_recovering and allowed_by is not None:
        return allowed_by
    if asked.manager is None:
        return Refusal(RecoveringReason.manager_needed if is_recovering else TypingReason.typing_not_allowed)
    return vouch(hub, asked.manager)


def _shown(hub: Hub, asked: HandOverAsked, actor: str) -> Shown | Refusal:
    if asked.digits is not None:
        order_id = order_of_code(hub, asked.pass_text, asked.digits, actor)
        return order_id if isinstance(order_id, Refusal) else Shown(order_id=order_id, how=HandoverHow.code)
    seen = genuine_pass(hub, asked.pass_text)
    return seen if isinstance(seen, Refusal) else Shown(order_id=seen.order_id, how=HandoverHow.pass_, seen=seen)


def _without_pin(says: ManagerSays | None) -> ManagerSays | None:
    return None if says is None else replace(says, pin="")


_NOT_KEPT = frozenset(
    {
        "manager_needed",
        "wrong_manager_pin",
        "wrong_pin",
        "wrong_second_pin",
        "locked",
        *TypingReason,
    }
)
