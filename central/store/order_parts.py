"""What an order consists of, in central's book: lines, charges, questions and what was undone."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam
from sqlalchemy import text as sql

from central.store.database import Tx, put
from central.store.schema_orders import order_lines, order_past, order_questions
from edge.domain.pickup import (
    AnsweredHow,
    Charge,
    Choice,
    Offer,
    Pickup,
    PickupLine,
    Question,
    ShortReason,
)


def _some(table: str, order_by: str) -> Any:
    statement = sql(f"SELECT * FROM {table} WHERE store_id = :store AND order_id IN :orders ORDER BY {order_by}")  # noqa: S608 - names of our own schema
    return statement.bindparams(bindparam("orders", expanding=True))


_LINES = _some("order_lines", "order_id, line")
_CHARGES = _some("order_charges", "order_id, charge")
_QUESTIONS = _some("order_questions", "order_id, question_id")
_PAST = _some("order_past", "order_id, event_id")
_NO_LINE = sql("DELETE FROM order_lines WHERE store_id = :store AND order_id = :order AND line = :line")
_NO_QUESTION = sql(
    "DELETE FROM order_questions WHERE store_id = :store AND order_id = :order AND question_id = :question"
)


def get_lines(tx: Tx, store: str, orders: Sequence[str]) -> dict[str, tuple[PickupLine, ...]]:
    """The lines of these orders, by place."""
    return {
        order: tuple(
            PickupLine(
                line=row.line,
                gtin=row.gtin,
                qty=row.qty,
                price_minor=row.price_minor,
                picked_qty=row.picked_qty,
                short_qty=row.short_qty,
                short_reason=ShortReason(row.short_reason) if row.short_reason else None,
                substituted_qty=row.substituted_qty,
                for_line=row.for_line,
                step=row.step,
            )
            for row in rows
        )
        for order, rows in _grouped(tx, _LINES, store, orders).items()
    }


def get_charges(tx: Tx, store: str, orders: Sequence[str]) -> dict[str, tuple[Charge, ...]]:
    """The charges of these orders."""
    return {
        order: tuple(Charge(code=c.code, text=c.text, qty=c.qty, price_minor=c.price_minor) for c in rows)
        for order, rows in _grouped(tx, _CHARGES, store, orders).items()
    }


def get_questions(tx: Tx, store: str, orders: Sequence[str]) -> dict[str, tuple[Question, ...]]:
    """The questions of these orders, in the order they were asked."""
    return {
        order: tuple(
            Question(
                question_id=row.question_id,
                line=row.line,
                qty=row.qty,
                reason=ShortReason(row.reason),
                offers=msgspec.json.decode(row.offers, type=tuple[Offer, ...]),
                until_ms=row.until_ms,
                choice=Choice(row.choice) if row.choice else None,
                gtin=row.gtin,
                how=AnsweredHow(row.how) if row.how else None,
            )
            for row in rows
        )
        for order, rows in _grouped(tx, _QUESTIONS, store, orders).items()
    }


def get_past(tx: Tx, store: str, orders: Sequence[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Acts of these orders that are not folded again, by order and by what became of them (heard, undone)."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in tx.execute(_PAST, {"store": store, "orders": orders}):
        found.setdefault((row.order_id, row.became), []).append(row.event_id)
    return {key: tuple(events) for key, events in found.items()}


def save_parts(tx: Tx, turned: Iterable[tuple[Pickup, Pickup]]) -> None:
    """Write what differs, of orders as they were and as they are."""
    lines: list[dict[str, object]] = []
    questions: list[dict[str, object]] = []
    past: list[dict[str, object]] = []
    for before, after in turned:
        key: dict[str, object] = {"store_id": after.store, "order_id": after.order_id}
        old = {line.line: line for line in before.lines}
        lines += [key | line_row(line) for line in after.lines if line != old.get(line.line)]
        questions += [key | _question_row(each) for each in after.questions if each not in before.questions]
        past += [key | {"event_id": each, "became": "undone"} for each in set(after.undone) - set(before.undone)]
        past += [key | {"event_id": each, "became": "heard"} for each in set(after.heard) - set(before.heard)]
        _drop_gone(tx, before, after)
    put(tx, order_lines, lines)
    put(tx, order_questions, questions)
    put(tx, order_past, past)


def line_row(line: PickupLine) -> dict[str, object]:
    """A line as its row, without the order it is of."""
    return {
        "line": line.line,
        "gtin": line.gtin,
        "qty": line.qty,
        "price_minor": line.price_minor,
        "picked_qty": line.picked_qty,
        "short_qty": line.short_qty,
        "short_reason": line.short_reason.value if line.short_reason else None,
        "substituted_qty": line.substituted_qty,
        "for_line": line.for_line,
        "step": line.step,
    }


def _drop_gone(tx: Tx, before: Pickup, after: Pickup) -> None:
    """A substitute that was taken back, a question that was withdrawn."""
    key = {"store": after.store, "order": after.order_id}
    for line in {each.line for each in before.lines} - {each.line for each in after.lines}:
        tx.execute(_NO_LINE, key | {"line": line})
    for question in {each.question_id for each in before.questions} - {each.question_id for each in after.questions}:
        tx.execute(_NO_QUESTION, key | {"question": question})


def _question_row(question: Question) -> dict[str, object]:
    return {
        "question_id": question.question_id,
        "line": question.line,
        "qty": question.qty,
        "reason": question.reason.value,
        "offers": msgspec.json.encode(question.offers).decode(),
        "until_ms": question.until_ms,
        "choice": question.choice.value if question.choice else None,
        "gtin": question.gtin,
        "how": question.how.value if question.how else None,
    }


def _grouped(tx: Tx, statement: Any, store: str, orders: Sequence[str]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in tx.execute(statement, {"store": store, "orders": orders}):
        groups.setdefault(row.order_id, []).append(row)
    return groups
