"""An answer that is read while it comes: its bytes one piece after the other, and at its end what proves them."""

from collections.abc import Callable, Mapping

from sync.signing import is_answer_proof


class Stream:
    """A 200 on its way. `read` gives the next so many bytes; `peer_public` None: nobody's key is known here."""

    def __init__(self, read: Callable[[int], bytes], nonce: str | None, peer_public: bytes | None) -> None:
        self._read = read
        self._nonce = nonce
        self._peer_public = peer_public

    def take(self, count: int) -> bytes:
        """The next `count` bytes, fewer only at the end. Raises PeerUnreachable when the line is cut."""
        return self._read(count)

    def is_genuine(self, digest: str, proof: Mapping[str, str]) -> bool:
        """Whether `proof` was signed by the peer for our very request; True without a look where no key of it is known."""
        if self._peer_public is None:
            return True
        return is_answer_proof(proof, 200, digest, public=self._peer_public, request_nonce=self._nonce or "")
