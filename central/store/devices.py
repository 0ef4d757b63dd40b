"""The machines each store's hub trusts, as the hub told: kept so that a hub that takes its place trusts them too."""

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx, put
from central.store.schema_hubs import store_devices

_ALL = sql("SELECT * FROM store_devices WHERE store_id = :store ORDER BY node")


class StoreDevice(msgspec.Struct, frozen=True, kw_only=True):
    """One machine of a store: a kiosk, a desk, a beacon node."""

    node: str
    role: str
    public_key: str
    state: str


def put_device(tx: Tx, store: str, device: StoreDevice, told_at_ms: int) -> None:
    """Keep what the hub said of this machine last."""
    row = msgspec.structs.asdict(device)
    put(tx, store_devices, [{"store_id": store, **row, "told_at_ms": told_at_ms}])


def devices_of(tx: Tx, store: str) -> list[StoreDevice]:
    """Every machine the store's hub ever told of, by name."""
    return [
        StoreDevice(node=row.node, role=row.role, public_key=row.public_key, state=row.state)
        for row in tx.execute(_ALL, {"store": store})
    ]
