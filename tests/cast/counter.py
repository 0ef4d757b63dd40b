"""A real hub with a small shop behind it: rows as central sends them, orders carried on by the hub's own use cases."""

from functools import cache
from itertools import count
from pathlib import Path

import msgspec
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.app.act import Tx, in_one_transaction
from edge.app.apply_changes import apply_page
from edge.app.check_in import arrive
from edge.app.hand_over import HandOverAsked, hand_over
from edge.app.hub import CentralReads, Hub, open_hub
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.sign_in import SignedIn, SignInAsked, sign_in
from edge.app.stage_parcel import StageAsked, Staged, stage_parcel
from edge.domain.clock import SimClock
from edge.domain.errors import Refusal
from edge.domain.facts import ArrivedHow
from edge.domain.ids import ALPHABET, event_id, id_text
from edge.domain.pickup import ParcelUnits
from edge.domain.product import Product, with_check_digit
from edge.domain.stock import Place, StockHere
from edge.domain.truth import (
    CancelAsked,
    CentralAway,
    NameCard,
    OrderDown,
    OrderDownLine,
    PassKeyDown,
    StaffDown,
    StaffMember,
    StoreDown,
    Told,
)
from edge.passes import write_label, write_pass
from edge.store import pickups
from sync.feed import FeedRow, Page
from sync.signing import public_text

NOON_MS = 1_795_237_200_000  # 2026-11-21 14:00 in Seoul
STORE = "S001"
STORE_NUMBER = 1
KIM = "clerk:kim"
PIN = "246810"
KEY_ID = 1

# Drawn marks with two products each, so that a pick list has aisles to walk.
GOODS = (
    ("ampoule", "여백결 쑥 진정 에센스", "Yeobaek Mugwort Essence", "100 mL", 1, "A", 28_000, 9),
    ("stick", "솔내 무기자차 선스틱", "Solnae Mineral Sun Stick", "18 g", 3, "B", 19_000, 8),
    ("tube", "담온 쌀 세안 폼", "Damon Rice Cleansing Foam", "150 mL", 3, "D", 12_000, 12),
    ("cup", "담온 머그컵", "Damon Mug", "350 mL", 5, "A", 15_000, 6),
    ("towel", "무아결 와플 핸드타월", "Mua Waffle Hand Towel", "오트밀", 6, "A", 9_000, 20),
    ("diffuser", "솔내 편백 디퓨저", "Solnae Cypress Diffuser", "120 mL", 6, "C", 32_000, 5),
)
SHOPPERS = (
    ("김*수", "5678"),
    ("박*연", "1234"),
    ("최*호", "9021"),
    ("정*아", "4410"),
    ("윤*서", "7788"),
    ("이*민", "3141"),
)


class NoLine:
    """Central as it is during a cut."""

    def identify(self, u1: str) -> CentralAway:
        """Nobody answers."""
        return CentralAway()

    def shopper(self, identity: str) -> CentralAway:
        """Nobody answers."""
        return CentralAway()


