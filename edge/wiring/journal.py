"""What the commands about a hub's journal of acts do: check it, write it out, and list the heads central countersigned."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from central.store.journal_heads import heads_of
from edge.domain.audit import BEGUN, AuditRow
from edge.domain.truth import JournalSeen
from edge.settings import HubSettings, load
from edge.store import audit
from edge.store.databases import STATE_FILE
from edge.tools.check_journal import Checked, check_journal
from edge.wiring.central import opened_central
from sync.db import open_to_look


def verify_at(folder: Path, heads: Path | None) -> tuple[list[str], bool]:
    """What the check found, line by line, and whether the journal is as it was written. Raises click.ClickException."""
    _state(folder)
    settings = folder / "hub.toml"
    central_key = load(HubSettings, settings).central_public_key if settings.exists() else None
    checked = check_journal(folder, central_key=central_key, given=_heads(heads))
    return list(told(checked)), not checked.found


def export_at(folder: Path) -> Iterator[str]:
    """The journal as JSON lines, oldest first. Raises click.ClickException."""
    with closing(open_to_look(_state(folder))) as conn:
        for row in audit.rows(conn):
            yield json_line(row)


def heads_at(folder: Path, store: str) -> Iterator[str]:
    """The heads of a store's journal that central countersigned, as JSON lines. Raises click.ClickException."""
    with opened_central(folder) as central, central.books.reading() as tx:
        for seen in heads_of(tx, store):
            yield msgspec.json.encode(seen).decode()


def json_line(row: AuditRow) -> str:
    """One row as it is exported: its detail as the JSON of a segment's beginning, or in hex."""
    shown = msgspec.structs.asdict(row)
    shown["detail"] = msgspec.Raw(row.detail) if row.kind == BEGUN else row.detail.hex()
    shown["hash"] = row.hash.hex()
    return msgspec.json.encode(shown).decode()


def told(checked: Checked) -> Iterator[str]:
    """What was found, line by line."""
    for segment, begun in checked.segments:
        named = begun.last_seen
        behind = f", behind row {named.number} of segment {named.segment}" if named else ""
        yield f"segment {segment}: {begun.reason}{behind}"
    for head in checked.given_up:
        when = datetime.fromtimestamp(head.signed_at_ms / 1000, UTC)
        yield f"lost by a restore, and said so: segment {head.segment} up to row {head.number}, signed {when:%F %T} UTC"
    for found in checked.found:
        yield f"FAULT {found.fault} at row {found.number}: {found.detail}"
    rows = f"rows {checked.first} to {checked.last}, {checked.heads} heads"
    yield f"{rows}: {'NOT as they were written' if checked.found else 'as they were written'}"


def _state(folder: Path) -> Path:
    path = folder / STATE_FILE
    if not path.exists():
        raise click.ClickException(f"{folder} is not a hub's folder: it holds no {STATE_FILE}")
    return path


def _heads(path: Path | None) -> list[JournalSeen]:
    if path is None:
        return []
    try:
        return [msgspec.json.decode(line, type=JournalSeen) for line in path.read_bytes().splitlines() if line]
    except msgspec.MsgspecError as error:
        raise click.ClickException(f"{path} is not what `storefloor journal heads` prints: {error}") from error
