"""Trust is put in by hand, on the machine that will trust; staff are made at central and come with a six-digit PIN."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli import main
from edge.store import devices
from edge.store.databases import open_state
from edge.wiring.importing import operator_at
from edge.wiring.keys import node_key


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=typed)


def test_a_key_is_made_once_kept_private_and_its_public_half_is_named(tmp_path: Path) -> None:
    first = run("key", "--at", str(tmp_path), "--role", "hub")
    again = run("key", "--at", str(tmp_path), "--role", "hub")
    assert (first.exit_code, first.output) == (0, again.output)
    assert Path(first.output.strip()).read_text().startswith("ed25519:")
    assert (tmp_path / "hub.key").stat().st_mode & 0o777 == 0o600


def test_a_kiosk_is_trusted_by_its_hub(tmp_path: Path) -> None:
    hub, kiosk = tmp_path / "hub", tmp_path / "kiosk"
    run("key", "--at", str(hub), "--role", "hub")
    public = run("key", "--at", str(kiosk), "--role", "kiosk").output.strip()
    done = run("enrol", "--at", str(hub), "--role", "kiosk", "--id", "K1", "--key", public)
    assert done.exit_code == 0, done.output
    state = open_state(hub)
    with state.reading() as conn:
        device = devices.get(conn, "K1")
    state.close()
    assert device is not None
    assert (device.role, device.public) == ("kiosk", node_key(kiosk, "kiosk").public_text)


def test_a_hub_is_trusted_by_central_and_needs_its_store(tmp_path: Path) -> None:
    hub, central = tmp_path / "hub", tmp_path / "central"
    central.mkdir()
    public = run("key", "--at", str(hub), "--role", "hub").output.strip()
    asked = ("enrol", "--at", str(central), "--role", "hub", "--id", "H1", "--key", public)
    nameless = run(*asked)
    assert nameless.exit_code == 1
    assert "--store is needed" in nameless.output


def test_a_file_that_holds_no_key_and_a_folder_that_is_no_hub_get_a_clear_answer(tmp_path: Path) -> None:
    file = tmp_path / "shopping-list"
    file.write_text("milk\n")
    no_key = run("enrol", "--at", str(tmp_path), "--role", "kiosk", "--id", "K1", "--key", str(file))
    assert no_key.exit_code == 1
    assert "a public key looks like ed25519:" in no_key.output
    public = run("key", "--at", str(tmp_path / "kiosk"), "--role", "kiosk").output.strip()
    no_hub = run("enrol", "--at", str(tmp_path), "--role", "kiosk", "--id", "K1", "--key", public)
    assert no_hub.exit_code == 1
    assert "is not a hub's folder" in no_hub.output


@pytest.mark.parametrize("pin", ["12345", "abcdef", "1234567"])
def test_a_pin_is_six_digits(tmp_path: Path, pin: str) -> None:
    who = ("--store", "S001", "--id", "kim", "--name", "Kim", "--role", "clerk")
    refused = run("staff", "add", "--at", str(tmp_path), *who, typed=f"{pin}\n{pin}\n")
    assert refused.exit_code == 1
    assert "a PIN is six digits" in refused.output


def test_staff_of_a_store_nobody_put_is_refused_in_words(tmp_path: Path) -> None:
    who = ("--store", "S009", "--id", "kim", "--name", "Kim", "--role", "clerk")
    refused = run("staff", "add", "--at", str(tmp_path), *who, typed="246810\n246810\n")
    assert refused.exit_code == 1
    assert "S009" in refused.output
    assert "Traceback" not in refused.output


def test_an_import_without_the_operators_key_says_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"operator\.key"):
        operator_at("http://127.0.0.1:1", tmp_path / "nobody.key")
