"""What a damaged disk does to a hub: it says which file and what to do, fetches copies anew, and begins nothing over a lost book."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from edge.app.apply_changes import cursor_of
from edge.app.board import read_board
from edge.app.keep_files import FileWatch, say_set_aside
from edge.store import config
from edge.store.databases import KEYS_FILE, REPLICA_FILE, STATE_FILE
from edge.tools.doctor import examine
from edge.wiring.processes import ProcessDied
from sync.db import driver
from tests.cast.counter import STORE
from tests.cast.floor import Floor
from tests.cast.hub_process import HubProcess


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    """A hub that has seen an order with a name."""
    floor = Floor(tmp_path)
    floor.order((1, 1))
    yield floor
    floor.close()


def overwritten(path: Path) -> None:
    """The first block is somebody else's."""
    path.write_bytes(b"\xa5" * 4096 + path.read_bytes()[4096:])


def broken_in_the_middle(path: Path) -> None:
    """Every page but the first two lost its head: the file opens, and falls apart when it is read."""
    with closing(driver.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size, pages = (file.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count"))
    with path.open("r+b") as raw:
        for page in range(2, pages):
            raw.seek(page * size)
            raw.write(b"\xff" * 64)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [overwritten, broken_in_the_middle, emptied, gone])
def test_a_book_that_cannot_be_opened_stops_the_hub_with_words_and_is_left_as_it_is(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    Floor(tmp_path).close()
    hub = HubProcess(tmp_path)
    book = tmp_path / STATE_FILE
    damage(book)
    left = book.read_bytes() if book.exists() else None
    with pytest.raises(ProcessDied) as died:
        hub.process.start()
    said = str(died.value)
    assert "state.db" in said
    assert "storefloor restore" in said
    assert "Traceback" not in said
    assert (book.read_bytes() if book.exists() else None) == left, "nothing was begun over it"


def names(floor: Floor) -> set[str | None]:
    """The names the board shows."""
    return {each.masked_name for each in read_board(floor.hub).preparing}


def test_copies_that_cannot_be_opened_are_kept_aside_and_asked_for_again(floor: Floor) -> None:
    floor.hub.close()
    overwritten(floor.folder / REPLICA_FILE)
    floor.restart()
    say_set_aside(floor.hub)
    assert (floor.folder / f"{REPLICA_FILE}.damaged-1").exists()
    assert cursor_of(floor.hub)[f"people:{STORE}"] == 0
    assert cursor_of(floor.hub)[f"store:{STORE}"] > 0, "what the hub owns is where it was"
    assert [(each.kind, each.subject.split("/")[0]) for each in floor.incidents()] == [("file_damaged", REPLICA_FILE)]
    floor.repeat_last_page()
    assert names(floor) == {"박*연"}


def test_lost_keys_show_a_dash_until_the_names_come_again(floor: Floor) -> None:
    floor.hub.close()
    overwritten(floor.folder / KEYS_FILE)
    floor.restart()
    say_set_aside(floor.hub)
    assert names(floor) == {None}
    assert cursor_of(floor.hub)[f"people:{STORE}"] == 0, "the people's feed is read again"
    floor.repeat_last_page()
    assert names(floor) == {"박*연"}
    assert [each.subject.split("/")[0] for each in floor.incidents()] == [KEYS_FILE]


def test_a_book_with_one_damaged_page_serves_on_and_is_said_to_a_person_and_to_the_doctor(floor: Floor) -> None:
    with floor.hub.state.writing() as conn:
        config.put(conn, "large", bytes(100_000), 1)
    floor.hub.close()
    book = floor.folder / STATE_FILE
    with book.open("r+b") as raw:
        raw.seek(book.stat().st_size - 2 * 4096)
        raw.write(b"\xff" * 64)
    looked = [finding.what for finding in examine(floor.folder) if " is damaged" in finding.what]
    assert [what.split(" ")[0] for what in looked] == [STATE_FILE]
    floor.restart()
    FileWatch(floor.hub).look()
    (incident,) = floor.incidents()
    assert (incident.kind, incident.subject.split("/")[0]) == ("file_damaged", STATE_FILE)
    floor.ready((0, 1))


def test_half_a_key_file_is_no_key_file(floor: Floor) -> None:
    floor.hub.close()
    broken_in_the_middle(floor.folder / KEYS_FILE)
    floor.restart()
    assert [each.name for each in floor.hub.files.set_aside] == [KEYS_FILE]


def test_copies_that_fall_apart_when_read_are_kept_aside_too(floor: Floor) -> None:
    floor.hub.close()
    broken_in_the_middle(floor.folder / REPLICA_FILE)
    floor.restart()
    assert [each.name for each in floor.hub.files.set_aside] == [REPLICA_FILE]


@pytest.mark.parametrize("line", ["up", "cut"])
def test_copies_damaged_in_service_are_begun_anew_only_when_they_can_be_fetched(floor: Floor, line: str) -> None:
    with floor.hub.replica.writing() as conn:
        conn.execute("CREATE TABLE large (body BLOB)")
        conn.execute("INSERT INTO large VALUES (zeroblob(100000))")
    copies = floor.folder / REPLICA_FILE
    with closing(driver.connect(copies)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with copies.open("r+b") as raw:
        raw.seek(copies.stat().st_size - 2 * 4096)
        raw.write(b"\xff" * 64)
    floor.line_up() if line == "up" else floor.cut()
    FileWatch(floor.hub).look()
    (incident,) = floor.incidents()
    assert incident.subject.split("/")[0] == REPLICA_FILE
    assert (cursor_of(floor.hub)[f"people:{STORE}"] == 0) == (line == "up")
    assert names(floor) == ({None} if line == "up" else {"박*연"})


@pytest.mark.parametrize(
    ("name", "cure"), [(STATE_FILE, "storefloor restore"), (REPLICA_FILE, "copies only"), (KEYS_FILE, "new keys")]
)
def test_the_doctor_names_the_file_and_what_to_do(floor: Floor, name: str, cure: str) -> None:
    floor.hub.close()
    overwritten(floor.folder / name)
    (finding,) = (each for each in examine(floor.folder) if name in each.what)
    assert not finding.in_order
    assert cure in finding.what
    (floor.folder / name).unlink()
    floor.restart()
