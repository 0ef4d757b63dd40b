"""Brings the books to the newest shape, inside one writing transaction so that two processes starting at once cannot collide."""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from central.store import schema, schema_hubs, schema_orders, schema_sync
from central.store.columns import METADATA
from central.store.database import Books

DECLARED = (schema, schema_hubs, schema_orders, schema_sync)
"""The modules whose import fills METADATA with every table."""

_SCRIPTS = Path(__file__).parent / "alembic"


def migrate(books: Books) -> None:
    """Apply every migration that the books have not seen; nothing happens when they are current."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    scripts = ScriptDirectory.from_config(config)

    def upgrade(current: Any, _context: object) -> Any:
        return scripts._upgrade_revs("head", current)  # noqa: SLF001 - what Alembic's own `upgrade` command calls

    with books.writing() as tx, EnvironmentContext(config, scripts, fn=upgrade, destination_rev="head") as environment:
        environment.configure(connection=tx, target_metadata=METADATA, transactional_ddl=True)
        environment.run_migrations()
