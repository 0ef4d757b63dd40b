"""Which keys this hub takes requests from, and when it last did."""

from edge.app.hub import Hub
from edge.store import devices
from sync.signing import Caller, KeyState, KnownKey, parse_public


def key_of(hub: Hub, keyid: str) -> KnownKey | None:
    """The key behind `kiosk:S001/K1`, or None for one that was never enrolled here under that role and store."""
    role, _, name = keyid.partition(":")
    store, _, node = name.partition("/")
    if store != hub.store:
        return None
    with hub.state.reading() as conn:
        device = devices.get(conn, node)
    if device is None or device.role != role:
        return None
    state = KeyState.ACTIVE if device.state == "active" else KeyState.REVOKED
    return KnownKey(public=parse_public(device.public), role=role, store=store, node=node, state=state)


def note_heard(hub: Hub, who: Caller) -> None:
    """Remember when a device was heard; the loops write it down with the next beat."""
    if who.node is not None:
        hub.heard[who.node] = hub.clock.now_ms()
