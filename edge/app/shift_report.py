"""The shift report: what is open and overdue, what is owed to central and since when, who handed over how, what was taken back."""

import msgspec

from edge.app.board import LineView, midnight_ms, read_line
from edge.app.hub import Hub
from edge.store import handovers, incidents, summaries
from edge.store.handovers import Handover, Tally
from edge.store.summaries import Summary
from sync import backlog

_NOT_READY = ("placed", "accepted", "picking", "staged")


class Overdue(msgspec.Struct, frozen=True, kw_only=True):
    """An order whose time has passed and that is not ready."""

    order_id: str
    display_code: str
    state: str
    promised_at_ms: int


class ShiftReport(msgspec.Struct, frozen=True, kw_only=True):
    """How the day stands at this moment; `since_ms` is the store's last midnight."""

    since_ms: int
    now_ms: int
    open: int
    arrived: int
    ready: int
    cancel_asked: int
    not_told: int  # ready, and central has not confirmed the message
    overdue: tuple[Overdue, ...]
    line: LineView
    owed_since_ms: int | None  # recorded time of the oldest fact of a pickup or a cart without a receipt
    incidents: int
    handed_over: int
    without_pass: int
    typed: int
    voided: int
    per_clerk: tuple[Tally, ...]
    voids: tuple[Handover, ...]


def read_shift(hub: Hub) -> ShiftReport:
    """The report as it is now, from this shop's own books: the same with the line cut."""
    since_ms, now_ms, line = midnight_ms(hub), hub.clock.now_ms(), read_line(hub)
    with hub.state.reading() as conn:
        found = summaries.open_orders(conn)
        tallies = tuple(handovers.tallies(conn, since_ms))
        voids = tuple(handovers.voided_since(conn, since_ms))
        owed = [lane.since_ms for lane in backlog.lanes(conn) if lane.lane < 2 and lane.since_ms is not None]
        waiting = incidents.open_count(conn)
    return ShiftReport(
        since_ms=since_ms,
        now_ms=now_ms,
        open=len(found),
        arrived=sum(each.arrived_at_ms is not None for each in found),
        ready=sum(each.state == "ready" for each in found),
        cancel_asked=sum(each.cancel_asked_at_ms is not None for each in found),
        not_told=sum(each.state == "ready" and each.told_at_ms is None for each in found),
        overdue=tuple(late for each in found if (late := _overdue(each, now_ms)) is not None),
        line=line,
        owed_since_ms=min(owed, default=None),
        incidents=waiting,
        handed_over=sum(each.handed_over - each.voided for each in tallies),
        without_pass=sum(each.without_pass for each in tallies),
        typed=sum(each.typed for each in tallies),
        voided=len(voids),
        per_clerk=tallies,
        voids=voids,
    )


def _overdue(order: Summary, now_ms: int) -> Overdue | None:
    if order.promised_at_ms is None or order.promised_at_ms >= now_ms or order.state not in _NOT_READY:
        return None
    return Overdue(
        order_id=order.order_id,
        display_code=order.display_code,
        state=order.state,
        promised_at_ms=order.promised_at_ms,
    )
