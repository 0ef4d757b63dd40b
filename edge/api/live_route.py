"""GET /v1/live: what changes in this shop, as server-sent events, for at most forty screens, boards first."""

from collections.abc import Iterator

from flask import Blueprint, Response, request

from edge.api.speaking import speaks
from edge.api.staff_only import CLERK, MANAGER, StaffDoor
from edge.app.hub import Hub
from edge.app.live import LiveEvent, Stream
from sync.http_server import problem

RETRY_AFTER_S = 5
BOARD = "board"


def live_route(hub: Hub, door: StaffDoor) -> Blueprint:
    """The stream. `?screen=board` (the default) comes before any other screen; `Last-Event-ID` goes on where it broke."""
    routes = Blueprint("live_api", __name__)

    @routes.get("/v1/live")
    @door.require(CLERK, MANAGER)
    @speaks("What changes in this shop, as it happens", media="text/event-stream", answers=str)
    def live() -> Response:
        after = request.headers.get("Last-Event-ID", request.args.get("after", ""))
        is_board = request.args.get("screen", BOARD) == BOARD
        stream = hub.live.open(int(after) if after.isdecimal() else None, board=is_board)
        if stream is None:
            reply = problem(503, "too_many_streams", f"{hub.live.limit} screens are listening already")
            reply.headers["Retry-After"] = str(RETRY_AFTER_S)
            return reply
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        reply = Response(_events(hub, stream), content_type="text/event-stream", headers=headers)
        reply.call_on_close(stream.close)
        return reply

    return routes


def _events(hub: Hub, stream: Stream) -> Iterator[bytes]:
    """Events as they come; a beat after four seconds of silence, so that a dead client is noticed and a live one knows."""
    try:
        yield b"retry: 1000\n\n"
        while not stream.evicted:
            event = stream.next()
            yield _written(event) if event is not None else _beat(hub)
    finally:
        stream.close()


def _written(event: LiveEvent) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.number, event.name.encode(), event.data)


def _beat(hub: Hub) -> bytes:
    return b'event: beat\ndata: {"now_ms":%d}\n\n' % hub.clock.now_ms()
