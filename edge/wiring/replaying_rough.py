"""Runs `storefloor replay --scenario rough`: the same week, played with everything that goes wrong in a shop."""

from collections.abc import Sequence
from pathlib import Path
from random import Random  # noqa: TID251 - seeded: one seed is one play

from edge.domain.clock import SystemClock
from edge.tools.asking import SignedCaller
from edge.tools.replay.count import Books
from edge.tools.replay.play import Means, Play
from edge.tools.replay.rough.count import RoughBooks
from edge.tools.replay.rough.desk import RoughDesk
from edge.tools.replay.rough.goods import prepare
from edge.tools.replay.rough.plan import RoughPlan, plan_rough
from edge.tools.replay.rough.play import RoughPlay
from edge.tools.replay.rough.report import Books as RoughBooksRead
from edge.tools.replay.rough.report import Played, RoughResult, planned
from edge.tools.uci_plan import Return, Sale
from edge.wiring.replaying import CLERK, STORE, AppKeys, Measured, Person, Replay

MANAGER: Person = ("mina", "Mina", "manager", "135791")


class RoughReplay(Replay):
    """One rough replay. Its fates are drawn apart, so that rounds and cuts are those of the plain replay of the same seed."""

    staff = (CLERK, MANAGER)

    def __init__(self, folder: Path, here: Path, seed: int, days: int | None, kills: int) -> None:
        super().__init__(folder, here, seed, days, kills)
        self._fates = Random(f"rough week {seed}")  # noqa: S311 - a seed must give the same play again
        self._plan = RoughPlan({})
        self._product_minor = 0
        self._rough: RoughPlay | None = None

    def prepare(self, operator: SignedCaller, sales: Sequence[Sale], returns: Sequence[Return]) -> None:
        """Draw the plan, and put what it needs into catalogue, shelves and settings."""
        self._plan = plan_rough(sales, returns, self._fates)
        self._product_minor = sum(line.qty * line.price_minor for sale in sales for line in sale.lines)
        now_ms = SystemClock().now_ms()
        prepare(self._folder, operator, self._plan, sales, store=STORE, now_ms=now_ms, days=self._days)

    def play(self, operator: SignedCaller, app_keys: AppKeys, means: Means) -> Play:
        """The play, with clerk and manager signed in."""
        clerk, manager = (self._sign_in(RoughDesk, person) for person in (CLERK, MANAGER))
        self._rough = RoughPlay(self._stage, operator, clerk, app_keys, means, manager=manager, plan=self._plan)
        return self._rough

    def result(self, measured: Measured) -> RoughResult:
        """Read the books of the world that stands still."""
        assert self._rough is not None, "it was played"
        plain, books = Books(self._here), RoughBooks(self._here)
        try:
            return RoughResult(
                files=measured.files,
                product_minor=self._product_minor,
                plan=planned(self._plan),
                books=_read(books, self._rough.returned),
                plain_harm=plain.harm(self._acts),
                played=Played(
                    refused_at_once=self._rough.refused_at_once,
                    handed_over_while_cut=measured.handed_over_while_cut,
                ),
                cuts=measured.cuts,
                kills=measured.kills,
                wall_s=measured.wall_s,
                cpu_s=measured.cpu_s,
            )
        finally:
            plain.close()
            books.close()


def _read(books: RoughBooks, returned: Sequence[str]) -> RoughBooksRead:
    shares = books.shares()
    return RoughBooksRead(
        units={book: units for book, (units, _) in shares.items()},
        money_minor={book: money for book, (_, money) in shares.items()},
        counts=books.counts(),
        cancels=books.cancels(),
        proxies=books.proxies(),
        partial=books.partial(),
        returns=books.returned(returned),
        harm=books.harm(),
    )
