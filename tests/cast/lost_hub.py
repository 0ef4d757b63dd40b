"""A store whose hub may lose its disk: the real central and the real hub in one process, the hub's folder in the test's hand."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any, cast

from central.app.add_staff import add_staff
from edge.app.apply_changes import apply_page, cursor_of
from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.hub import Hub, open_hub
from edge.app.keep_line import confirm_time, note_push_trouble
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.recover import Step, recover
from edge.app.stage_parcel import StageAsked, Staged, stage_parcel
from edge.domain.clock import SimClock
from edge.domain.errors import Refusal
from edge.domain.ids import event_id
from edge.domain.pickup import Pickup
from edge.gateway.central import CentralClient
from edge.passes import write_label
from edge.store import incidents, pickups
from edge.store.backups import BackedUp
from edge.store.second_disk import BackupPlan
from edge.tools.restore import Restored, restore
from sync import outbox, wire
from sync.errors import PeerRefusedUs, PeerUnreachable, SyncError
from sync.http_client import Peer, Reply
from sync.pull import pull_once
from sync.push import Pusher, push_round
from tests.cast.counter import PIN
from tests.cast.office import STORE, Office, counting_rng
from tests.cast.pickups import NOON_MS, SOAP

KIM, LEE = "kim", "lee"
SOAPS = 500
ROUNDS = 60


class Line:
    """Speaks like `sync.http_client.Peer`, straight into central; cut, it gives no answer."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.cut = False

    def request(
        self, method: str, target: str, *, body: bytes = b"", wait_s: float = 0.0, media_type: str = "application/json"
    ) -> Reply:
        """One request, signed by the hub's key."""
        if self.cut:
            raise PeerUnreachable("cut")
        got = self._office.hub.ask(method, target, body or None)
        if got.status_code in (401, 403):
            raise PeerRefusedUs(got.status_code, got.get_data(as_text=True))
        raw = got.get_data()
        content = wire.unpack(raw) if got.headers.get("Content-Encoding") == "zstd" else raw
        media = (got.content_type or "").split(";", maxsplit=1)[0]
        return Reply(status=got.status_code, body=content, media_type=media, signed=True)