@cache
def pin_hash() -> str:
    """The hash of everybody's PIN, of the kind central makes but cheap: a hash says its own cost, and tests enter many PINs."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)


def gtin_of(place: int) -> str:
    """The GTIN-14 of a product by its place in GOODS, in the range kept for demonstrations."""
    return with_check_digit(f"0952000000{place:03d}")


class Counter:
    """The shop and its hub; `order` brings one down, the other methods do what people at the counter do."""

    def __init__(self, folder: Path, *, now_ms: int = NOON_MS, central: CentralReads | None = None) -> None:
        self.folder = folder
        self.clock = SimClock(now_ms)
        self._bytes = count(1)
        self.hub: Hub = open_hub(
            folder, store=STORE, node="H1", clock=self.clock, rng=self.rng, central=central or NoLine()
        )
        self._seq = count(1)
        self._orders = count(1)
        self._collects: dict[str, tuple[str, str]] = {}
        signing = Ed25519PrivateKey.generate()
        self._signing = signing.private_bytes_raw()
        self._public = signing.public_key().public_bytes_raw()
        self._open_the_shop()

    def rng(self, size: int) -> bytes:
        """Bytes that differ from call to call and are the same in every run."""
        return next(self._bytes).to_bytes(max(size, 8), "big")[-size:]

    def press(self) -> str:
        """A fresh event_id."""
        return event_id(self.clock.now_ms(), self.rng)

    def down(self, *rows: tuple[str, str, str, msgspec.Struct]) -> None:
        """Rows of (feed, kind, key, body) come down on one page."""
        sent = tuple(
            FeedRow(
                feed=feed,
                seq=next(self._seq),
                kind=kind,
                key=key,
                body=msgspec.Raw(msgspec.json.encode(body)),
                tombstone=False,
                at_ms=self.clock.now_ms(),
            )
            for feed, kind, key, body in rows
        )
        cursor = {row.feed: row.seq for row in sent}
        apply_page(self.hub, Page(rows=sent, cursor=cursor, more=False, now_ms=self.clock.now_ms()))

    def _open_the_shop(self) -> None:
        now_ms = self.clock.now_ms()
        config, stock = f"config:{STORE}", f"stock:{STORE}"
        store = StoreDown(
            store=STORE,
            store_number=STORE_NUMBER,
            name={"ko": "성수 플래그십", "en": "Seongsu Flagship"},
            currency="KRW",
            timezone="Asia/Seoul",
        )
        kim = StaffMember(staff_id="kim", name="김직원", role="clerk", pin_hash=pin_hash())
        key = PassKeyDown(key_id=KEY_ID, public=public_text(self._public), from_ms=0)
        rows: list[tuple[str, str, str, msgspec.Struct]] = [
            (config, "store", STORE, store),
            (config, "staff", STORE, StaffDown(list=(kim,))),
            (config, "pass_key", str(KEY_ID), key),
        ]
        for place, (mark, ko, en, option, aisle, bay, price, on_hand) in enumerate(GOODS):
            product = Product(
                gtin=gtin_of(place),
                name={"ko": ko, "en": en},
                option={"ko": option, "en": option},
                category=mark,
                mark=mark,
                price_minor=price,
                currency="KRW",
            )
            here = StockHere(
                gtin=product.gtin,
                on_hand=on_hand * 20,
                as_of_ms=now_ms,
                safety=0,
                place=Place(aisle, bay, {"ko": f"{aisle}번 통로", "en": f"Aisle {aisle}"}),
                price_minor=price,
                price_as_of_ms=now_ms,
            )
            rows += [("catalogue:main", "product", product.gtin, product), (stock, "stock", product.gtin, here)]
        self.down(*rows)

    def order(
        self, *wanted: tuple[int, int], due_minor: int = 0, promised_in_min: int = 30, named: bool = True
    ) -> OrderDown:
        """An order of (place in GOODS, quantity) comes down with its name card, and is accepted if the stock is there."""
        order = self.next_order(*wanted, due_minor=due_minor, promised_in_min=promised_in_min, named=named)
        self.bring(order)
        return order

    def next_order(
        self, *wanted: tuple[int, int], due_minor: int = 0, promised_in_min: int = 30, named: bool = True
    ) -> OrderDown:
        """An order as central writes it, which has not come down yet."""
        number = next(self._orders)
        lines = tuple(
            OrderDownLine(line=line, gtin=gtin_of(place), qty=qty, price_minor=GOODS[place][6])
            for line, (place, qty) in enumerate(wanted, start=1)
        )
        order_id = id_text((number * 7919).to_bytes(8, "big"))
        self._collects[order_id] = SHOPPERS[number % len(SHOPPERS)]
        return OrderDown(
            order_id=order_id,
            store=STORE,
            store_number=STORE_NUMBER,
            display_code=self._code(number),
            revision=1,
            lines=lines,
            currency="KRW",
            total_minor=sum(line.qty * line.price_minor for line in lines),
            amount_due_minor=due_minor,
            placed_at_ms=self.clock.now_ms(),
            promised_at_ms=self.clock.now_ms() + promised_in_min * 60_000,
            guest=not named,
        )

    def bring(self, order: OrderDown) -> None:
        """The order comes down, with the name card of whoever is not a guest."""
        masked, last4 = self._collects[order.order_id]
        card = NameCard(order_id=order.order_id, identity=None, masked_name=masked, last4=last4)
        rows: list[tuple[str, str, str, msgspec.Struct]] = [(f"store:{STORE}", "order", order.order_id, order)]
        if not order.guest:
            rows.append((f"people:{STORE}", "name_card", order.order_id, card))
        self.down(*rows)

    def pick(self, order: OrderDown, *, lines: int | None = None) -> None:
        """Kim picks the first `lines` lines, or all."""
        wanted = order.lines[:lines]
        picks = tuple(Pick(event_id=self.press(), line=each.line, qty=each.qty, gtin=each.gtin) for each in wanted)
        done = pick_line(self.hub, PicksAsked(order_id=order.order_id, picks=picks), KIM)
        assert not isinstance(done, Refusal), done

    def stage(self, order: OrderDown, shelf: str, units: tuple[ParcelUnits, ...] | None = None) -> Staged:
        """Kim puts what is picked on a shelf."""
        asked = StageAsked(event_id=self.press(), order_id=order.order_id, shelf=shelf, units=units)
        staged = stage_parcel(self.hub, asked, KIM)
        assert isinstance(staged, Staged), staged
        return staged

    def units_of(self, order: OrderDown, *lines: int) -> tuple[ParcelUnits, ...]:
        """Every unit of these lines, for a parcel of its own."""
        return tuple(ParcelUnits(each.line, each.qty) for each in order.lines if each.line in lines)

    def ready(self, *wanted: tuple[int, int], shelf: str = "A-12", due_minor: int = 0) -> tuple[OrderDown, Staged]:
        """An order picked and on its shelf."""
        order = self.order(*wanted, due_minor=due_minor)
        self.pick(order)
        return order, self.stage(order, shelf)

    def arrive(self, order: OrderDown) -> None:
        """The shopper checks in at the kiosk."""

        def act(tx: Tx) -> None:
            pickup = pickups.get(tx.conn, order.order_id)
            assert pickup is not None
            arrive(tx, pickup, how=ArrivedHow.kiosk, actor="kiosk:K1", event_id=self.press())

        in_one_transaction(self.hub, act)

    def pass_of(
        self,
        order: OrderDown,
        *,
        expires_in_ms: int = 86_400_000,
        store_number: int = STORE_NUMBER,
        forged: bool = False,
    ) -> str:
        """The pass on the shopper's phone."""
        key = Ed25519PrivateKey.generate().private_bytes_raw() if forged else self._signing
        return write_pass(
            key,
            key_id=KEY_ID,
            store_number=store_number,
            order_id=order.order_id,
            revision=order.revision,
            expires_at_ms=self.clock.now_ms() + expires_in_ms,
            pass_id=b"\x01\x02\x03",
        )

    def label_of(self, order: OrderDown, parcel: int) -> str:
        """What the label on that parcel says."""
        return write_label(order.order_id, parcel, order.revision)

    def hand_over(self, order: OrderDown, staged: Staged) -> None:
        """Kim hands it over at desk 1."""
        asked = HandOverAsked(event_id=self.press(), pass_text=self.pass_of(order), labels=(staged.label,))
        done = hand_over(self.hub, asked, actor=KIM, desk="1")
        assert not isinstance(done, Refusal), done

    def tell(self, order: OrderDown) -> None:
        """Central says that the shopper's message went out."""
        self.down((f"store:{STORE}", "told", order.order_id, Told(order=order.order_id, at_ms=self.clock.now_ms())))

    def ask_cancel(self, order: OrderDown) -> None:
        """Central asks whether the order may be cancelled."""
        self.down(
            (f"store:{STORE}", "cancel_asked", order.order_id, CancelAsked(ask_id=self.press(), order=order.order_id))
        )

    def sign_in(self, desk: str = "1") -> SignedIn:
        """Kim signs in."""
        done = sign_in(self.hub, SignInAsked(staff_id="kim", pin=PIN, desk=desk))
        assert isinstance(done, SignedIn), done
        return done

    def forget_place(self, place: int) -> None:
        """Head office sends a product's stock without saying where it stands."""
        now_ms, gtin = self.clock.now_ms(), gtin_of(place)
        price_minor, on_hand = GOODS[place][6:8]
        here = StockHere(
            gtin=gtin,
            on_hand=on_hand,
            as_of_ms=now_ms,
            safety=0,
            place=None,
            price_minor=price_minor,
            price_as_of_ms=now_ms,
        )
        self.down((f"stock:{STORE}", "stock", gtin, here))

    def promote_kim(self) -> None:
        """Head office makes Kim a manager."""
        kim = StaffMember(staff_id="kim", name="김직원", role="manager", pin_hash=pin_hash())
        self.down((f"config:{STORE}", "staff", STORE, StaffDown(list=(kim,))))

    def close(self) -> None:
        """Close the hub's files."""
        self.hub.close()

    def _code(self, number: int) -> str:
        code, rest = "", number * 104_729 + 31_337
        for _ in range(4):
            rest, place = divmod(rest, len(ALPHABET))
            code += ALPHABET[place]
        return code


