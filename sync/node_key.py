"""Makes a node's key, keeps it in a file nobody else may read, and spells its public half the one way there is."""

import base64
import os
import re
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Rng = Callable[[int], bytes]

#: The private half of a node's key, for those who only pass it on.
PrivateKey = Ed25519PrivateKey

_PUBLIC = re.compile(r"ed25519:([A-Za-z0-9_-]{43})\Z")


def load_or_make_key(path: Path, rng: Rng) -> PrivateKey:
    """The node's private key: 32 raw bytes in a file of mode 0600, made durable on the first call.

    A file others may read, or of another size, raises PermissionError or ValueError: a person must look.
    """
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            raise PermissionError(f"{path} may be read by others; chmod 600 it and enrol a new key") from None
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    with os.fdopen(fd, "wb") as f:
        f.write(rng(32))
        f.flush()
        os.fsync(f.fileno())
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def public_bytes(key: PrivateKey) -> bytes:
    """The 32 raw public bytes."""
    return key.public_key().public_bytes_raw()


def public_text(public: bytes) -> str:
    """The text form that is enrolled and configured: ed25519:<base64url without padding>."""
    return f"ed25519:{b64url(public)}"


def parse_public(text: str) -> bytes:
    """The 32 raw public bytes of a text form; ValueError when it is none."""
    found = _PUBLIC.fullmatch(text.strip())
    if found is None:
        raise ValueError("a public key looks like ed25519: and 43 characters")
    public = base64.urlsafe_b64decode(found[1] + "=")
    if b64url(public) != found[1]:
        raise ValueError("a public key has one spelling; this one has stray bits at its end")
    return public


def b64url(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
