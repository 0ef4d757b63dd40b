"""The rounds of a rough week: as the plain ones, but each order meets the fate the seed planned for it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from edge.tools.asking import Refused, SignedCaller
from edge.tools.replay.phone import Collectable
from edge.tools.replay.plan import Round
from edge.tools.replay.play import STAGED_TOGETHER, Means, Play, Stage
from edge.tools.replay.rough.desk import CANCEL_ASKED, RoughDesk
from edge.tools.replay.rough.plan import Cancelling, Fate, OrderPlan, Race, RoughPlan
from sync.signing import PrivateKey


class RoughPlay(Play):
    """One rough play; `returned` and `refused_at_once` are what the report cannot read from the books alone."""

    def __init__(
        self,
        stage: Stage,
        operator: SignedCaller,
        clerk: RoughDesk,
        app_keys: dict[str, tuple[str, PrivateKey]],
        means: Means,
        *,
        manager: RoughDesk,
        plan: RoughPlan,
    ) -> None:
        super().__init__(stage, operator, clerk, app_keys, means)
        self._clerk = clerk
        self._manager = manager
        self._plan = plan
        self._shopper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shopper")
        self._is_undo_shown = False
        self.returned: list[str] = []
        self.refused_at_once = 0

    def finish(self) -> None:
        """Wait until every fact of every lane has its receipt, and the last shopper has put her phone away."""
        super().finish()
        self._shopper.shutdown()

    def _fate(self, order: Collectable) -> OrderPlan:
        return self._plan.orders[order.sale.invoice]

    def _of_fate(self, collectable: list[Collectable], fate: Fate) -> list[Collectable]:
        return [order for order in collectable if self._fate(order).fate is fate]

    # --- collecting ---------------------------------------------------------------------------------------------

    def _collect(self, one: Round, collectable: list[Collectable]) -> None:
        super()._collect(one, collectable)
        for order in self._of_fate(collectable, Fate.partial):
            with self._act():
                self._clerk.hand_over_parcels(order, order.labels[1:], is_cut=self._is_cut)
        for order in self._of_fate(collectable, Fate.returned):
            plan = self._fate(order)
            with self._act():
                self.returned.append(self._clerk.take_some_back(order, plan.kept_line, plan.returned_qty))
        self._restore()
        self._until_hub_knows_all()
        self._close_no_shows(self._of_fate(collectable, Fate.no_show))

    def _collecting_acts(self, collectable: list[Collectable]) -> list[Callable[[], None]]:
        acts: list[Callable[[], None]] = []
        for first in range(0, len(collectable), STAGED_TOGETHER):
            few = collectable[first : first + STAGED_TOGETHER]
            acts += [partial(self._clerk.pick_what_is_there, order, self._fate(order)) for order in few]
            acts += [partial(self._put_on_shelf, order, f"A-{place:02d}") for place, order in enumerate(few, start=1)]
            acts += [partial(self._hand_over, order) for order in few]
        return acts

    def _put_on_shelf(self, order: Collectable, shelf: str) -> None:
        plan = self._fate(order)
        if plan.fate is Fate.partial:
            self._clerk.stage_in_two(order, plan.kept_line, shelf)
        else:
            self._clerk.stage(order, shelf)

    def _hand_over(self, order: Collectable) -> None:
        plan = self._fate(order)
        if plan.fate is Fate.no_show:
            return
        if plan.cancelling is not None:
            self._cancel(order, plan.cancelling)
            return
        self._clerk.hand_over_parcels(order, order.labels[:1], is_cut=self._is_cut, proxy=plan.fate is Fate.proxy)

    @property
    def _is_cut(self) -> bool:
        return self._cut_since_s is not None

    # --- cancelling ---------------------------------------------------------------------------------------------

    def _cancel(self, order: Collectable, plan: Cancelling) -> None:
        """The shopper changes her mind while the clerk has the parcel in his hand."""
        match plan.race:
            case Race.cancel_first:
                self._restore()
                self._ask_to_cancel(order)
                self._wait(f"the shop knows that {order.order_id} is cancelled", partial(self._is_asked, order))
                self._confirm(order, grants=True)
            case Race.handover_first:
                self._cut()  # while the line is up central might know already, and would not even ask
                self._clerk.hand_over_parcels(order, order.labels, is_cut=True)
                self._ask_to_cancel(order)
            case Race.together:
                asking = self._shopper.submit(self._ask_to_cancel, order)
                time.sleep(plan.lead_s)
                self._confirm(order, grants=plan.grants)
                asking.result()

    def _ask_to_cancel(self, order: Collectable) -> None:
        assert order.sale.customer is not None, "only somebody with a phone is planned to cancel"
        if not self._phones[order.sale.customer].cancel(order.order_id):
            self.refused_at_once += 1

    def _is_asked(self, order: Collectable) -> bool:
        detail = self._clerk.detail(order.order_id)
        return detail is not None and detail["cancel_ask_id"] is not None

    def _confirm(self, order: Collectable, *, grants: bool) -> None:
        """The clerk confirms the handover; where the cancellation is already here he decides."""
        answer = self._clerk.try_to_hand_over(order, order.labels, is_cut=self._is_cut)
        if answer.ok:
            return
        if answer.body.get("reason") != CANCEL_ASKED:
            raise Refused(f"{order.sale.invoice} was not handed over: {answer.status} {answer.body}")
        self._clerk.answer_cancel(order, grant=grants)
        if grants:
            self._clerk.unpack(order)
        else:
            self._clerk.hand_over_parcels(order, order.labels, is_cut=self._is_cut)

    # --- nobody came --------------------------------------------------------------------------------------------

    def _close_no_shows(self, absent: list[Collectable]) -> None:
        """The manager looks who would be closed, closes them, and the first time takes it back once."""
        self._confirm_time()
        expected = sorted(order.order_id for order in absent)
        if not expected:
            return
        found = sorted(self._manager.no_shows())
        if found != expected:
            raise Refused(f"the run would close {found}, nobody came for {expected}")
        run_id, closed = self._manager.expire_no_shows(len(expected))
        if not self._is_undo_shown:
            self._is_undo_shown = True
            if self._manager.undo_run(run_id) != closed:
                raise Refused(f"the run {run_id} closed {closed} orders and was not taken back whole")
            _, closed = self._manager.expire_no_shows(len(expected))
        if closed != len(expected):
            raise Refused(f"{closed} of {len(expected)} orders were closed")
