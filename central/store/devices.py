"""The machines each store's hub trusts, as the hub told: kept so that a hub that takes its place trusts them too."""

import msgspec

from central.store.database import Tx, put
from central.store.schema_hubs import store_devices


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
