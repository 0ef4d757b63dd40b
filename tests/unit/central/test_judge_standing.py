"""Which hub goes on: the higher term, then the epoch seen first, unless it fell silent when the new one was born."""

from central.app.judge_standing import AGAIN_MS, GRACE_MS, Ruling, choose, judge
from central.store.hub_place import EpochHeard, Place

NOW_MS = 1_000_000


class Place0:
    """What central wrote down, as rulings change it."""

    def __init__(self, newest_term: int = 4) -> None:
        self.newest_term, self.now_ms = newest_term, NOW_MS
        self.rows: dict[tuple[int, str], EpochHeard] = {}

    def hears(self, epoch: str, *, term: int = 4, after_ms: int = 0) -> Ruling:
        self.now_ms += after_ms
        ruling = judge(
            tuple(self.rows.values()), newest_term=self.newest_term, term=term, epoch=epoch, now_ms=self.now_ms
        )
        self.rows |= {(row.term, row.epoch): row for row in ruling.changed}
        return ruling

    def place(self, epoch: str, term: int = 4) -> Place:
        return self.rows[term, epoch].place


def test_the_first_epoch_of_a_term_goes_on() -> None:
    place = Place0()
    assert place.hears("a").place is Place.current
    assert place.hears("a", after_ms=2_000).place is Place.current


def test_an_epoch_that_falls_silent_when_the_new_one_is_born_was_a_restore() -> None:
    place = Place0()
    place.hears("a")
    assert place.hears("b", after_ms=60_000).place is Place.current
    for _ in range(20):
        ruling = place.hears("b", after_ms=2_000)
        assert (ruling.place, ruling.twins) == (Place.current, None)
    assert place.place("a") is Place.yielded


def test_an_echo_of_the_old_epoch_is_no_twin() -> None:
    place = Place0()
    place.hears("a")
    place.hears("b", after_ms=100)
    assert place.hears("a", after_ms=GRACE_MS - 200).twins is None
    assert place.hears("a", after_ms=30_000).twins is None
    assert place.hears("a", after_ms=AGAIN_MS - 1).twins is None
    assert place.place("b") is Place.current


def test_of_two_living_epochs_the_one_seen_first_goes_on_and_the_other_is_told_why() -> None:
    place = Place0()
    place.hears("a")
    place.hears("b", after_ms=100)
    twins = None
    for _ in range(10):
        place.hears("b", after_ms=1_000)
        twins = twins or place.hears("a", after_ms=1_000).twins
    assert twins == ("a", "b")
    assert place.hears("a").place is Place.current
    told = place.hears("b")
    assert (told.place, told.why) == (Place.superseded, "twin")
    assert told.twins is None, "said once"


def test_the_second_of_two_living_epochs_stays_put_aside_however_long_the_first_is_silent() -> None:
    place = Place0()
    place.hears("a")
    place.hears("b", after_ms=100)
    for _ in range(10):
        place.hears("a", after_ms=2_000)
    assert place.hears("b", after_ms=86_400_000).place is Place.superseded


def test_a_lower_term_is_put_aside_whatever_its_epoch() -> None:
    place = Place0(newest_term=3)
    place.hears("a", term=3)
    place.newest_term = 4
    told = place.hears("a", term=3, after_ms=5)
    assert (told.place, told.why) == (Place.superseded, "replaced")
    assert place.hears("c", term=3).place is Place.superseded
    assert place.hears("b").place is Place.current


def test_a_person_may_choose_the_other_and_that_lasts() -> None:
    place = Place0()
    place.hears("a")
    place.hears("b", after_ms=100)
    for _ in range(10):
        place.hears("a", after_ms=2_000)
    changed = choose(tuple(place.rows.values()), term=4, epoch="b")
    assert changed is not None
    place.rows |= {(row.term, row.epoch): row for row in changed}
    for _ in range(10):
        assert place.hears("b", after_ms=2_000).place is Place.current
        assert place.hears("a", after_ms=2_000).place is Place.superseded


def test_nobody_can_choose_an_epoch_that_was_never_heard() -> None:
    place = Place0()
    place.hears("a")
    assert choose(tuple(place.rows.values()), term=4, epoch="x") is None
    assert choose(tuple(place.rows.values()), term=3, epoch="a") is None


def test_a_hub_that_speaks_all_the_time_is_written_down_once_a_second() -> None:
    place = Place0()
    place.hears("a")
    assert place.hears("a", after_ms=999).changed == ()
    assert len(place.hears("a", after_ms=1).changed) == 1


def test_a_third_epoch_of_a_hub_that_was_twice_restored_ends_the_second() -> None:
    place = Place0()
    for epoch in "abc":
        place.hears(epoch, after_ms=60_000)
    assert [place.place(epoch) for epoch in "abc"] == [Place.yielded, Place.yielded, Place.current]
