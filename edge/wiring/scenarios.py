"""Runs `storefloor replay`: chooses what is played, gives it an empty folder, prints what came of it."""

import tempfile
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path

import click
import msgspec

from edge.tools.asking import NoAnswer, Refused
from edge.tools.uci_rows import NoFiles
from edge.wiring.replaying import Replay, say_aloud
from edge.wiring.replaying_rough import RoughReplay


class Scenario(StrEnum):
    """How the week goes."""

    plain = "plain"
    rough = "rough"


_REPLAYS: dict[Scenario, type[Replay]] = {Scenario.plain: Replay, Scenario.rough: RoughReplay}


def run_replay(
    folder: Path, *, scenario: str, seed: int, as_json: bool, keep: Path | None, days: int | None, kills: int
) -> int:
    """Play the week in `folder`; gives the exit code: 0 only when every book agrees to the unit and the minor unit."""
    with ExitStack() as held:
        here = keep or Path(held.enter_context(tempfile.TemporaryDirectory(prefix="storefloor-replay-")))
        if here.exists() and any(here.iterdir()):
            raise click.ClickException(f"{here} is not empty: a replay begins in an empty folder")
        here.mkdir(parents=True, exist_ok=True)
        try:
            result = _REPLAYS[Scenario(scenario)](folder, here.resolve(), seed, days, kills).run()
        except (NoFiles, NoAnswer, Refused) as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(msgspec.json.encode(result.as_json()).decode())
    say_aloud(result.summary())
    for wrong in result.disagreements():
        say_aloud(f"DISAGREES  {wrong}")
    return 1 if result.disagreements() else 0
