"""What may be done about a no at the hand-over: the shopper is here after all, the parcel is here after all, no pass at all."""

import msgspec

from edge.app.order_detail import OrderDetail, ParcelDetail
from edge.domain.pickup import PickupReason
from kiosk_ui.staff.hand_view import HandState
from kiosk_ui.staff.refusals import RefusalAct
from kiosk_ui.staff.words import WORDS

GO_ON = "go_on"
"""The clerk goes on with what was scanned before the no."""
BY_NAME = "by_name"
"""The clerk says that no pass can be shown."""

_GONE = (PickupReason.already_collected, PickupReason.parcel_left)


def acts_for(reason: str, state: HandState | None, order: OrderDetail | None) -> tuple[RefusalAct, ...]:
    """The presses offered beside "scan again", the likeliest first."""
    if state is None or order is None:
        return ()
    if reason == PickupReason.cancel_asked:
        return _cancel(order)
    if reason in _GONE and state.labels:
        return (_is_here(state),) if state.pass_text else tuple(_void(order, state))
    return ()


def _cancel(order: OrderDetail) -> tuple[RefusalAct, ...]:
    path = f"/v1/pickups/{order.card.order_id}/cancel"
    return (
        RefusalAct(
            word=WORDS.text("refuse.shopper_is_here"),
            path=path,
            body=_json(grant=False),
            turn=GO_ON,
            figure="user-check",
        ),
        RefusalAct(word=WORDS.text("refuse.grant_cancel"), path=path, body=_json(grant=True), did="cancelled"),
    )


def _is_here(state: HandState) -> RefusalAct:
    """The book says it left; the parcel in the hand says it did not: one press puts both right."""
    body = {"pass": state.pass_text, "digits": state.digits, "labels": state.labels, "typed": state.typed}
    return RefusalAct(
        word=WORDS.text("refuse.parcel_is_here"),
        path="/v1/handovers/parcel-is-here",
        body=_json(**body),
        did="handed",
        figure="package-check",
    )


def _void(order: OrderDetail, state: HandState) -> list[RefusalAct]:
    """A bag came back over the counter and nobody shows a pass: a manager takes the record back."""
    events = {each.left_event for each in order.parcels if each.number in state.checked and each.left_event}
    return [
        RefusalAct(
            word=WORDS.text("refuse.take_record_back"),
            path=f"/v1/handovers/{event}/undo",
            body=_json(reason="wrong_bag"),
            did="undone",
            manager=True,
            figure="undo-2",
        )
        for event in sorted(events)
    ]


def left(parcel: ParcelDetail | None) -> dict[str, str | int]:
    """When a parcel left and who gave it out, as the full-screen no says it."""
    return {} if parcel is None else {"when_ms": parcel.left_at_ms or 0, "by": parcel.left_by or ""}


def _json(**body: object) -> str:
    return msgspec.json.encode(body).decode()
