"""Finds an order for whoever asks: the profile it belongs to, or the holder of a guest's token."""

import hmac

import msgspec

from central.app.central import token_hash
from central.app.reasons import CentralReason
from central.store.database import Tx
from central.store.guests import get_guest
from central.store.orders import HeldOrder, get_order, store_of_order
from central.store.people import profile_of
from edge.domain.errors import Refusal


class ByIdentity(msgspec.Struct, frozen=True):
    """Asked by a shopper's app."""

    identity: str


class ByToken(msgspec.Struct, frozen=True):
    """Asked with the token a guest got for one order."""

    token: str


Asker = ByIdentity | ByToken


def find_order(tx: Tx, order: str, asker: Asker) -> HeldOrder | Refusal:
    """The order, if it is the asker's. An order of somebody else and one that does not exist look the same."""
    store = store_of_order(tx, order)
    held = get_order(tx, store, order) if store else None
    if held is None or not _is_theirs(tx, held, asker):
        return Refusal(CentralReason.unknown_order)
    return held


def _is_theirs(tx: Tx, order: HeldOrder, asker: Asker) -> bool:
    if isinstance(asker, ByIdentity):
        profile = profile_of(tx, asker.identity)
        return profile is not None and profile.profile == order.owner.profile
    guest = get_guest(tx, order.pickup.store, order.pickup.order_id)
    return guest is not None and hmac.compare_digest(guest.token_hash, token_hash(asker.token))
