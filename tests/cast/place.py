"""How a hub stands among the hubs of its store, as its own file says it."""

from edge.app.hub import Hub
from edge.app.standing import Standing, standing


def place_of(hub: Hub) -> Standing:
    """Term, epoch, and whether it was put aside."""
    with hub.state.reading() as conn:
        return standing(conn)
