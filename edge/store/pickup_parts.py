"""What an order consists of, as rows: lines, charges, parcels, questions and what was undone; written by difference."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from edge.domain.pickup import (
    AnsweredHow,
    Charge,
    Choice,
    Offer,
    Parcel,
    ParcelState,
    ParcelUnits,
    Pickup,
    PickupLine,
    Question,
    ShortReason,
)
from sync.db import Connection

K = TypeVar("K")
T = TypeVar("T")

_LINE = "line, gtin, qty, price_minor, picked_qty, short_qty, short_reason, substituted_qty, for_line, step"
_PARCEL = "number, state, shelf, staged_at_ms, left_at_ms, left_by, left_event, state_before, restocked, step"
_QUESTION = "question_id, line, qty, reason, offers, until_ms, choice, gtin, how"


def lines_of(conn: Connection, order_ids: Sequence[str]) -> dict[str, tuple[PickupLine, ...]]:
    """The lines of these orders, by place."""
    rows = conn.execute(
        f"SELECT order_id, {_LINE} FROM pickup_lines WHERE order_id IN ({_marks(order_ids)}) ORDER BY order_id, line",  # noqa: S608 - constants and marks
        order_ids,
    )
    return _grouped(
        (
            order_id,
            PickupLine(
                line=line,
                gtin=gtin,
                qty=qty,
                price_minor=price_minor,
                picked_qty=picked_qty,
                short_qty=short_qty,
                short_reason=None if reason is None else ShortReason(reason),
                substituted_qty=substituted_qty,
                for_line=for_line,
                step=step,
            ),
        )
        for order_id, line, gtin, qty, price_minor, picked_qty, short_qty, reason, substituted_qty, for_line, step in rows
    )


def charges_of(conn: Connection, order_ids: Sequence[str]) -> dict[str, tuple[Charge, ...]]:
    """The charges of these orders."""
    rows = conn.execute(
        f"SELECT order_id, code, text, qty, price_minor FROM pickup_charges WHERE order_id IN ({_marks(order_ids)}) ORDER BY order_id, position",  # noqa: S608 - marks only
        order_ids,
    )
    return _grouped(
        (order_id, Charge(code=code, text=text, qty=qty, price_minor=price_minor))
        for order_id, code, text, qty, price_minor in rows
    )


def parcels_of(conn: Connection, order_ids: Sequence[str]) -> dict[str, tuple[Parcel, ...]]:
    """The parcels of these orders with their units, by number."""
    units: dict[tuple[str, int], list[ParcelUnits]] = {}
    for order_id, number, line, qty in conn.execute(
        f"SELECT order_id, number, line, qty FROM parcel_units WHERE order_id IN ({_marks(order_ids)}) ORDER BY order_id, number, line",  # noqa: S608 - marks only
        order_ids,
    ):
        units.setdefault((order_id, number), []).append(ParcelUnits(line=line, qty=qty))
    rows = conn.execute(
        f"SELECT order_id, {_PARCEL} FROM parcels WHERE order_id IN ({_marks(order_ids)}) ORDER BY order_id, number",  # noqa: S608 - constants and marks
        order_ids,
    )
    return _grouped(
        (
            order_id,
            Parcel(
                number=number,
                state=ParcelState(state),
                shelf=shelf,
                units=tuple(units.get((order_id, number), ())),
                staged_at_ms=staged_at_ms,
                left_at_ms=left_at_ms,
                left_by=left_by,
                left_event=left_event,
                state_before=None if state_before is None else ParcelState(state_before),
                restocked=bool(restocked),
                step=step,
            ),
        )
        for order_id, number, state, shelf, staged_at_ms, left_at_ms, left_by, left_event, state_before, restocked, step in rows
    )


def questions_of(conn: Connection, order_ids: Sequence[str]) -> dict[str, tuple[Question, ...]]:
    """The questions of these orders, in the order they were asked."""
    rows = conn.execute(
        f"SELECT order_id, {_QUESTION} FROM questions WHERE order_id IN ({_marks(order_ids)}) ORDER BY order_id, question_id",  # noqa: S608 - constants and marks
        order_ids,
    )
    return _grouped(
        (
            order_id,
            Question(
                question_id=question_id,
                line=line,
                qty=qty,
                reason=ShortReason(reason),
                offers=msgspec.json.decode(offers, type=tuple[Offer, ...]),
                until_ms=until_ms,
                choice=None if choice is None else Choice(choice),
                gtin=gtin,
                how=None if how is None else AnsweredHow(how),
            ),
        )
        for order_id, question_id, line, qty, reason, offers, until_ms, choice, gtin, how in rows
    )


def past_of(conn: Connection, order_ids: Sequence[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Acts of these orders that are not folded again, by order and by what became of them (heard, undone)."""
    rows = conn.execute(
        f"SELECT order_id, became, event_id FROM pickup_past WHERE order_id IN ({_marks(order_ids)}) ORDER BY order_id, event_id",  # noqa: S608 - marks only
        order_ids,
    )
    return _grouped(((order_id, became), event_id) for order_id, became, event_id in rows)


