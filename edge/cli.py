"""The command `storefloor`: every process and every tool starts here; each command only parses and hands over to its wiring.

Imports of rooms happen inside the commands, so that a kiosk machine needs no central and `--help` answers at once.
"""

from pathlib import Path
from typing import Any

import click

from edge.settings import SettingsFaults
from edge.wiring.book_commands import journal, labels
from edge.wiring.place_commands import claim, replace_hub, settle_hubs
from edge.wiring.processes import ProcessDied

FOLDER = click.Path(file_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Storefloor(click.Group):
    """Turns our own errors into one clear sentence and exit code 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except SettingsFaults as faults:
            lines = "\n".join(f"  - {fault}" for fault in faults.faults)
            raise click.ClickException(f"these settings cannot be used:\n{lines}") from faults
        except ProcessDied as died:
            raise click.ClickException(str(died)) from died


@click.group(cls=Storefloor, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="storefloor")
def main() -> None:
    """Storefloor: kiosks, a pickup desk and beacons that go on working when the line to head office is down."""


for _command in (replace_hub, claim, settle_hubs, journal, labels):
    main.add_command(_command)


def _node_options(command: Any) -> Any:
    """The options every serving process has."""
    for option in (
        click.option(
            "--insecure-lan", is_flag=True, default=None, help="Allow plain HTTP beyond loopback (test bench only)."
        ),
        click.option(
            "--port", type=click.IntRange(1, 65_535), default=None, help="Port to listen on; wins over the file."
        ),
        click.option("--host", default=None, help="Address to listen on; wins over the file."),
        click.option(
            "--dir", "folder", type=FOLDER, required=True, help="Folder of this process: settings, keys, databases."
        ),
    ):
        command = option(command)
    return command


@main.command()
@_node_options
def central(folder: Path, **given: Any) -> None:
    """Serve the central profile service."""
    from edge.wiring.central import run_central

    run_central(folder, given)


@main.command()
@_node_options
def hub(folder: Path, **given: Any) -> None:
    """Serve a store's hub: its API, the staff screen, the ops page, and the loops to central."""
    from edge.wiring.hub import run_hub

    run_hub(folder, given)


@main.command()
@_node_options
def kiosk(folder: Path, **given: Any) -> None:
    """Serve a kiosk: the shopper's screen on this machine, a client of the hub."""
    from edge.wiring.kiosk import run_kiosk

    run_kiosk(folder, given)


@main.command()
@_node_options
def phone(folder: Path, **given: Any) -> None:
    """Serve the stand-in for the retailer's app and web shop (demo and tests only)."""
    from edge.wiring.phone import run_phone

    run_phone(folder, given)


@main.command()
@click.option(
    "--dir", "folder", type=FOLDER, required=True, help="Folder that holds a folder `hub` and a folder `kiosk`."
)
def store(folder: Path) -> None:
    """Run hub and kiosk together, for a shop with one machine."""
    from edge.wiring.one_machine import run_store

    run_store(folder)


@main.command()
@click.option("--at", "folder", type=FOLDER, required=True, help="Folder of the node.")
@click.option(
    "--role", type=click.Choice(["hub", "kiosk", "beacon", "operator"]), required=True, help="What the node is."
)
def key(folder: Path, role: str) -> None:
    """Make this node's key if there is none yet, and print the file of its public half, for `enrol`."""
    from edge.wiring.keys import node_key

    folder.mkdir(parents=True, exist_ok=True)
    click.echo(node_key(folder, role).public_file)


@main.command()
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of central (for hubs) or of the hub.")
@click.option("--role", type=click.Choice(["hub", "kiosk", "beacon"]), required=True, help="What the key may do.")
@click.option("--id", "node", required=True, help="Name of the node within its store: H1, K1.")
@click.option(
    "--key", "key_file", type=EXISTING_FILE, required=True, help="Public key file that `storefloor key` printed."
)
@click.option("--store", default=None, help="Store code; needed where --role is hub.")
def enrol(folder: Path, role: str, node: str, key_file: Path, store: str | None) -> None:
    """Trust a node's key. Runs on the machine that will trust it: central for hubs, the hub for kiosks."""
    from edge.wiring.keys import enrol_node

    click.echo(enrol_node(folder, role=role, node=node, key_file=key_file, store=store))


@main.group()
def staff() -> None:
    """Members of staff, made at central and signed down to their store."""


@staff.command("add")
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of central.")
@click.option("--store", required=True, help="Store code.")
@click.option("--id", "staff_id", required=True, help="Staff number, as typed at the desk.")
@click.option("--name", required=True, help="Name shown on the staff screen.")
@click.option("--role", type=click.Choice(["clerk", "manager"]), required=True, help="What this person may do.")
@click.option("--pin", envvar="STOREFLOOR_PIN", prompt="PIN (6 digits)", hide_input=True, confirmation_prompt=True)
def staff_add(folder: Path, store: str, staff_id: str, name: str, role: str, pin: str) -> None:
    """Add a person or replace her PIN. The PIN is asked for, or taken from STOREFLOOR_PIN."""
    from edge.wiring.central import add_staff_at

    click.echo(add_staff_at(folder, store=store, staff_id=staff_id, name=name, role=role, pin=pin))


@main.command()
@click.option(
    "--dir", "folder", type=FOLDER, default=Path("state/demo"), show_default=True, help="Folder of all state."
)
@click.option("--fresh", is_flag=True, help="Start over: forget everything a former demo left in the folder.")
def demo(folder: Path, fresh: bool) -> None:
    """Central, hub, kiosk and a stand-in phone on this machine, with an invented Korean store."""
    from edge.wiring.demo import run_demo

    run_demo(folder, fresh=fresh)


@main.command()
@click.argument("action", type=click.Choice(["cut", "restore", "status"]))
@click.option(
    "--control", default="http://127.0.0.1:8701", show_default=True, help="Address of the demo's switch page."
)
def line(action: str, control: str) -> None:
    """Cut or restore the demo's line to central, or say how it is."""
    from edge.wiring.demo import ask_line_switch

    click.echo(ask_line_switch(control, action))


@main.group("import")
def import_group() -> None:
    """Bring somebody else's data in."""


@import_group.command("uci")
@click.argument("folder", type=EXISTING_FOLDER)
@click.option("--central", "central_url", required=True, help="Address of a running central.")
@click.option(
    "--out", "out_dir", type=FOLDER, required=True, help="Folder for orders.jsonl, returns.jsonl, quarantine.csv."
)
@click.option(
    "--key", "key_file", type=FILE, envvar="STOREFLOOR_OPERATOR_KEY", help="Operator's key file of that central."
)
@click.option("--store", default="S001", show_default=True, help="Store code the week is loaded into.")
def import_uci(folder: Path, central_url: str, out_dir: Path, key_file: Path | None, store: str) -> None:
    """Load UCI Online Retail CSV files: catalogue, shelves, stock, shoppers. Books nothing; `replay` does."""
    from edge.wiring.importing import run_import_uci

    run_import_uci(folder, central_url=central_url, out_dir=out_dir, key_file=key_file, store=store)


@main.command()
@click.argument("folder", type=EXISTING_FOLDER)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Decides rounds and cuts; the totals are the same for all."
)
@click.option(
    "--scenario",
    type=click.Choice(["plain", "rough"]),
    default="plain",
    show_default=True,
    help="rough: shorts, substitutes, no-shows, proxies, cancellations, collections in two parts, returns.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object on stdout.")
