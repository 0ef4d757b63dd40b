"""Makes a member of staff at central, who may then sign in at the store with a PIN."""

from enum import StrEnum

from central.app.central import Central
from central.app.put_store import send_staff
from central.app.send_down import Down
from central.errors import UnknownRole, UnknownStore
from central.store.stores import get_store, put_member
from edge.domain.truth import StaffMember
from edge.passes import hash_pin
from edge.passes.pin import is_pin


class StaffRole(StrEnum):
    """What a member of staff may do."""

    clerk = "clerk"
    manager = "manager"


def add_staff(central: Central, store: str, staff_id: str, name: str, *, role: str, pin: str) -> None:
    """Insert or replace a member of staff. Raises UnknownStore, UnknownRole, and ValueError for a PIN that is not six digits."""
    if role not in {known.value for known in StaffRole}:
        raise UnknownRole(f"{role!r} is none of {', '.join(StaffRole)}")
    if not is_pin(pin):
        raise ValueError("a PIN has six digits")
    member = StaffMember(staff_id=staff_id, name=name, role=role, pin_hash=hash_pin(pin))
    with central.books.writing() as tx:
        if get_store(tx, store) is None:
            raise UnknownStore(f"no store is called {store!r}; put it first")
        now_ms, down = central.now_ms(), Down()
        put_member(tx, store, member, now_ms)
        send_staff(tx, down, store)
        down.flush(tx, now_ms)
