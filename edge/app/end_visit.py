"""End a visit: she pressed bye or walked away, and the hub forgets her as the kiosk does."""

from edge.app.hub import Hub


def end_visit(hub: Hub, visit_id: str, *, kiosk: str) -> bool:
    """Forget the visit; False when there was none at this kiosk, which is just as well."""
    return hub.visits.end(visit_id, kiosk) is not None
