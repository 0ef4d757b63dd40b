"""The three readers a stranger's text reaches first: the pass, the label, and the judge of any scan at the desk.

A target takes the fuzzer's bytes and raises when a promise is broken; libFuzzer keeps the bytes that made it so.
"""

import base64
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.app.read_scan import ScanAsked, ScanKind, read_scan
from edge.app.stage_parcel import StageAsked, Staged, stage_parcel
from edge.domain.ids import ALPHABET, id_text
from edge.domain.pickup import PassSeen
from edge.passes import PassReason, as_scanned, read_label, read_pass, read_typed, write_label, write_pass
from edge.passes.code import MAX_SCAN
from edge.passes.roll import read_roll_label, write_roll_label
from edge.passes.typed import TYPED_LENGTH
from tests.cast.counter import KIM, Counter

Target = Callable[[bytes], None]

SECRET = bytes(range(32))
KEYS = {
    1: Ed25519PrivateKey.from_private_bytes(SECRET).public_key().public_bytes_raw(),
    2: Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw(),
}
ORDERS = tuple(id_text(bytes([number]) * 8) for number in range(1, 5))
GENUINE = frozenset(
    write_pass(
        SECRET,
        key_id=1,
        store_number=1,
        order_id=order,
        revision=1,
        expires_at_ms=1_795_237_200_000,
        pass_id=b"\xa1\xb2\xc3",
    )
    for order in ORDERS
)
ROLL_LABEL = write_roll_label(1, 4711)
LABELS = frozenset(write_label(order, parcel, 1) for order in ORDERS for parcel in (1, 255))

AS_LETTERS = 0x80
"""First bytes above this give what follows as letters of base32 behind a marker: a fuzzer seldom finds those by itself."""

MARKERS = ("P1", "PK1", "RL1", "U1")


def text_of(data: bytes) -> str:
    """The scan these bytes stand for."""
    if data and data[0] >= AS_LETTERS:
        letters = base64.b32encode(data[1:]).decode("ascii").rstrip("=")
        return MARKERS[data[0] % len(MARKERS)] + letters
    return data.decode("utf-8", "replace")


def as_bytes(text: str) -> tuple[bytes, bytes]:
    """The two ways in which the fuzzer may be given a code to start from."""
    marker = next(each for each in sorted(MARKERS, key=len, reverse=True) if text.startswith(each))
    letters = text.removeprefix(marker)
    first = next(byte for byte in range(AS_LETTERS, 256) if MARKERS[byte % len(MARKERS)] == marker)
    return text.encode(), bytes([first]) + base64.b32decode(letters + "=" * (-len(letters) % 8))


def seeds() -> list[bytes]:
    """What the fuzzer starts from: genuine codes, written out and as bytes."""
    codes = [data for text in sorted(GENUINE | LABELS | {ROLL_LABEL}) for data in as_bytes(text)]
    return [*codes, b"9521234500018", b"7QK4", b"7QK4-M2NP"]


def pass_reading(data: bytes) -> None:
    """Whatever is read as a pass is one of those that were signed, to the letter."""
    text = text_of(data)
    as_scanned(text)
    seen = read_pass(text, KEYS)
    if isinstance(seen, PassSeen):
        assert text.strip().upper() in GENUINE, f"a forged pass was read: {text!r}"
    else:
        PassReason(seen.reason)
    typed = read_typed(text)
    if typed is not None:
        assert typed == "".join(text.upper().replace("-", "").split(" ")), repr(text)
        assert len(typed) == TYPED_LENGTH, repr(text)
        assert set(typed) <= set(ALPHABET), repr(text)


def label_reading(data: bytes) -> None:
    """Whatever is read as a label is the one way to write that label."""
    text = text_of(data)
    seen = read_label(text)
    if seen is not None:
        assert write_label(seen.order_id, seen.number, seen.revision) == text.strip().upper(), repr(text)
    roll = read_roll_label(text)
    if roll is not None:
        assert write_roll_label(roll.store_number, roll.serial) == text.strip().upper(), repr(text)
        assert seen is None, f"{text!r} was read as two labels"


class ScanJudging:
    """A real hub with orders on its shelves: what is shown follows from a code that is genuine, never from one like it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._counter = Counter(folder)
        ready = [self._counter.ready((1, 1)) for _ in range(3)]
        self._opens = {self._counter.pass_of(order): order.order_id for order, _ in ready}
        self._codes = {order.display_code: order.order_id for order, _ in ready}
        self._labels = {staged.label: order.order_id for order, staged in ready}
        self._rolled = self._with_a_label_from_the_roll()

    def _with_a_label_from_the_roll(self) -> str:
        """One more order, whose parcel carries a label that was printed beforehand."""
        order = self._counter.order((1, 1))
        self._counter.pick(order)
        asked = StageAsked(
            event_id=self._counter.press(), order_id=order.order_id, shelf="A-13", units=None, roll_label=ROLL_LABEL
        )
        assert isinstance(stage_parcel(self._counter.hub, asked, KIM), Staged)
        self._codes[order.display_code] = order.order_id
        return order.order_id

    def seeds(self) -> list[bytes]:
        """Codes of this very shop."""
        texts = (*self._opens, *self._labels)
        return [data for text in texts for data in as_bytes(text)] + [code.encode() for code in self._codes]

    def __call__(self, data: bytes) -> None:
        """Judge one scan."""
        text = text_of(data)
        said = read_scan(self._counter.hub, ScanAsked(scan=text), KIM)
        shown, folded = said.order.card.order_id if said.order else None, text.strip().upper()
        match said.kind:
            case ScanKind.pass_:
                assert shown == self._opens.get(folded), f"{text!r} opened {shown}"
                assert (said.refusal is None) == (folded in self._opens), repr(text)
            case ScanKind.parcel:
                seen, is_rolled = read_label(text), folded == ROLL_LABEL
                assert (said.refusal is None) == (seen is not None or is_rolled), repr(text)
                assert shown == (self._rolled if is_rolled else self._labels.get(folded)), repr(text)
            case ScanKind.code:
                assert shown == self._codes.get(folded), repr(text)
            case _:
                assert shown is None, f"{text!r} showed {shown}"
        assert len(text) <= MAX_SCAN or said.refusal is not None, "a scan too long for a code is refused"
