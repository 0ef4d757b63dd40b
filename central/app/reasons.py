"""Why central says no to a call, beside the reasons of the rule book; screens and programs may rely on these words."""

from enum import StrEnum


class CentralReason(StrEnum):
    """An expected no of central's own."""

    unknown_store = "unknown_store"
    unknown_identity = "unknown_identity"
    unknown_order = "unknown_order"
    unknown_cart = "unknown_cart"
    not_held_here = "not_held_here"
    key_reused = "key_reused"
    """The event_id was used before for something else."""
    identity_taken = "identity_taken"
    price_not_yours = "price_not_yours"
    """A price or charge of the caller's own, where the store does not allow that."""
    nothing_to_order = "nothing_to_order"
    no_pickup = "no_pickup"
    """An order of charges only: there is nothing to collect and no pass."""
    not_a_proof = "not_a_proof"
    not_proven = "not_proven"
    used_code = "used_code"
    not_your_store = "not_your_store"
    """A hub asked for what another store recorded."""
    unknown_hub = "unknown_hub"
    unknown_incident = "unknown_incident"
    no_such_claim = "no_such_claim"
    """No place waits for a machine with this code; said to every wrong claim alike."""
    other_store = "other_store"
    """A store asked for an order at another one."""
    superseded = "superseded"
    """Another hub has the place of the one that asks."""
