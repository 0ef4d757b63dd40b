"""`storefloor backup` and `restore`: what they refuse, what they set aside, and what they say they did."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from edge.app.take_facts import judge_device_fact
from edge.cli import main
from edge.settings import HubSettings, write
from edge.store import backups, journal_file
from edge.tools.doctor import examine
from edge.tools.restore import RestoreRefused
from sync import ledger
from sync.db import Database
from sync.envelope import Batch, Envelope, Origin, Row, sequence_text, write_time
from tests.cast.lost_hub import LostHub
from tests.cast.pickups import NOON_MS
from tests.cast.shop import rows_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LostHub]:
    """A whole line, Ada, and an empty shop."""
    store = LostHub(tmp_path)
    yield store
    store.close()


def run(*arguments: object) -> Result:
    """One command, in this process."""
    return CliRunner().invoke(main, [str(each) for each in arguments])


def events_in(path: Path) -> set[object]:
    """The facts that were made in a book."""
    return {event for (event,) in rows_of(path, "SELECT event_id FROM outbox_rows WHERE born_here = 1")}


def kiosk_row(number: int) -> Row:
    """A visit that ended at kiosk K1."""
    body = b'{"actor":"kiosk:K1","at":{"boot_id":"b","monotonic_ms":1,"confirmed":true},"kiosk":"K1"}'
    envelope = {
        "id": f"k{number}",
        "source": "/S001/K1",
        "type": "kiosk.of_tomorrow",
        "subject": "K1",
        "time": write_time(NOON_MS),
        "dataschema": "urn:storefloor:fact:kiosk.of_tomorrow:1",
        "data": msgspec.Raw(body),
        "sequence": sequence_text(number),
        "recordedtime": write_time(NOON_MS),
        "specversion": "1.0",
        "datacontenttype": "application/json",
    }
    raw = msgspec.json.encode(envelope)
    return Row(msgspec.json.decode(raw, type=Envelope), raw)


def test_a_folder_in_use_is_left_alone(store: LostHub) -> None:
    store.backed_up()
    done = run("restore", "--from", store.second_disk, "--to", store.folder)
    assert done.exit_code == 1
    assert "in use" in done.output


def test_facts_that_are_nowhere_else_are_named_and_only_set_aside_when_told(store: LostHub) -> None:
    order = store.placed()
    store.sync()
    store.backed_up()
    store.hub.close()
    store.second_disk.rename(store.second_disk.with_name("early"))
    store.second_disk.mkdir()
    store.hub = store.open()
    staged = store.staged(order)
    event = next(event for event, answer in store.answered.items() if answer == staged)
    store.hub.close()
    with pytest.raises(RestoreRefused, match="neither in the backup nor in the journal") as refused:
        store.restored(store.second_disk.with_name("early"))
    assert event in str(refused.value)
    assert "--replace" in str(refused.value)
    assert event in events_in(store.folder / "state.db")
    told = store.restored(store.second_disk.with_name("early"), replace=True)
    assert told.set_aside is not None
    assert event in events_in(store.folder / told.set_aside)
    assert not store.order(order).parcels


def test_a_damaged_book_is_set_aside_and_the_answers_are_kept(store: LostHub) -> None:
    order = store.placed()
    store.sync()
    store.backed_up()
    store.staged(order)
    store.hub.close()
    path = store.folder / "state.db"
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    done = run("restore", "--from", store.second_disk, "--to", store.folder)
    assert done.exit_code == 0, done.output
    assert "before-restore" in done.output
    store.hub = store.open()
    assert store.order(order).parcels_here


def test_a_damaged_backup_is_passed_over_and_the_one_before_it_and_the_journal_are_enough(store: LostHub) -> None:
    first, second = store.placed(), store.placed()
    store.sync()
    store.backed_up()
    store.staged(first)
    later = store.backed_up()
    store.staged(second)
    later.path.write_bytes(b"not a database")
    store.pull_the_plug()
    told = store.restored()
    assert told.damaged == (later.number,)
    assert store.order(first).parcels_here
    assert store.order(second).parcels_here


def test_a_journal_from_the_beginning_is_enough_without_any_backup(store: LostHub) -> None:
    order = store.placed()
    store.sync()
    store.staged(order)
    store.pull_the_plug()
    assert backups.numbers(store.second_disk) == []
    told = store.restored()
    assert told.backup is None
    assert store.order(order).parcels_here


def test_nothing_comes_from_nothing(tmp_path: Path) -> None:
    done = run("restore", "--from", tmp_path, "--to", tmp_path / "hub")
    assert done.exit_code == 1
    assert "no good backup and no journal" in done.output
    assert not (tmp_path / "hub").exists()


def test_rows_of_a_kiosk_are_put_back_under_the_origin_they_were_born_with(store: LostHub) -> None:
    origin = Origin(store="S001", node="K1", epoch="k", lane=2)

    def push(first: int, last: int, previous: str | None) -> None:
        rows = tuple(kiosk_row(number) for number in range(first, last + 1))
        taken = ledger.SqliteLedger(store.hub.state, relay=True)
        taken.take(Batch(origin=origin, previous=previous, rows=rows), judge_device_fact, received_at_ms=NOON_MS)

    store.line.cut = True
    push(1, 2, None)
    store.backed_up()
    push(3, 5, "k2")
    store.pull_the_plug()
    store.restored()
    with store.hub.state.reading() as conn:
        assert ledger.marks(conn)[origin] == ledger.Mark(5, "k5")
    push(6, 6, "k5")
    store.line.cut = False
    store.sync()
    with store.office.central.books.reading() as tx:
        sequences = tx.exec_driver_sql("SELECT sequence FROM ledger WHERE node = 'K1' ORDER BY sequence")
        assert [row[0] for row in sequences] == [1, 2, 3, 4, 5, 6]


def test_backup_says_what_it_made_and_the_doctor_finds_a_second_disk_that_is_none(store: LostHub) -> None:
    done = run("backup", "--at", store.folder, "--to", store.second_disk, "--keep", 2)
    assert done.exit_code == 0, done.output
    assert "is whole" in done.output
    assert run("backup", "--at", store.second_disk, "--to", store.folder).exit_code == 1
    settings = HubSettings(store="S001", central_public_key="ed25519:x", backup_dir=str(store.second_disk))
    write(store.folder / "hub.toml", settings)
    assert any("lies on the same disk" in finding.what for finding in examine(store.folder))
    write(store.folder / "hub.toml", HubSettings(store="S001", central_public_key="ed25519:x"))
    assert any("no second disk" in finding.what for finding in examine(store.folder))


def test_a_file_copied_back_goes_into_the_journal_too_and_a_restore_knows_both_histories(
    store: LostHub, tmp_path: Path
) -> None:
    orders = [store.placed() for _ in range(3)]
    store.sync()
    store.backed_up()
    store.line.cut = True
    store.copy_to(tmp_path / "yesterday")
    store.staged(orders[0])
    store.copied_back(tmp_path / "yesterday")
    store.staged(orders[1])
    store.pull_the_plug()
    assert len(journal_file.segments(store.second_disk)) == 2
    store.restored()
    assert [bool(store.order(order).parcels_here) for order in orders] == [True, True, False]
    store.line.cut = False
    store.sync()
    events = [event for event, _, _ in store.ledger()]
    assert set(store.answered) <= set(events)
    assert len(events) == len(set(events))


def test_nobody_is_signed_in_after_a_restore(store: LostHub) -> None:
    with store.hub.state.writing() as conn:
        conn.execute("INSERT INTO staff_sessions VALUES (x'00', 'kim', '1', 'csrf', 0, NULL)")
    store.backed_up()
    store.pull_the_plug()
    store.restored()
    with store.hub.state.reading() as conn:
        assert conn.execute("SELECT count(*) FROM staff_sessions").fetchone()[0] == 0


def test_a_backup_is_a_file_that_sqlite_reads_without_a_log(store: LostHub) -> None:
    done = store.backed_up()
    copy = Database(done.path)
    with copy.reading() as conn:
        names = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    copy.close()
    assert "pickups" in names
    assert not names & {"person_keys", "peppers"}
