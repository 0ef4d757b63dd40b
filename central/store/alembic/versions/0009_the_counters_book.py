"""What the rule book of the counter writes down: substitutes, questions, one step back, orders nobody fetched."""

from alembic import op
from sqlalchemy import PrimaryKeyConstraint

from central.store.columns import maybe_text, maybe_whole, text, whole

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns and create the tables; there is no way back but a backup, so there is no downgrade."""
    op.add_column("products", maybe_text("substitutes"))
    op.add_column("orders", maybe_text("if_short"))
    op.add_column("orders", maybe_whole("extended_until_ms"))
    op.add_column("orders", maybe_whole("reminded_at_ms"))
    op.add_column("order_lines", whole("substituted_qty", 0))
    op.add_column("order_lines", maybe_whole("for_line"))
    op.add_column("order_lines", whole("step", 0))
    op.add_column("parcels", maybe_text("state_before"))
    op.add_column("parcels", whole("restocked", 0))
    op.add_column("parcels", whole("step", 0))
    op.create_table(
        "order_questions",
        text("store_id"),
        text("order_id"),
        text("question_id"),
        whole("line"),
        whole("qty"),
        text("reason"),
        text("offers"),
        whole("until_ms"),
        maybe_text("choice"),
        maybe_text("gtin"),
        maybe_text("how"),
        PrimaryKeyConstraint("store_id", "order_id", "question_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "order_past",
        text("store_id"),
        text("order_id"),
        text("event_id"),
        text("became"),
        PrimaryKeyConstraint("store_id", "order_id", "event_id", "became"),
        sqlite_strict=True,
    )
