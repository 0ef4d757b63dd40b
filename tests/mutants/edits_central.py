"""Edits against central: facts refused, orders moved that are no longer central's, prices that follow nobody's word."""

from tests.mutants.edit import Edit

CENTRAL: tuple[Edit, ...] = (
    Edit(
        name="refuse-late-facts",
        breaks="a fact that contradicts the book is recorded and flagged, never refused",
        file="central/app/ingest.py",
        old="    return RECORDED if flag is None else (Verdict.FLAGGED, flag)\n",
        new="    return RECORDED if flag is None else (Verdict.UNREADABLE, flag)\n",
        caught_by=("tests/unit/central/test_pickups.py::test_a_parcel_that_left_twice_is_recorded_and_flagged",),
    ),
    Edit(
        name="central-cancels-alone",
        breaks="an order a store was served is moved by that store alone",
        file="central/app/cancel_order.py",
        old="    return first_seq is None or first_seq > served_up_to(tx, store_feed(order.pickup.store))\n",
        new="    return first_seq is None or served_up_to(tx, store_feed(order.pickup.store)) >= 0\n",
        caught_by=("tests/unit/central/test_orders.py::test_an_order_the_store_was_served_is_only_asked_for",),
    ),
    Edit(
        name="the-other-stores-wish",
        breaks="a store asks for its own shelf alone",
        file="central/app/ingest.py",
        old="            case OrderAsked() if fact.store != self._store:\n",
        new="            case OrderAsked() if False:\n",
        caught_by=("tests/unit/central/test_wishes.py::test_a_store_cannot_ask_for_the_shelf_of_another",),
    ),
)
