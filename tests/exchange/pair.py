"""Two real ends of the exchange over real HTTP: a hub's file with its peer, and a receiver with ledger, feed and keys."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from sync.db import Connection, Database
from sync.envelope import Envelope, Verdict
from sync.feed import SqliteFeed
from sync.http_client import Peer, Timeouts
from sync.http_server import Authenticator, SyncPorts, sync_blueprint
from sync.ledger import Judgement, Ledger, SqliteLedger
from sync.nonces import NonceStore
from sync.push import Incident, Pusher
from sync.signing import Caller, KnownKey, PrivateKey, Signer, load_or_make_key, public_bytes
from sync.waiting import Bell
from tests.exchange.rows import Ticks, dice, open_hub

NAME = "http://central.test"
"""The name the hub was configured with; it is signed, and never resolved because the line is given by `via`."""


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open like the real server, and the test's output clean."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


@dataclass
class Receiver:
    """A peer with ledger and feeds in one file. Each recorded event leaves one row in `effects`, in its transaction."""

    folder: Path
    ticks: Ticks = field(default_factory=Ticks)
    verdicts: dict[str, Judgement] = field(default_factory=dict)
    before_answer: Callable[[], None] | None = None
    relay: bool = False
    ledger: Ledger[Connection] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.db = open_hub(self.folder / "central.db", seed="central")
        with self.db.writing() as conn:
            conn.execute("CREATE TABLE IF NOT EXISTS effects (event_id TEXT NOT NULL) STRICT")
            conn.execute("CREATE TABLE IF NOT EXISTS served (feed TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT")
        self.bell = Bell()
        self.feed = SqliteFeed(self.db, now_ms=self.ticks.now_ms, on_serve=self._serve)
        self.keys: dict[str, KnownKey] = {}
        self.heard: list[tuple[str, tuple[int, int, int] | None]] = []
        self.key = load_or_make_key(self.folder / "central.key", dice("central key"))
        self.nonces = NonceStore(self.folder / "nonces.db", self.ticks.now_ms() // 1000)
        self.app = self._app()

    def know(self, keyid: str, key: PrivateKey, *, role: str = "hub", node: str = "H1") -> None:
        self.keys[keyid] = KnownKey(public=public_bytes(key), role=role, store="S001", node=node)

    def effects(self) -> list[str]:
        with self.db.reading() as conn:
            return [event_id for (event_id,) in conn.execute("SELECT event_id FROM effects ORDER BY rowid")]

    def put(self, name: str, kind: str, key: str, body: bytes = b"{}", *, tombstone: bool = False) -> int:
        with self.db.writing() as tx:
            seq = self.feed.append(tx, name, kind, key, body=body, at_ms=self.ticks.now_ms(), tombstone=tombstone)
        self.bell.ring()
        return seq

    def served(self) -> dict[str, int]:
        with self.db.reading() as conn:
            return dict(map(tuple, conn.execute("SELECT feed, seq FROM served")))

    def close(self) -> None:
        self.nonces.close()
        self.db.close()

    @contextmanager
    def listening(self) -> Iterator[int]:
        """Serve on a free port of the loopback for the length of the block."""
        server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=QuietHandler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join(5)
            server.server_close()

    def _app(self) -> Flask:
        app = Flask(__name__)
        auth = Authenticator(
            keys=self.keys.get,
            public_url=NAME,
            nonces=self.nonces,
            signer=Signer(self.key, "central:main", dice("central nonces")),
            now_ms=self.ticks.now_ms,
        )
        auth.install(app)
        ports = SyncPorts(
            ledger=self.ledger or SqliteLedger(self.db, relay=self.relay),
            judge=self.judge,
            feed=self.feed,
            may_read=lambda who, name: name.endswith(f":{who.store}"),
            heard=self._hear,
            bell=self.bell,
        )
        app.register_blueprint(sync_blueprint(ports, auth, self.ticks.now_ms, roles=("hub", "kiosk")))
        return app

    def judge(self, tx: Connection, seen: Envelope) -> Judgement:
        """Leave one effect, and say what the test wants said of this event."""
        tx.execute("INSERT INTO effects (event_id) VALUES (?)", (seen.id,))
        return self.verdicts.get(seen.id, (Verdict.RECORDED, None))

    def _serve(self, tx: Connection, name: str, last_seq: int) -> None:
        tx.execute(
            "INSERT INTO served (feed, seq) VALUES (?, ?) ON CONFLICT (feed) DO UPDATE SET seq = max(seq, excluded.seq)",
            (name, last_seq),
        )

    def _hear(self, who: Caller, owed: tuple[int, int, int] | None) -> None:
        self.heard.append((who.keyid, owed))
        if self.before_answer is not None:
            self.before_answer()


@dataclass
class Hub:
    """A hub's file and what it pushes and pulls with."""

    db: Database
    peer: Peer
    pusher: Pusher
    incidents: list[Incident]
    key: PrivateKey


def hub_at(folder: Path, receiver: Receiver, url: str, *, seed: str = "H1", trusting: bool = False) -> Hub:
    """A hub enrolled at the receiver, connected to `url`. It knows the receiver's key, unless it is `trusting`."""
    folder.mkdir(parents=True, exist_ok=True)
    ticks = receiver.ticks
    key = load_or_make_key(folder / "hub.key", dice("H1 key"))
    receiver.know("hub:S001/H1", key)
    peer = Peer(
        NAME,
        via=url,
        signer=Signer(key, "hub:S001/H1", dice(f"{folder.name} nonces")),
        peer_public=None if trusting else public_bytes(receiver.key),
        now_ms=ticks.now_ms,
        timeouts=Timeouts(connect_s=5.0, read_s=10.0),
    )
    db = open_hub(folder / "state.db", seed=seed)
    incidents: list[Incident] = []

    def note(_tx: Connection, incident: Incident) -> None:
        incidents.append(incident)

    pusher = Pusher(
        db=db,
        peer=peer,
        now_ms=ticks.now_ms,
        rng=dice(f"{folder.name} epochs"),
        on_incident=note,
    )
    return Hub(db, peer, pusher, incidents, key)
