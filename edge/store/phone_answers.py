"""What shoppers chose on their phones, from when central brought it until the hub took it as the answer, or had one already."""

from edge.domain.pickup import Choice
from edge.domain.truth import QuestionAnswered
from sync.db import Connection


def keep(conn: Connection, chosen: QuestionAnswered, now_ms: int) -> None:
    """Keep a choice; the first of a question stays."""
    conn.execute(
        "INSERT INTO phone_answers (question_id, order_id, choice, gtin, chosen_at_ms, heard_at_ms) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (question_id) DO NOTHING",
        (chosen.question_id, chosen.order, chosen.choice, chosen.gtin, chosen.at_ms, now_ms),
    )


def waiting(conn: Connection) -> list[QuestionAnswered]:
    """Every choice that still waits to be taken, the oldest first."""
    rows = conn.execute(
        "SELECT question_id, order_id, choice, gtin, chosen_at_ms FROM phone_answers ORDER BY heard_at_ms, question_id"
    )
    return [
        QuestionAnswered(question_id=question_id, order=order_id, choice=Choice(choice), gtin=gtin, at_ms=at_ms)
        for question_id, order_id, choice, gtin, at_ms in rows
    ]


def drop(conn: Connection, question_id: str) -> None:
    """The choice was taken, or came second."""
    conn.execute("DELETE FROM phone_answers WHERE question_id = ?", (question_id,))
