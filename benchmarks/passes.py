"""Read and verify passes at the desk, genuine and forged; raw: the same Ed25519 verifications and nothing else.

Every pass is a different order's, so nothing can be remembered from one to the next. Rounds are short and between two
of raw, because a shared machine changes while we look at it.
"""

import argparse
import statistics
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks._figure import Case, per_second, print_cases
from edge.domain.ids import order_id
from edge.domain.pickup import PassSeen
from edge.passes import PassReason, PassRefusal, read_pass, write_pass
from edge.passes.code import Read, read_code, write_code
from edge.passes.pickup_pass import SIGNED_PREFIX
from edge.wiring.randomness import system_rng

COUNT, ROUNDS = 200, 41
KEY_ID, SIGNATURE_BYTES, BODY_BYTES = 1, 64, 19

FORGED = PassRefusal(PassReason.forged)

Signed = tuple[bytes, bytes]
"""A signature, and the bytes it is said to be over."""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; exit 1 if a genuine pass was refused or a forged one read."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = asked.parse_args(arguments).rounds
    bench = Bench(Ed25519PrivateKey.generate())
    genuine = [bench.genuine() for _ in range(COUNT)]
    forged = [_forged(text) for text in genuine]
    cases = [bench.case("verify", genuine, rounds), bench.case("forged", forged, rounds)]
    print_cases("passes", cases)
    return 0 if bench.is_sound(genuine, forged) else 1


class Bench:
    """One signing key, and the desk that knows its public half."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._secret = key.private_bytes_raw()
        self._public = key.public_key()
        self._known = {KEY_ID: self._public.public_bytes_raw()}

    def genuine(self) -> str:
        """The pass of an order nobody has seen before."""
        return write_pass(
            self._secret,
            key_id=KEY_ID,
            store_number=1,
            order_id=order_id(system_rng),
            revision=1,
            expires_at_ms=1_800_000_000_000,
            pass_id=system_rng(3),
        )

    def is_sound(self, genuine: list[str], forged: list[str]) -> bool:
        """True when what was measured was the right work."""
        read = [read_pass(text, self._known) for text in genuine]
        refused = [read_pass(text, self._known) for text in forged]
        return all(isinstance(each, PassSeen) for each in read) and refused == [FORGED] * len(forged)

    def case(self, name: str, texts: list[str], rounds: int) -> Case:
        """Rounds of raw, ours, raw over the same passes."""
        signed = [_signed(text) for text in texts]
        rates, limits, cpu_us = [], [], []
        for _ in range(rounds):
            before = per_second(lambda _: self._raw(signed), len(texts))
            worked_s = time.thread_time()
            rates.append(per_second(lambda _: self._ours(texts), len(texts)))
            cpu_us.append((time.thread_time() - worked_s) / len(texts) * 1e6)
            limits.append((before + per_second(lambda _: self._raw(signed), len(texts))) / 2)
        return Case(
            case=name,
            figure=statistics.median(rates),
            unit="passes/s",
            raw=statistics.median(limits),
            ratio=statistics.median(rate / limit for rate, limit in zip(rates, limits, strict=True)),
            cpu_us_per_event=statistics.median(cpu_us),
            more={"count": len(texts), "rounds": rounds},
        )

    def _ours(self, texts: list[str]) -> None:
        for text in texts:
            read_pass(text, self._known)

    def _raw(self, signed: list[Signed]) -> None:
        verify = self._public.verify
        for signature, body in signed:
            try:
                verify(signature, body)
            except InvalidSignature:
                continue


def _signed(text: str) -> Signed:
    code = _code(text)
    return code[BODY_BYTES:], SIGNED_PREFIX + code[:BODY_BYTES]


def _forged(text: str) -> str:
    """The same pass with another pass id under the old signature."""
    code = _code(text)
    return write_code(Read.pickup_pass, code[: BODY_BYTES - 1] + bytes([code[BODY_BYTES - 1] ^ 1]) + code[BODY_BYTES:])


def _code(text: str) -> bytes:
    code = read_code(Read.pickup_pass, text, BODY_BYTES + SIGNATURE_BYTES)
    assert code is not None, "written a moment ago"
    return code


if __name__ == "__main__":
    sys.exit(main())
