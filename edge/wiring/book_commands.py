"""The commands about a hub's journal of acts and its rolls of labels. Imports of rooms happen inside them, as in `edge.cli`."""

from pathlib import Path

import click

EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def journal() -> None:
    """The journal of acts of a hub: every act on an order, chained, in ids only."""


@journal.command()
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of the hub, running or not.")
@click.option("--heads", type=EXISTING_FILE, default=None, help="What `storefloor journal heads` printed at central.")
@click.pass_context
def verify(ctx: click.Context, folder: Path, heads: Path | None) -> None:
    """Say whether the journal is as it was written; exit code 1 when it is not. Changes nothing."""
    from edge.wiring.journal import verify_at

    lines, is_as_written = verify_at(folder, heads)
    for line in lines:
        click.echo(line)
    if not is_as_written:
        ctx.exit(1)


@journal.command()
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of the hub, running or not.")
def export(folder: Path) -> None:
    """Print the journal as JSON lines, oldest first: ids, times and hashes, no person."""
    from edge.wiring.journal import export_at

    for line in export_at(folder):
        click.echo(line)


@journal.command()
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of central.")
@click.option("--store", required=True, help="Store code.")
def heads(folder: Path, store: str) -> None:
    """Print the heads of a store's journal that central countersigned, as JSON lines, for `verify --heads`."""
    from edge.wiring.journal import heads_at

    for line in heads_at(folder, store):
        click.echo(line)


@click.command()
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of the hub, running or not.")
@click.option("--count", type=click.IntRange(1, 2_000), default=100, show_default=True, help="How many labels.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("labels.pdf"), show_default=True)
def labels(folder: Path, count: int, out: Path) -> None:
    """Print numbered parcel labels beforehand, as a PDF: for the days on which no label printer works."""
    from edge.wiring.labels import print_roll

    click.echo(print_roll(folder, count, out))
