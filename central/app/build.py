"""Opens central in its folder: makes what is missing (books, keys), brings the books up to date, changes nothing else."""

import hashlib
import hmac
from pathlib import Path

from central.app.central import Central, PassSigningKey
from central.app.state_hubs import state_all
from central.errors import KeyFileUnusable
from central.settings import CentralSettings
from central.store.database import Books, sqlite_url
from central.store.keys import Node, PassKey, add_pass_key, get_pass_keys, put_node
from central.store.migrations import migrate
from central.store.schema import EVERYWHERE
from edge.domain.clock import Clock
from edge.domain.ids import Rng
from sync.nonces import NonceStore
from sync.signing import Signer, load_or_make_key, public_bytes, public_text
from sync.waiting import Bell

OPERATOR = "main"
"""The one operator there is until roles of head office come."""

CENTRAL_KEYID = "central:main"
_FIRST_PASS_KEY = 1
_TOKEN_KEY_CONTEXT = b"storefloor/order-token-key/v1\0"


def build(settings: CentralSettings, clock: Clock, rng: Rng) -> Central:
    """Central in `settings.directory`, ready to be used by this process. Raises KeyFileUnusable."""
    folder = Path(settings.directory)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret, public = _key(folder, "central", rng)
    bell = Bell()
    books = Books(_address(settings, folder), on_commit=bell.ring)
    migrate(books)
    central = Central(
        settings=settings,
        books=books,
        nonces=NonceStore(folder / "nonces.db", clock.now_ms() // 1000),
        clock=clock,
        rng=rng,
        bell=bell,
        signer=Signer(load_or_make_key(folder / "central.key", rng), CENTRAL_KEYID, rng),
        public_key=public,
        pass_key=_pass_key(books, folder, clock, rng),
        token_key=hmac.new(secret, _TOKEN_KEY_CONTEXT, hashlib.sha256).digest(),
    )
    _know_operator(central, folder)
    state_all(central)
    return central


def _address(settings: CentralSettings, folder: Path) -> str:
    return sqlite_url(folder / "central.db") if settings.database == "sqlite" else settings.database


def _key(folder: Path, name: str, rng: Rng) -> tuple[bytes, str]:
    """The raw private key in `<name>.key`, made on first use, and its public text, written beside it into `<name>.pub`."""
    try:
        key = load_or_make_key(folder / f"{name}.key", rng)
    except (PermissionError, ValueError) as error:
        raise KeyFileUnusable(str(error)) from error
    public = public_text(public_bytes(key))
    beside = folder / f"{name}.pub"
    if not beside.exists():
        beside.write_text(public + "\n", "utf-8")
    return key.private_bytes_raw(), public


def _pass_key(books: Books, folder: Path, clock: Clock, rng: Rng) -> PassSigningKey:
    with books.reading() as tx:
        known = get_pass_keys(tx)
    key_id = max((key.key_id for key in known), default=_FIRST_PASS_KEY)
    secret, public = _key(folder, f"pass-{key_id}", rng)
    if not known:
        with books.writing() as tx:
            add_pass_key(tx, PassKey(key_id=key_id, public=public, from_ms=clock.now_ms()))
    elif known[-1].public != public:
        raise KeyFileUnusable(f"pass-{key_id}.key is not the key that the books say passes are signed with")
    return PassSigningKey(key_id=key_id, secret=secret)


def _know_operator(central: Central, folder: Path) -> None:
    _, public = _key(folder, "operator", central.rng)
    node = Node(
        store=EVERYWHERE,
        node=OPERATOR,
        role="operator",
        public_key=public,
        state="active",
        term=0,
        enrolled_at_ms=central.now_ms(),
    )
    with central.books.writing() as tx:
        put_node(tx, node)
