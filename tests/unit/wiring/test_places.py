"""A machine that takes a hub's place keeps central's word beside its key, and says in one sentence why it could not."""

from pathlib import Path

from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.app.standing import own_statement, take_statement
from edge.cli import main
from edge.store.databases import open_state
from edge.wiring.keys import node_key
from edge.wiring.places import STATEMENT_FILE, keep_statement
from sync.hub_statement import HubStatement, read_statement, state, write_statement
from sync.signing import public_bytes, public_text
from tests.cast.hub_process import free_port

CENTRAL = Ed25519PrivateKey.from_private_bytes(b"c" * 32)
CENTRAL_KEY = public_text(public_bytes(CENTRAL))


def word(folder: Path, term: int) -> HubStatement:
    public = node_key(folder, "hub").public_text
    return state(CENTRAL, store="S001", node="H1", term=term, public_key=public, stated_at_ms=1)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_a_restored_book_is_not_behind_its_key(tmp_path: Path) -> None:
    book = open_state(tmp_path)
    with book.writing() as conn:
        take_statement(conn, word(tmp_path, 3), word(tmp_path, 3).public_key)
    write_statement(tmp_path / STATEMENT_FILE, word(tmp_path, 4))
    keep_statement(tmp_path, book, word(tmp_path, 4).public_key)
    with book.reading() as conn:
        assert own_statement(conn) == word(tmp_path, 4)
    book.close()


def test_a_word_that_came_by_the_line_is_kept_beside_the_key(tmp_path: Path) -> None:
    book = open_state(tmp_path)
    with book.writing() as conn:
        take_statement(conn, word(tmp_path, 2), word(tmp_path, 2).public_key)
    keep_statement(tmp_path, book, word(tmp_path, 2).public_key)
    assert read_statement(tmp_path / STATEMENT_FILE) == word(tmp_path, 2)
    book.close()


def test_a_word_about_another_key_is_not_taken_for_ours(tmp_path: Path) -> None:
    book = open_state(tmp_path)
    write_statement(tmp_path / STATEMENT_FILE, word(tmp_path, 9))
    keep_statement(tmp_path, book, public_text(public_bytes(CENTRAL)))
    with book.reading() as conn:
        assert own_statement(conn) is None
    book.close()


def test_a_claim_without_central_says_so_and_leaves_no_settings(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    typed = ("--central", url, "--central-key", CENTRAL_KEY, "--store", "S001", "--code", "AAAAA-AAAAA")
    done = run("claim", "--at", str(tmp_path / "hub"), *typed)
    assert done.exit_code == 1
    assert "no answer of central's" in done.output
    assert not (tmp_path / "hub" / "hub.toml").exists()


def test_a_claim_names_every_setting_that_is_missing(tmp_path: Path) -> None:
    done = run("claim", "--at", str(tmp_path / "hub"), "--code", "AAAAA-AAAAA")
    assert done.exit_code == 1
    assert "store is missing" in done.output
    assert "central_public_key is missing" in done.output


def test_a_place_that_nobody_has_cannot_be_given_away(tmp_path: Path) -> None:
    for command in (("replace-hub",), ("settle-hubs",)):
        done = run(*command, "--at", str(tmp_path), "--store", "S404")
        assert done.exit_code == 1
        assert "no hub of S404 is called H1" in done.output
