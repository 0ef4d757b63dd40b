"""What each store can promise, where it is, and refunds asked for what nobody collected."""

from alembic import op
from sqlalchemy import PrimaryKeyConstraint

from central.store.columns import maybe_text, maybe_whole, text, whole

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table and add the column; there is no way back but a backup, so there is no downgrade."""
    op.add_column("stores", maybe_text("location"))
    op.create_table(
        "store_promises",
        text("store_id"),
        whole("next_free_ms"),
        maybe_whole("same_day_until_ms"),
        whole("valid_until_ms"),
        whole("capacity_per_h"),
        whole("heard_at_ms"),
        PrimaryKeyConstraint("store_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "refund_asks",
        text("store_id"),
        text("order_id"),
        text("run_id"),
        whole("amount_minor"),
        text("currency"),
        whole("asked_at_ms"),
        maybe_whole("withdrawn_at_ms"),
        PrimaryKeyConstraint("store_id", "order_id", "run_id"),
        sqlite_strict=True,
    )
