"""The commands by which a hub's place changes hands: give it away at central, take it on the new machine, settle who goes on.

Imports of rooms happen inside the commands, as in `edge.cli`.
"""

from pathlib import Path

import click

EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("replace-hub")
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of central.")
@click.option("--store", required=True, help="Store code.")
@click.option("--id", "node", default="H1", show_default=True, help="Name of the hub within its store.")
@click.option("--stolen", is_flag=True, help="Hear nothing more of the old machine, not even what it still owes.")
def replace_hub(folder: Path, store: str, node: str, stolen: bool) -> None:
    """Put a hub aside and print the code with which another machine takes its place. Good for 15 minutes, once."""
    from edge.wiring.central import give_place_away

    for line in give_place_away(folder, store=store, node=node, stolen=stolen):
        click.echo(line)


@click.command()
@click.option("--at", "folder", type=FOLDER, required=True, help="Folder of the new hub; made if it is not there.")
@click.option("--code", required=True, help="The code that `storefloor replace-hub` printed.")
@click.option("--store", default=None, help="Store code; needed where the folder has no hub.toml yet.")
@click.option("--id", "node", default=None, help="Name of the hub within its store.  [default: H1]")
@click.option("--central", "central_url", default=None, help="Central's configured name; needed without a hub.toml.")
@click.option("--central-key", "central_key", default=None, help="Central's public key; needed without a hub.toml.")
def claim(folder: Path, code: str, **given: str | None) -> None:
    """Take a hub's place on this machine: makes its key, proves it to central with the code, and starts recovering."""
    from edge.wiring.places import take_place

    click.echo(take_place(folder, code, **given))


@click.command("settle-hubs")
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of central.")
@click.option("--store", required=True, help="Store code.")
@click.option("--id", "node", default="H1", show_default=True, help="Name of the hub within its store.")
@click.option("--goes-on", "epoch", default=None, help="The epoch that goes on; without it only the epochs are shown.")
def settle_hubs(folder: Path, store: str, node: str, epoch: str | None) -> None:
    """Show every epoch a hub was heard under, and say which of two copies goes on."""
    from edge.wiring.central import settle

    for line in settle(folder, store=store, node=node, epoch=epoch):
        click.echo(line)
