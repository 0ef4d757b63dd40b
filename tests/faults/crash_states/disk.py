"""What a disk may hold after the power went: rebuilt from the recorded calls, as strictly as POSIX lets a disk behave.

A file's bytes are safe once its own sync came back, a name once the sync of its folder did. Everything since then may
be there, or not, or in part: the writes of one file in any subset, each of them torn at sectors.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Protocol

SECTOR_BYTES = 512
"""What a disk writes at once or not at all; drives with larger sectors tear less."""

_HEAD = struct.Struct("<cQqHI")

SHARES = (0.1, 0.5, 0.9)
"""How much of what was not safe survives a `subset` or a `torn` cut: little, half, or nearly all."""


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded call; recorder.c says what each `op` is."""

    op: str
    inode: int
    number: int
    path: str
    data: bytes


def read_steps(record: Path) -> Iterator[Step]:
    """The calls in the order in which they took effect."""
    raw, at = memoryview(record.read_bytes()), 0
    while at < len(raw):
        op, inode, number, path_length, data_length = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        path = bytes(raw[at : at + path_length]).decode()
        at += path_length
        yield Step(op.decode(), inode, number, path, bytes(raw[at : at + data_length]))
        at += data_length


class Cut(StrEnum):
    """What becomes of everything that was not safe when the power went."""

    DROP = "drop"  # all of it is lost
    KEEP = "keep"  # all of it is there
    PREFIX = "prefix"  # what was written first is there
    SUBSET = "subset"  # some of it, in no order
    TORN = "torn"  # some of it, and of single writes some sectors only


@dataclass(eq=False, slots=True)
class File:
    """One file, whatever it is called: the bytes that are safe."""

    number: int
    safe: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class Bytes:
    """A write, or with `data` None a new size, that is not safe yet."""

    at: int
    file: File
    offset: int
    data: bytes | None

    def apply(self, content: bytearray, sectors: Random | None = None) -> None:
        """Put it into the file; with `sectors` only those that the dice keep."""
        if self.data is None:
            _resize(content, self.offset)
            return
        _resize(content, max(len(content), self.offset + len(self.data)))
        if sectors is None:
            content[self.offset : self.offset + len(self.data)] = self.data
            return
        start, end = self.offset, self.offset + len(self.data)
        while start < end:
            upto = min(end, (start // SECTOR_BYTES + 1) * SECTOR_BYTES)
            if sectors.random() < 0.5:
                content[start:upto] = self.data[start - self.offset : upto - self.offset]
            start = upto


@dataclass(frozen=True, slots=True)
class Name:
    """A name that came (`file`) or went (None), not safe yet."""

    at: int
    path: str
    file: File | None


def _resize(content: bytearray, size: int) -> None:
    if size < len(content):
        del content[size:]
    else:
        content.extend(bytes(size - len(content)))


class Chooser(Protocol):
    """Decides which of the pending steps made it to the disk."""

    def __call__(self, pending: list[Bytes] | list[Name], /) -> set[int]:
        """The `at` of those that did."""
        ...


@dataclass(frozen=True, slots=True)
class State:
    """One thing the disk may hold: every name with its bytes. `key` is equal for states that are made of the same steps."""

    files: dict[str, bytes]
    key: tuple[object, ...]


class Disk:
    """Takes the recorded calls one by one; after each it can be asked what a cut would leave."""

    def __init__(self) -> None:
        self.syncs = 0
        self._names: dict[str, File] = {}
        self._coming: list[Name] = []
        self._live: dict[int, File] = {}
        self._unsafe: dict[File, list[Bytes]] = {}
        self._syncing: dict[tuple[str, int, int], int] = {}
        self._steps = 0
        self._safe_as_of = 0

    def step(self, step: Step) -> None:
        """One call took effect."""
        self._steps += 1
        match step.op:
            case "C":
                self._live[step.inode] = File(self._steps)
                self._coming.append(Name(self._steps, step.path, self._live[step.inode]))
            case "W" | "T":
                file = self._live[step.inode]
                data = step.data if step.op == "W" else None
                self._unsafe.setdefault(file, []).append(Bytes(self._steps, file, step.number, data))
            case "U":
                self._coming.append(Name(self._steps, step.path, None))
            case "R":
                self._coming.append(Name(self._steps, step.data.decode(), self._live[step.inode]))
                self._coming.append(Name(self._steps, step.path, None))
            case "B" | "b":
                self._syncing[step.op.upper(), step.inode, step.number] = self._steps
            case "S":
                self._file_is_safe(self._live[step.inode], self._syncing.pop(("B", step.inode, step.number)))
            case "s":
                self._folder_is_safe(str(Path(step.path)), self._syncing.pop(("B", step.inode, step.number)))
            case other:
                raise ValueError(f"the recorder knows no {other!r}")

    def _file_is_safe(self, file: File, before: int) -> None:
        self.syncs += 1
        self._safe_as_of = self._steps
        waiting = self._unsafe.pop(file, [])
        for each in waiting:
            if each.at < before:
                each.apply(file.safe)
        if late := [each for each in waiting if each.at >= before]:
            self._unsafe[file] = late

    def _folder_is_safe(self, folder: str, before: int) -> None:
        self.syncs += 1
        self._safe_as_of = self._steps
        safe = [each for each in self._coming if each.at < before and str(Path(each.path).parent) == folder]
        _rename(self._names, safe)
        self._coming = [each for each in self._coming if each not in safe]

    def after_a_cut(self, cut: Cut, dice: Random) -> State:
        """One of the things this disk may hold now."""
        choose = _chooser(cut, dice)
        names = dict(self._names)
        kept_names = choose(self._coming)
        _rename(names, [each for each in self._coming if each.at in kept_names])
        key: list[object] = [self._safe_as_of, frozenset(kept_names)]
        files = {}
        for path, file in names.items():
            content, waiting = bytearray(file.safe), self._unsafe.get(file, [])
            kept = choose(waiting)
            torn = {at for at in kept if cut is Cut.TORN and dice.random() < 0.5}
            for each in waiting:
                if each.at in kept:
                    each.apply(content, dice if each.at in torn else None)
            files[path] = bytes(content)
            key.append((file.number, frozenset(kept), hash(files[path]) if torn else 0))
        return State(files, tuple(key))


def _rename(names: dict[str, File], changes: list[Name]) -> None:
    for change in changes:
        if change.file is None:
            names.pop(change.path, None)
        else:
            names[change.path] = change.file


def _chooser(cut: Cut, dice: Random) -> Chooser:
    share = dice.choice(SHARES)

    def choose(pending: list[Bytes] | list[Name]) -> set[int]:
        steps = [each.at for each in pending]
        match cut:
            case Cut.DROP:
                return set()
            case Cut.KEEP:
                return set(steps)
            case Cut.PREFIX:
                return set(steps[: dice.randint(0, len(steps))])
            case Cut.SUBSET | Cut.TORN:
                return {at for at in steps if dice.random() < share}

    return choose
