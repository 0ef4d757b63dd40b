"""Decides which hub of a store goes on when more than one speaks for it: by term, then by which epoch was seen first.

Pure: what was heard goes in, what to write down and whether somebody must look comes out. A file that is restored or
forked makes a new epoch and the old one falls silent; two running copies of one hub make a new epoch too, but the old one
goes on speaking. Only time tells them apart, so the old one *yields* until it was heard again, twice.
"""

from collections.abc import Sequence

import msgspec

from central.store.hub_place import EpochHeard, Place

GRACE_MS = 5_000
"""What was under way when a new epoch was born may arrive so much later and proves nothing; a beat is given up after two."""

AGAIN_MS = 3_000
"""A request that a proxy held back arrives once; whoever lives is heard again with the next beat or the one after."""

NOTE_EVERY_MS = 1_000
"""How exactly "last heard" is known: a hub that pushes all the time must not cost a write each time."""


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """How the hub that spoke stands, the epochs whose row changes, and for an incident the epochs it is about.

    `why` and `since_ms` say what a superseded hub is told. `twins` is (goes on, put aside), only when that was decided now.
    """

    place: Place
    changed: tuple[EpochHeard, ...] = ()
    why: str = ""
    since_ms: int = 0
    twins: tuple[str, str] | None = None


REPLACED, TWIN = "replaced", "twin"


def judge(known: Sequence[EpochHeard], *, newest_term: int, term: int, epoch: str, now_ms: int) -> Ruling:
    """The ruling about a hub that speaks now under `term` and `epoch`, given all epochs of its place heard so far."""
    mine = next((each for each in known if (each.term, each.epoch) == (term, epoch)), None)
    if term < newest_term:
        return _put_aside(mine, term=term, epoch=epoch, now_ms=now_ms, why=REPLACED)
    ruling = next((each for each in known if each.term == term and each.place is Place.current), None)
    if mine is None:
        return _born(ruling, term=term, epoch=epoch, now_ms=now_ms)
    if mine.place is Place.superseded:
        return _put_aside(mine, term=term, epoch=epoch, now_ms=now_ms, why=TWIN)
    if mine.place is Place.current or ruling is None:
        return Ruling(place=Place.current, changed=_noted(mine, now_ms, place=Place.current))
    return _back(mine, ruling, now_ms)


def choose(known: Sequence[EpochHeard], *, term: int, epoch: str) -> tuple[EpochHeard, ...] | None:
    """The rows that change when a person says that this epoch goes on; None when it was never heard under that term."""
    chosen = next((each for each in known if (each.term, each.epoch) == (term, epoch)), None)
    if chosen is None:
        return None
    rivals = [
        each for each in known if each.term == term and each.epoch != epoch and each.place is not Place.superseded
    ]
    aside = [msgspec.structs.replace(each, place=Place.superseded, back_at_ms=None) for each in rivals]
    return (msgspec.structs.replace(chosen, place=Place.current, back_at_ms=None), *aside)


def _born(ruling: EpochHeard | None, *, term: int, epoch: str, now_ms: int) -> Ruling:
    """An epoch heard for the first time goes on: until the older one is heard again it was a restore or a fork."""
    fresh = EpochHeard(term=term, epoch=epoch, first_at_ms=now_ms, heard_at_ms=now_ms, place=Place.current)
    older = () if ruling is None else (msgspec.structs.replace(ruling, place=Place.yielded, back_at_ms=None),)
    return Ruling(place=Place.current, changed=(fresh, *older))


def _back(mine: EpochHeard, ruling: EpochHeard, now_ms: int) -> Ruling:
    """An epoch that had yielded speaks. Once may be an echo; twice it lives, and two copies of one hub are at work."""
    if now_ms - ruling.first_at_ms < GRACE_MS:
        return Ruling(place=Place.yielded, changed=_noted(mine, now_ms))
    if mine.back_at_ms is None:
        return Ruling(
            place=Place.yielded, changed=(msgspec.structs.replace(mine, heard_at_ms=now_ms, back_at_ms=now_ms),)
        )
    if now_ms - mine.back_at_ms < AGAIN_MS:
        return Ruling(place=Place.yielded, changed=_noted(mine, now_ms))
    first, second = sorted((mine, ruling), key=lambda each: (each.first_at_ms, each.place is Place.current))
    goes_on = msgspec.structs.replace(first, place=Place.current, back_at_ms=None)
    aside = msgspec.structs.replace(second, place=Place.superseded, back_at_ms=None)
    changed = tuple(
        msgspec.structs.replace(each, heard_at_ms=now_ms) if each.epoch == mine.epoch else each
        for each in (goes_on, aside)
    )
    lives = mine.epoch == goes_on.epoch
    return Ruling(
        place=Place.current if lives else Place.superseded,
        changed=changed,
        why="" if lives else TWIN,
        since_ms=0 if lives else now_ms,
        twins=(goes_on.epoch, aside.epoch),
    )


def _put_aside(mine: EpochHeard | None, *, term: int, epoch: str, now_ms: int, why: str) -> Ruling:
    fresh = EpochHeard(term=term, epoch=epoch, first_at_ms=now_ms, heard_at_ms=now_ms, place=Place.superseded)
    changed = (fresh,) if mine is None else _noted(mine, now_ms, place=Place.superseded)
    return Ruling(place=Place.superseded, changed=changed, why=why)


def _noted(mine: EpochHeard, now_ms: int, *, place: Place | None = None) -> tuple[EpochHeard, ...]:
    """The row with a newer "last heard", when that or its place is worth a write."""
    place = place or mine.place
    if place is mine.place and now_ms - mine.heard_at_ms < NOTE_EVERY_MS:
        return ()
    return (msgspec.structs.replace(mine, heard_at_ms=max(now_ms, mine.heard_at_ms), place=place),)
