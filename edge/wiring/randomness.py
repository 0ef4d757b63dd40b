"""The one place where a process takes randomness from the operating system; everybody else is handed it."""

import secrets


def system_rng(count: int) -> bytes:
    """`count` unpredictable bytes."""
    return secrets.token_bytes(count)