class LostHub:
    """Store S001 with soap on the shelf, Kim at the desk and manager Lee; `folder` is the hub's first disk."""

    def __init__(self, folder: Path) -> None:
        (folder / "office").mkdir()
        self.folder = folder / "hub"
        self.folder.mkdir()
        self.second_disk = folder / "second"
        self.second_disk.mkdir()
        self.office = Office(folder / "office")
        self.clock = SimClock(NOON_MS)
        stock = {"gtin": SOAP, "on_hand": SOAPS, "as_of_ms": NOON_MS, "price_minor": 6_000, "price_as_of_ms": NOON_MS}
        self.office.operator.must("PUT", f"/v1/stores/{STORE}/stock", {"stock": [stock]})
        for name, role in ((KIM, "clerk"), (LEE, "manager")):
            add_staff(self.office.central, STORE, name, name, role=role, pin=PIN)
        self.line = Line(self.office)
        self._turns = 0
        self.answered: dict[str, HandedOver | Staged] = {}
        self.hub = self.open()
        self.sync()

    @property
    def peer(self) -> Peer:
        """The line as the loops know it."""
        return cast("Peer", self.line)

    def open(self) -> Hub:
        """The hub on whatever lies in its folder now."""
        self._turns += 1
        rng = counting_rng(f"hub {self._turns}")
        central = CentralClient(self.peer)
        plan = BackupPlan(folder=self.second_disk, keep=3)
        return open_hub(
            self.folder,
            store=STORE,
            node="H1",
            clock=self.clock,
            rng=rng,
            central=central,
            backups=plan,
            journal_key=self.office.hub_key,
        )

    def restart(self) -> None:
        """The plug is pulled and put in again."""
        self.hub.close()
        self.hub = self.open()

    def copy_to(self, folder: Path) -> None:
        """A plain copy of the closed folder, as by `cp -r`."""
        self.hub.close()
        shutil.copytree(self.folder, folder)
        self.hub = self.open()

    def copied_back(self, folder: Path) -> None:
        """The hub's folder is replaced by that copy."""
        self.hub.close()
        shutil.rmtree(self.folder)
        shutil.copytree(folder, self.folder)
        self.hub = self.open()

    def pull_the_plug(self) -> None:
        """The hub dies without a word; its first disk dies with it."""
        self.hub.close()
        shutil.rmtree(self.folder)

    def restored(self, folder: Path | None = None, *, replace: bool = False) -> Restored:
        """Whoever keeps shop runs `storefloor restore` and starts the hub on what it made."""
        self._turns += 1
        rng = counting_rng(f"restore {self._turns}")
        done = restore(folder or self.second_disk, self.folder, clock=self.clock, rng=rng, replace=replace)
        self.hub = self.open()
        return done

    def backed_up(self) -> BackedUp:
        """The hub makes a backup."""
        assert self.hub.second_disk is not None
        return self.hub.second_disk.back_up()

    def sync(self) -> None:
        """What the loops do until nothing is left to say: push, recover, pull. A cut line ends it quietly."""
        for _ in range(ROUNDS):
            before = (self.owed(), cursor_of(self.hub))
            try:
                self.push()
                while recover(self.hub, self.peer) is Step.FACTS:
                    pass
                apply_page(self.hub, pull_once(self.peer, cursor_of(self.hub)))
            except SyncError:
                return
            if before == (self.owed(), cursor_of(self.hub)):
                return
        raise AssertionError(f"{self.owed()} facts are still owed")

    def push(self) -> None:
        """One round of pushing."""
        pusher = Pusher(
            db=self.hub.state,
            peer=self.peer,
            now_ms=self.clock.now_ms,
            rng=self.hub.rng,
            on_incident=lambda tx, incident: note_push_trouble(self.hub, tx, incident),
        )
        push_round(pusher)

    def placed(self, qty: int = 1) -> str:
        """Ada orders soap; it is at central only until the next `sync`."""
        self.office.ada.put_in(SOAP, qty)
        return str(self.office.ada.order()["order_id"])

    def staged(self, order_id: str, *, shelf: str = "A-1", qty: int | None = None) -> Staged:
        """Kim picks (all of it, or `qty`) and shelves one parcel."""
        self.tick()
        for line in self.order(order_id).lines:
            pick = Pick(event_id=self.press(), line=line.line, qty=qty or line.to_pick_qty, gtin=line.gtin)
            done = pick_line(self.hub, PicksAsked(order_id=order_id, picks=(pick,)), f"clerk:{KIM}")
            assert not isinstance(done, Refusal), done
        asked = StageAsked(event_id=self.press(), order_id=order_id, shelf=shelf)
        staged = stage_parcel(self.hub, asked, f"clerk:{KIM}")
        assert isinstance(staged, Staged), staged
        self.answered[asked.event_id] = staged
        return staged

    def pass_of(self, order_id: str) -> str:
        """The pass on Ada's phone."""
        return str(self.office.ada.must("GET", f"/v1/me/orders/{order_id}/pass")["pass"])

    def label(self, order_id: str, parcel: int = 1) -> str:
        """What stands on a parcel, whoever remembers it."""
        return write_label(order_id, parcel, 1)

    def hands_over(self, order_id: str, *parcels: int, shown: str | None = None, **more: Any) -> HandedOver | Refusal:
        """Kim scans Ada's pass and the labels of these parcels (by default of the first)."""
        self.tick()
        labels = tuple(self.label(order_id, parcel) for parcel in parcels or (1,))
        asked = HandOverAsked(event_id=self.press(), pass_text=shown or self.pass_of(order_id), labels=labels, **more)
        done = hand_over(self.hub, asked, actor=f"clerk:{KIM}", desk="1")
        if isinstance(done, HandedOver):
            self.answered[asked.event_id] = done
        return done

    def tick(self, ms: int = 60_000) -> None:
        """Time passes at both ends."""
        self.clock.advance(ms)
        self.office.clock.advance(ms)

    def press(self) -> str:
        """A fresh event_id."""
        return event_id(self.clock.now_ms(), self.hub.rng)

    def order(self, order_id: str) -> Pickup:
        """The order as the hub has it."""
        with self.hub.state.reading() as conn:
            found = pickups.get(conn, order_id)
        assert found is not None, f"the hub does not hold {order_id}"
        return found

    def at_central(self, order_id: str) -> str:
        """The order's state in central's book."""
        return str(self.office.ada.must("GET", f"/v1/me/orders/{order_id}")["order"]["state"])

    def owed(self) -> int:
        """Facts without a receipt."""
        with self.hub.state.reading() as conn:
            return outbox.owed(conn).total

    def owed_events(self) -> set[str]:
        """The event_ids of facts of lanes 0 and 1 without a receipt."""
        with self.hub.state.reading() as conn:
            rows = conn.execute(
                "SELECT event_id FROM outbox_rows JOIN outbox_origins USING (origin)"
                " WHERE lane < 2 AND sequence > settled_sequence"
            )
            return {row[0] for row in rows}

    def made_here(self) -> int:
        """Rows of lanes 0 and 1 in this file's outbox, owed or settled."""
        with self.hub.state.reading() as conn:
            rows = "SELECT count(*) FROM outbox_rows JOIN outbox_origins USING (origin) WHERE lane < 2"
            return int(conn.execute(rows).fetchone()[0])

    def epoch(self) -> str:
        """The history this file writes now."""
        with self.hub.state.reading() as conn:
            return str(conn.execute("SELECT epoch FROM outbox_origins WHERE standing = 'own'").fetchone()[0])

    def forget_the_journal(self) -> None:
        """Only the backups are left of the second disk."""
        for path in self.second_disk.glob("*.journal"):
            path.unlink()

    def incidents(self) -> Counter[str]:
        """What a person at the hub should look at, by kind."""
        with self.hub.state.reading() as conn:
            return Counter(each.kind for each in incidents.waiting(conn))

    def ledger(self) -> list[tuple[str, str, str | None]]:
        """(event_id, verdict, reason) of every fact of lanes 0 and 1 that central holds."""
        with self.office.central.books.reading() as tx:
            rows = tx.exec_driver_sql("SELECT event_id, verdict, reason FROM ledger WHERE lane < 2 ORDER BY event_id")
            return [(row[0], row[1], row[2]) for row in rows]

    def reserved(self) -> tuple[int, int, int]:
        """Units reserved, staged and gone, over all orders."""
        with self.hub.state.reading() as conn:
            row = conn.execute("SELECT sum(reserved), sum(staged), sum(gone) FROM reservations").fetchone()
            return (row[0] or 0, row[1] or 0, row[2] or 0)

    def confirm_time(self) -> None:
        """Signed time is seen."""
        confirm_time(self.hub, self.office.clock.now_ms())

    def close(self) -> None:
        """Close both."""
        self.hub.close()
        self.office.close()
