"""How many units may still be promised: upstream's count, set against everything this shop knows better."""

from collections.abc import Iterable

from edge.app.hub import Hub
from edge.domain.stock import StockHere, available
from edge.store import catalogue, questions, reservations
from edge.store.reservations import NONE_HELD, NONE_MOVED
from sync.db import Connection


def stock_rows(hub: Hub, gtins: Iterable[str]) -> dict[str, StockHere]:
    """What upstream said about these products here, with its time."""
    with hub.replica.reading() as conn:
        return catalogue.stock(conn, gtins)


def available_now(state: Connection, stock: dict[str, StockHere]) -> dict[str, int]:
    """Units of each of these products that nothing has been promised; negative is drift against upstream, said as it is.

    A product this store was never told to carry is not in `stock` and therefore not available.
    """
    held = reservations.held(state, stock)
    chosen = questions.promised_instead(state, stock)
    moved = reservations.moved_since(state, {gtin: here.as_of_ms for gtin, here in stock.items()})
    return {
        gtin: available(
            on_hand=here.on_hand,
            gone_since=moved.get(gtin, NONE_MOVED).gone,
            restocked_since=moved.get(gtin, NONE_MOVED).restocked,
            reserved=held.get(gtin, NONE_HELD).reserved + chosen.get(gtin, 0),
            staged=held.get(gtin, NONE_HELD).staged,
            safety=here.safety,
        )
        for gtin, here in stock.items()
    }
