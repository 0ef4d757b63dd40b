"""Says what central may still sell of a store: the last number the shop told, less what waits for its yes or no."""

from collections.abc import Iterable

from central.store.database import Tx
from central.store.goods import heard_available, promised


def sellable(tx: Tx, store: str, gtins: Iterable[str]) -> dict[str, int]:
    """Units per product that may still be promised; a product the store never counted has none."""
    wanted = set(gtins)
    heard = heard_available(tx, store, wanted)
    waiting = promised(tx, store, wanted)
    return {gtin: heard.get(gtin, 0) - waiting.get(gtin, 0) for gtin in wanted}