@click.option("--keep", type=FOLDER, default=None, help="Play in this folder and leave everything there.")
@click.option("--days", type=click.IntRange(min=1), default=None, help="Play only the first N days of the folder.")
@click.option(
    "--kills", type=click.IntRange(min=0), default=0, show_default=True, help="SIGKILL hub and central N times each."
)
@click.pass_context
def replay(ctx: click.Context, /, folder: Path, **given: Any) -> None:
    """Play a week of UCI Online Retail through running central, hub and kiosk processes, and count."""
    from edge.wiring.scenarios import run_replay

    ctx.exit(run_replay(folder, **given))


@main.command()
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of the hub, running or not.")
@click.option("--to", "to", type=FOLDER, required=True, help="Folder on another disk.")
@click.option("--keep", type=click.IntRange(min=1), default=7, show_default=True, help="Keep this many backups there.")
def backup(folder: Path, to: Path, keep: int) -> None:
    """Copy a hub's book to another disk, whole and checked. Keys of persons are never copied."""
    from edge.wiring.second_disk import back_up_hub

    click.echo(back_up_hub(folder, to, keep=keep))


@main.command()
@click.option("--from", "source", type=EXISTING_FOLDER, required=True, help="Folder with the backups and the journal.")
@click.option("--to", "folder", type=FOLDER, required=True, help="Folder of the hub, which stands still.")
@click.option(
    "--replace", is_flag=True, help="Set the book that is there aside even if it holds facts that are nowhere else."
)
def restore(source: Path, folder: Path, replace: bool) -> None:
    """Put a hub's book together again from its second disk. Works without the line."""
    from edge.wiring.second_disk import restore_hub

    for line in restore_hub(source, folder, replace=replace):
        click.echo(line)


@main.command()
@click.option("--at", "folder", type=EXISTING_FOLDER, required=True, help="Folder of a central, hub or kiosk.")
def doctor(folder: Path) -> None:
    """Look at a process's folder and say what is in order and what is not. Changes nothing."""
    from edge.tools.doctor import examine

    findings = examine(folder)
    for finding in findings:
        click.echo(str(finding))
    if any(not finding.in_order for finding in findings):
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
