"""The doctor finds what is wrong in a folder, and changes nothing in it."""

from pathlib import Path

from edge.tools.doctor import examine
from sync.db import Database


def wrong(folder: Path) -> list[str]:
    return [
        finding.what for finding in examine(folder) if not finding.in_order and "free on the disk" not in finding.what
    ]


def test_a_whole_database_and_a_private_key_are_in_order(tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db")
    with database.writing() as conn:
        conn.execute("CREATE TABLE fact (id INTEGER PRIMARY KEY) STRICT")
    (tmp_path / "hub.key").write_bytes(bytes(32))
    (tmp_path / "hub.key").chmod(0o600)
    assert wrong(tmp_path) == []
    database.close()


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db")
    with database.writing() as conn:
        conn.execute("CREATE TABLE fact (text TEXT) STRICT")
        conn.executemany("INSERT INTO fact VALUES (?)", [("x" * 900,)] * 200)
    database.close()
    raw = bytearray((tmp_path / "state.db").read_bytes())
    raw[5 * 4096 : 12 * 4096] = bytes(7 * 4096)
    (tmp_path / "state.db").write_bytes(raw)
    assert any("state.db" in what for what in wrong(tmp_path))


def test_what_is_no_database_an_open_key_and_bad_settings_are_named(tmp_path: Path) -> None:
    (tmp_path / "replica.db").write_text("this is a shopping list")
    (tmp_path / "hub.key").write_bytes(bytes(32))
    (tmp_path / "hub.key").chmod(0o644)
    (tmp_path / "hub.toml").write_text("prot = 1\n")
    said = " ".join(wrong(tmp_path))
    for word in ("replica.db is not a SQLite file", "hub.key may be read by others", "unknown key 'prot'"):
        assert word in said


def test_an_empty_folder_is_asked_about(tmp_path: Path) -> None:
    assert any("is it the right folder" in what for what in wrong(tmp_path))
