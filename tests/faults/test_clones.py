"""One hub in two places, a file put back by plain cp, a machine that broke: real processes, and nothing lost or counted twice."""

import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast.hub_house import STORE, HubHouse
from tests.cast.shop import eventually


@pytest.fixture
def house(tmp_path: Path) -> Iterator[HubHouse]:
    """A store with its hub and kiosk at work, and K1 known to central."""
    house = HubHouse(tmp_path)
    eventually(lambda: house.told() == [("K1", "recorded")], "central knows the kiosk")
    yield house
    house.close()


def _status(house: HubHouse) -> int:
    try:
        with urllib.request.urlopen(house.world.kiosk_url + "/", timeout=5) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return int(error.code)


@pytest.mark.slow
def test_two_running_copies_lose_nothing_and_one_incident_names_both(house: HubHouse) -> None:
    house.world.hub.stop()
    twin = house.copy(house.hub_folder, "twin")
    house.world.hub.start()
    house.start(twin)
    first, second = [f"A{n}" for n in range(6)], [f"B{n}" for n in range(6)]
    for one, other in zip(first, second, strict=True):
        house.enrol(house.hub_folder, one)
        house.enrol(twin, other)
    names = sorted([*first, *second, "K1"])
    eventually(lambda: [name for name, _ in house.told()] == names, "every fact of both is there once")
    eventually(lambda: sorted(house.epochs().values()) == ["current", "superseded"], "one of them is put aside")
    goes_on = next(epoch for epoch, place in house.epochs().items() if place == "current")
    aside = next(epoch for epoch, place in house.epochs().items() if place == "superseded")
    assert next(iter(house.epochs())) == goes_on, "the epoch seen first goes on"
    (incident,) = [each for each in house.incidents() if each["kind"] == "two_hubs_one_identity"]
    assert goes_on in incident["subject"]
    assert aside in incident["subject"]
    folders = (house.hub_folder, twin)
    loser = next(each for each in folders if _own_epoch(house, each) == aside)
    winner = next(each for each in folders if each != loser)
    asked = "SELECT superseded_at_ms IS NOT NULL, superseded_why FROM standing"
    eventually(lambda: house.hub_says(loser, asked) == [(1, "twin")], "the one put aside knows it")
    assert house.hub_says(winner, asked) == [(0, None)]
    house.command("settle-hubs", "--at", str(house.folder / "central"), "--store", STORE, "--goes-on", aside)
    eventually(lambda: house.hub_says(loser, asked) == [(0, None)], "a person decided otherwise")
    eventually(lambda: house.hub_says(winner, asked) == [(1, "twin")], "and the other hears of it")
    assert [name for name, _ in house.told()] == names


@pytest.mark.slow
def test_yesterday_s_file_put_back_by_cp_is_a_restore_and_no_twin(house: HubHouse) -> None:
    house.world.hub.stop()
    yesterday = house.copy(house.hub_folder, "yesterday")
    house.world.hub.start()
    today = [f"D{n}" for n in range(4)]
    house.enrol(house.hub_folder, *today)
    eventually(lambda: len(house.told()) == 5, "today's facts are at central")
    (before,) = house.epochs()
    house.world.hub.kill()
    for file in house.hub_folder.glob("*.db*"):
        file.unlink()
    for file in yesterday.glob("*.db*"):
        shutil.copy(file, house.hub_folder)
    house.world.hub.start()
    house.enrol(house.hub_folder, *(f"E{n}" for n in range(4)))
    names = sorted(["K1", *today, *(f"E{n}" for n in range(4))])
    eventually(lambda: [name for name, _ in house.told()] == names, "every fact of both days is there once")
    eventually(lambda: house.epochs().get(before) == "yielded", "the new epoch goes on")
    assert len(house.epochs()) == 2
    held = "SELECT node FROM devices ORDER BY node"
    eventually(lambda: [str(row[0]) for row in house.hub_says(house.hub_folder, held)] == names, "the file caught up")
    assert house.incidents() == []


@pytest.mark.slow
def test_a_broken_machine_is_replaced_and_nobody_goes_to_the_kiosk(house: HubHouse) -> None:
    """[hub_replaced] as a shop lives it: the disk is gone, a new machine claims the place, the kiosk follows it."""
    house.world.line.cut()
    house.enrol(house.hub_folder, "Z1")
    owed = "SELECT count(*) FROM outbox_rows WHERE kind = 'device.enrolled'"
    eventually(lambda: house.hub_says(house.hub_folder, owed) == [(2,)], "the old machine owes a fact nobody else has")
    house.world.hub.stop()
    house.world.line.restore()
    old = house.copy(house.hub_folder, "old")
    shutil.rmtree(house.hub_folder)
    printed = house.command("replace-hub", "--at", str(house.folder / "central"), "--store", STORE)
    line = next(each for each in printed.splitlines() if "storefloor claim" in each).split()[1:]
    typed = [str(house.hub_folder) if word == "hub" else word for word in line]
    said = house.command(*typed)
    assert "term 2" in said
    toml = house.hub_folder / "hub.toml"
    toml.write_text(toml.read_text() + f"port = {house.world.ports.hub}\n")
    eventually(lambda: _status(house) == 503, "the kiosk says that its hub is away")
    house.world.hub.start()
    eventually(lambda: _status(house) == 200, "the kiosk follows the new machine")
    recovering = "SELECT count(*) FROM config WHERE key = 'recovering'"
    eventually(lambda: house.hub_says(house.hub_folder, recovering) == [(0,)], "it learned what was done before it")
    house.start(old)
    eventually(lambda: ("Z1", "flagged") in house.told(), "what the old machine owed is taken and flagged")
    asked = "SELECT superseded_why FROM standing"
    eventually(lambda: house.hub_says(old, asked) == [("replaced",)], "the old machine knows its place is taken")
    assert [each["kind"] for each in house.incidents()] == ["replaced_hub_speaks"]
    assert house.told() == [("K1", "recorded"), ("Z1", "flagged")]


def _own_epoch(house: HubHouse, folder: Path) -> str:
    (row,) = house.hub_says(folder, "SELECT DISTINCT epoch FROM outbox_origins WHERE standing = 'own'")
    return str(row[0])
