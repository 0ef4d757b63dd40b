"""What goes wrong in a simulated shop: lines, plugs, days without a line, copied disks, books put back."""

import shutil

from edge.app.apply_changes import feeds_of, start_over
from sync import quota
from tests.cast.office import STORE
from tests.cast.pickups import SOAP
from tests.sim.day import DAY_MS, HOUR_MS, Day

OLDEST_BACKUP_MS = 3 * DAY_MS
"""A hub keeps what was receipted for seven days, so that central can be told again; healing takes three of them."""


def line_changes(day: Day) -> None:
    """A line is cut, comes back whole, or comes back bad."""
    box = day.box()
    box.line.cut = day.dice.random() < 0.4
    box.line.trouble = day.dice.choice((0.0, 0.1, 0.3, 0.6))
    day.say(f"{box.name}: line {'cut' if box.line.cut else f'up, trouble {box.line.trouble}'}")


def hours_pass(day: Day) -> None:
    """A quiet stretch."""
    day.pass_time(day.dice.randrange(HOUR_MS, 9 * HOUR_MS))


def days_pass(day: Day) -> None:
    """A partition of days: nobody hears anybody, and central looks after what is due."""
    if day.put_back:
        return  # whoever puts something back does not leave it alone for days
    for box in day.boxes:
        box.line.cut = box.line.cut or day.dice.random() < 0.6
    day.pass_time(day.dice.randrange(DAY_MS, 4 * DAY_MS))
    day.office.forget()
    day.say("days passed")


def weeks_pass(day: Day) -> None:
    """Nobody hears anybody for so long that central forgets what it said; people do not come either."""
    for box in day.boxes:
        box.line.cut = True
    for _ in range(4):
        day.pass_time(4 * DAY_MS)
        day.office.forget()
    day.say("weeks passed")


def price_rises(day: Day) -> None:
    """Head office asks more than what a cut store still shows."""
    day.price_minor += 500
    day.office.put_price(SOAP, day.price_minor)
    day.say(f"soap costs {day.price_minor}")


def disk_gets_tight(day: Day) -> None:
    """Telemetry has to make room, and nothing else may."""
    box = day.box()
    with box.hub.state.writing() as conn:
        before = quota.room(conn)
        quota.set_quota(conn, max(1, before.owed_bytes))
        gone = quota.make_room(conn, box.clock.now_ms())
        quota.set_quota(conn, before.quota_bytes)
    day.say(f"{box.name}: the disk is tight, {gone} facts of telemetry make room")


def plug_is_pulled(day: Day) -> None:
    """A machine starts again from its files, by whatever clock it wakes up with."""
    box = day.box()
    box.start_again(day.new_clock())
    day.say(f"{box.name} starts again")


def disk_is_cloned(day: Day) -> None:
    """A second machine from a copy of the first one's disk."""
    day.clone()


def disk_is_backed_up(day: Day) -> None:
    """Somebody copies the folder by hand."""
    box = day.boxes[0]
    folder = day.spare()
    box.copy_disk(folder)
    day.backups.append((folder, day.office.clock.now_ms(), frozenset(day.told.deeds)))
    day.say(f"{box.name}: the disk is copied away")


def disk_is_put_back(day: Day) -> None:
    """The folder is put back. What only this disk knew since then is gone; what central has must stay."""
    box = day.boxes[0]
    folder, _, known = day.dice.choice(day.backups)
    at_central = {event for (event,) in day.office.rows("SELECT event_id FROM ledger")}
    day.told.lost |= {event for event in day.told.deeds if event not in known and event not in at_central}
    again = day.spare()
    shutil.copytree(folder, again)
    box.start_again(day.new_clock(), again)
    day.put_back = True
    day.say(f"{box.name}: an older disk is put back, {len(day.told.lost)} deeds are gone with the newer one")


def books_are_backed_up(day: Day) -> None:
    """Head office copies its books."""
    folder = day.spare()
    day.office.copy_to(folder)
    day.backups.append((folder, day.office.clock.now_ms(), frozenset(day.told.deeds)))
    day.say("central's books are copied away")


def books_are_put_back(day: Day) -> None:
    """Central goes on with older books, and somebody has every store read its feeds from the beginning."""
    young = [each for each in day.backups if day.office.clock.now_ms() - each[1] < OLDEST_BACKUP_MS]
    if not young:
        return  # what was receipted so long ago no store holds any more
    day.office.put_back(day.dice.choice(young)[0])
    day.put_back = True
    day.say("central goes on with older books")
    for box in day.boxes:
        for feed in feeds_of(STORE):
            start_over(
                box.hub, feed
            )  # numbers are given out a second time: what was read under them counts for nothing
