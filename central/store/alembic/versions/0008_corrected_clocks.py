"""By how much the clock of one boot was off is found without reading the whole ledger."""

from alembic import op
from sqlalchemy import text as sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the index; there is no way back but a backup, so there is no downgrade."""
    correction = sql("kind = 'clock.corrected'")
    op.create_index(
        "ledger_corrections", "ledger", ["store_id", "subject"], sqlite_where=correction, postgresql_where=correction
    )
