"""Facts that this program could only store are found again after an upgrade without reading the whole ledger."""

from alembic import op
from sqlalchemy import text as sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the index; there is no way back but a backup, so there is no downgrade."""
    unread = sql("reason IN ('unknown_kind', 'unknown_version')")
    op.create_index(
        "ledger_unread",
        "ledger",
        ["store_id", "received_at_ms"],
        sqlite_where=unread,
        postgresql_where=unread,
    )
