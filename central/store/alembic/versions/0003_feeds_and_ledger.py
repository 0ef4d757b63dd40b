"""Nodes, change feeds, the ledger of facts, and the keys of passes."""

from alembic import op
from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy import text as sql

from central.store.columns import maybe_text, maybe_whole, raw, text, whole

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables; there is no way back but a backup, so there is no downgrade."""
    op.create_table(
        "nodes",
        text("store_id"),
        text("node"),
        text("role"),
        text("public_key"),
        text("state"),
        whole("term"),
        whole("enrolled_at_ms"),
        maybe_whole("heard_at_ms"),
        whole("owed_pickups", 0),
        whole("owed_carts", 0),
        whole("owed_telemetry", 0),
        PrimaryKeyConstraint("store_id", "node"),
        sqlite_strict=True,
    )
    op.create_table(
        "feeds",
        text("store_id"),
        text("feed"),
        whole("head"),
        whole("floor", 0),
        PrimaryKeyConstraint("store_id", "feed"),
        sqlite_strict=True,
    )
    op.create_table(
        "feed_rows",
        text("store_id"),
        text("feed"),
        text("kind"),
        text("key"),
        whole("seq"),
        raw("body"),
        whole("tombstone"),
        whole("at_ms"),
        PrimaryKeyConstraint("store_id", "feed", "kind", "key"),
        sqlite_strict=True,
    )
    op.create_index("feed_rows_by_seq", "feed_rows", ["store_id", "feed", "seq"], unique=True)
    op.create_table(
        "served",
        text("store_id"),
        text("feed"),
        whole("served_up_to"),
        whole("at_ms"),
        PrimaryKeyConstraint("store_id", "feed"),
        sqlite_strict=True,
    )
    op.create_table(
        "origins",
        text("store_id"),
        text("node"),
        text("epoch"),
        whole("lane"),
        whole("mark", 0),
        maybe_text("mark_event_id"),
        whole("term", 0),
        whole("first_at_ms"),
        whole("last_at_ms"),
        PrimaryKeyConstraint("store_id", "node", "epoch", "lane"),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger",
        text("store_id"),
        text("node"),
        text("epoch"),
        whole("lane"),
        whole("sequence"),
        text("event_id"),
        text("kind"),
        text("subject"),
        whole("occurred_at_ms"),
        whole("received_at_ms"),
        maybe_whole("skew_ms"),
        text("verdict"),
        maybe_text("reason"),
        raw("envelope"),
        PrimaryKeyConstraint("store_id", "node", "epoch", "lane", "sequence"),
        sqlite_strict=True,
    )
    op.create_index(
        "ledger_by_event",
        "ledger",
        ["store_id", "event_id"],
        unique=True,
        sqlite_where=sql("lane < 2"),
        postgresql_where=sql("lane < 2"),
    )
    op.create_index(
        "ledger_to_review",
        "ledger",
        ["store_id", "verdict"],
        sqlite_where=sql("verdict <> 'recorded'"),
        postgresql_where=sql("verdict <> 'recorded'"),
    )
    op.create_table(
        "ledger_repeats",
        text("store_id"),
        text("node"),
        text("epoch"),
        whole("lane"),
        whole("sequence"),
        text("event_id"),
        PrimaryKeyConstraint("store_id", "node", "epoch", "lane", "sequence"),
        sqlite_strict=True,
    )
    op.create_table(
        "pass_keys",
        text("store_id"),
        whole("key_id"),
        text("public_key"),
        whole("from_ms"),
        maybe_whole("retired_at_ms"),
        PrimaryKeyConstraint("store_id", "key_id"),
        sqlite_strict=True,
    )
