"""Which hub is the hub of a store: former keys, epochs, claims; the machines its hub trusts; what a person should look at."""

from alembic import op
from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy import text as sql

from central.store.columns import maybe_text, maybe_whole, text, whole

revision = "0007"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables; there is no way back but a backup, so there is no downgrade."""
    op.create_table(
        "hub_keys",
        text("store_id"),
        text("node"),
        whole("term"),
        text("public_key"),
        text("state"),
        whole("ended_at_ms"),
        PrimaryKeyConstraint("store_id", "node", "term"),
        sqlite_strict=True,
    )
    op.create_table(
        "hub_epochs",
        text("store_id"),
        text("node"),
        whole("term"),
        text("epoch"),
        whole("first_at_ms"),
        whole("heard_at_ms"),
        maybe_whole("back_at_ms"),
        text("standing"),
        PrimaryKeyConstraint("store_id", "node", "term", "epoch"),
        sqlite_strict=True,
    )
    op.create_table(
        "hub_claims",
        text("store_id"),
        text("node"),
        whole("term"),
        text("code_hash"),
        whole("made_at_ms"),
        whole("expires_at_ms"),
        whole("tries", 0),
        maybe_text("claimed_key"),
        PrimaryKeyConstraint("store_id", "node"),
        sqlite_strict=True,
    )
    op.create_table(
        "store_devices",
        text("store_id"),
        text("node"),
        text("role"),
        text("public_key"),
        text("state"),
        whole("told_at_ms"),
        PrimaryKeyConstraint("store_id", "node"),
        sqlite_strict=True,
    )
    op.create_table(
        "incidents",
        text("store_id"),
        text("kind"),
        text("subject"),
        text("detail"),
        whole("at_ms"),
        maybe_whole("done_at_ms"),
        maybe_text("done_by"),
        PrimaryKeyConstraint("store_id", "kind", "subject"),
        sqlite_strict=True,
    )
    op.create_index(
        "incidents_open",
        "incidents",
        ["store_id", "at_ms"],
        sqlite_where=sql("done_at_ms IS NULL"),
        postgresql_where=sql("done_at_ms IS NULL"),
    )
