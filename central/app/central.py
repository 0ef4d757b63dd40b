"""What every use case of central is handed: the books, the clock, the keys, and the bell that wakes waiting pulls."""

import hashlib
import hmac
from dataclasses import dataclass, field

from central.settings import CentralSettings
from central.store.database import Books
from edge.domain.clock import Clock
from edge.domain.ids import Rng
from edge.passes import typed_code
from sync.nonces import NonceStore
from sync.signing import Signer
from sync.waiting import Bell

_TOKEN_CONTEXT = b"storefloor/order-token/v1\0"
_TYPED_CONTEXT = b"storefloor/typed-code/v1\0"


@dataclass(frozen=True)
class PassSigningKey:
    """The private key that passes are signed with, 32 raw bytes, and the number stores know its public half by."""

    key_id: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Central:
    """The profile service, built once per process; use cases are functions that take it first."""

    settings: CentralSettings
    books: Books
    nonces: NonceStore
    clock: Clock
    rng: Rng
    bell: Bell
    signer: Signer
    public_key: str
    pass_key: PassSigningKey
    token_key: bytes = field(repr=False)

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self.clock.now_ms()

    def order_token(self, order: str) -> str:
        """The token that opens a guest's order. It is derived, so that a lost answer can be given again, and stored hashed."""
        return hmac.new(self.token_key, _TOKEN_CONTEXT + order.encode(), hashlib.sha256).hexdigest()

    def typed_code(self, order: str, issue: int) -> str:
        """The eight characters beside the pass of an order; with each renewal (`issue`, from 0) there are others."""
        about = f"{order}/{issue}".encode()
        return typed_code(hmac.new(self.token_key, _TYPED_CONTEXT + about, hashlib.sha256).digest())

    def close(self) -> None:
        """Close the books and the memory of seen requests."""
        self.books.close()
        self.nonces.close()


def token_hash(token: str) -> str:
    """What is kept of a token. It is 256 bits of chance, so one plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