def put_charges(conn: Connection, pickup: Pickup) -> None:
    """Write the charges of a new order; they never change."""
    conn.executemany(
        "INSERT INTO pickup_charges (order_id, position, code, text, qty, price_minor) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (pickup.order_id, position, charge.code, charge.text, charge.qty, charge.price_minor)
            for position, charge in enumerate(pickup.charges)
        ],
    )


def put_parts(conn: Connection, before: Pickup | None, after: Pickup) -> None:
    """Write the lines, parcels, questions and undone acts that differ; `before` None: the order is new."""
    order_id = after.order_id
    _put_lines(conn, order_id, {each.line: each for each in before.lines} if before else {}, after.lines)
    _put_parcels(conn, order_id, {each.number: each for each in before.parcels} if before else {}, after.parcels)
    if after.questions != (before.questions if before else ()):
        _put_questions(conn, order_id, before.questions if before else (), after.questions)
    undone = set(after.undone) - set(before.undone if before else ())
    heard = set(after.heard) - set(before.heard if before else ())
    conn.executemany(
        "INSERT INTO pickup_past (order_id, event_id, became) VALUES (?, ?, ?)",
        [(order_id, each, "undone") for each in undone] + [(order_id, each, "heard") for each in heard],
    )


def _put_lines(conn: Connection, order_id: str, before: dict[int, PickupLine], after: Iterable[PickupLine]) -> None:
    conn.executemany(
        f"INSERT INTO pickup_lines (order_id, {_LINE}) VALUES ({', '.join('?' * 11)})",  # noqa: S608 - constants only
        [(order_id, *msgspec.structs.astuple(line)) for line in after if line.line not in before],
    )
    conn.executemany(
        "UPDATE pickup_lines SET picked_qty = ?, short_qty = ?, short_reason = ?, substituted_qty = ?, step = ? "
        "WHERE order_id = ? AND line = ?",
        [
            (
                line.picked_qty,
                line.short_qty,
                line.short_reason,
                line.substituted_qty,
                line.step,
                order_id,
                line.line,
            )
            for line in after
            if line.line in before and before[line.line] != line
        ],
    )
    gone = before.keys() - {line.line for line in after}  # a substitute that was taken back
    conn.executemany("DELETE FROM pickup_lines WHERE order_id = ? AND line = ?", [(order_id, line) for line in gone])


def _put_parcels(conn: Connection, order_id: str, before: dict[int, Parcel], after: Iterable[Parcel]) -> None:
    for parcel in after:
        was = before.get(parcel.number)
        if was == parcel:
            continue
        conn.execute(
            f"INSERT INTO parcels (order_id, {_PARCEL}) VALUES ({', '.join('?' * 11)}) "  # noqa: S608 - constants only
            "ON CONFLICT (order_id, number) DO UPDATE SET state = excluded.state, shelf = excluded.shelf, "
            "staged_at_ms = excluded.staged_at_ms, left_at_ms = excluded.left_at_ms, left_by = excluded.left_by, "
            "left_event = excluded.left_event, state_before = excluded.state_before, restocked = excluded.restocked, step = excluded.step",
            (
                order_id,
                parcel.number,
                parcel.state,
                parcel.shelf,
                parcel.staged_at_ms,
                parcel.left_at_ms,
                parcel.left_by,
                parcel.left_event,
                parcel.state_before,
                int(parcel.restocked),
                parcel.step,
            ),
        )
        if was is None or not was.units:  # without units: it left before the book heard what was in it
            conn.executemany(
                "INSERT INTO parcel_units (order_id, number, line, qty) VALUES (?, ?, ?, ?)",
                [(order_id, parcel.number, unit.line, unit.qty) for unit in parcel.units],
            )


def _put_questions(conn: Connection, order_id: str, before: tuple[Question, ...], after: tuple[Question, ...]) -> None:
    gone = {each.question_id for each in before} - {each.question_id for each in after}
    conn.executemany(
        "DELETE FROM questions WHERE order_id = ? AND question_id = ?", [(order_id, each) for each in gone]
    )
    conn.executemany(
        f"INSERT INTO questions (order_id, {_QUESTION}) VALUES ({', '.join('?' * 10)}) "  # noqa: S608 - constants only
        "ON CONFLICT (order_id, question_id) DO UPDATE SET choice = excluded.choice, gtin = excluded.gtin, how = excluded.how",
        [
            (
                order_id,
                each.question_id,
                each.line,
                each.qty,
                each.reason,
                msgspec.json.encode(each.offers),
                each.until_ms,
                each.choice,
                each.gtin,
                each.how,
            )
            for each in after
            if each not in before
        ],
    )


def _marks(order_ids: Sequence[str]) -> str:
    return ", ".join("?" * len(order_ids))


def _grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, tuple[T, ...]]:
    groups: dict[K, list[T]] = {}
    for key, part in pairs:
        groups.setdefault(key, []).append(part)
    return {key: tuple(parts) for key, parts in groups.items()}
