"""Heads of the stores' journals that central countersigned."""

from alembic import op
from sqlalchemy import PrimaryKeyConstraint

from central.store.columns import raw, text, whole

revision = "0012"
down_revision = "0010"


def upgrade() -> None:
    """Create the table; there is no way back but a backup, so there is no downgrade."""
    op.create_table(
        "journal_heads",
        text("store_id"),
        whole("segment"),
        whole("number"),
        raw("head"),
        text("public_key"),
        text("signature"),
        whole("seen_at_ms"),
        text("seen_signature"),
        PrimaryKeyConstraint("store_id", "segment", "number"),
        sqlite_strict=True,
    )
