"""For what the phone is told: the kinds of message, whose words each screen translates."""

from enum import StrEnum


class MessageKind(StrEnum):
    """What a message is about."""

    order_placed = "order_placed"
    order_ready = "order_ready"
    order_declined = "order_declined"
    order_collected = "order_collected"
    order_cancelled = "order_cancelled"
    order_promised = "order_promised"
    order_reminder = "order_reminder"
    order_kept = "order_kept"
    order_expired = "order_expired"
    order_reopened = "order_reopened"
    wish_refused = "wish_refused"
    question_asked = "question_asked"
    line_substituted = "line_substituted"
    line_short = "line_short"
