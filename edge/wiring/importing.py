"""Runs `storefloor import uci` against a running central, as head office's own systems would."""

from pathlib import Path

import click

from edge.domain.clock import SystemClock
from edge.tools.asking import NoAnswer, Refused, SignedCaller
from edge.tools.import_uci import import_uci
from edge.tools.uci_goods import GtinsCollide
from edge.tools.uci_rows import NoFiles
from edge.wiring.randomness import system_rng
from sync.signing import load_or_make_key

OPERATOR = "operator:main"


def operator_at(central_url: str, key_file: Path) -> SignedCaller:
    """Head office's own systems at this central, signing with the operator's key that central made at its first start."""
    if not key_file.exists():
        raise click.ClickException(
            f"there is no operator's key at {key_file}: central made one in its folder (operator.key); name it with --key"
        )
    return SignedCaller(central_url, load_or_make_key(key_file, system_rng), OPERATOR, system_rng)


def run_import_uci(folder: Path, *, central_url: str, out_dir: Path, key_file: Path | None, store: str) -> None:
    """Import the folder and leave orders.jsonl, returns.jsonl and quarantine.csv in `out_dir`."""
    operator = operator_at(central_url, key_file or Path("operator.key"))
    out_dir.mkdir(parents=True, exist_ok=True)
    now_ms = SystemClock().now_ms()
    try:
        import_uci(folder, operator, out_dir, store=store, now_ms=now_ms, echo=click.echo)
    except (NoFiles, GtinsCollide, NoAnswer, Refused) as error:
        raise click.ClickException(str(error)) from error