def a_day_at_the_counter(counter: Counter) -> dict[str, OrderDown]:
    """The board as it looks on a busy afternoon: five waiting, three being picked, four ready, one to decide, two calls."""
    minute = 60_000
    first, _ = counter.ready((1, 1), (4, 2), shelf="A-12")
    second, _ = counter.ready((3, 1), shelf="A-04")
    third = counter.order((0, 2), (5, 1), (2, 2), due_minor=12_000)
    counter.pick(third)
    counter.stage(third, "B-02", (ParcelUnits(1, 2),))
    counter.stage(third, "B-07")
    fourth = counter.order((1, 1), (3, 1), promised_in_min=18)
    counter.pick(fourth, lines=1)
    fifth, _ = counter.ready((4, 2), shelf="07")
    for order, waits_ms in ((first, 152_000), (second, 108_000), (third, 74_000), (fourth, 27_000), (fifth, 11_000)):
        counter.arrive(order)
        counter.clock.advance(waits_ms)
    picking = [
        counter.order((2, 4), (4, 1), promised_in_min=13),
        counter.order((1, 1), (5, 1), (3, 1), promised_in_min=28),
    ]
    counter.pick(picking[0], lines=1)
    counter.pick(picking[1], lines=1)
    picking.append(counter.order((0, 1), (2, 3), (4, 2), promised_in_min=38))
    waiting = [
        counter.ready((place % 6, 1), shelf=shelf)[0] for place, shelf in enumerate(("A-21", "A-09", "B-11", "A-15"))
    ]
    for order in waiting[:3]:
        counter.tell(order)
    undecided = counter.order((0, 900), promised_in_min=50, named=False)
    counter.clock.advance(minute // 60)
    return {
        "first": first,
        "third": third,
        "fourth": fourth,
        "picking": picking[0],
        "ready": waiting[0],
        "fresh": undecided,
    }
