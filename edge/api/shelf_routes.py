"""What staff may do with parcels on their shelves: move one, take some apart, count them all."""

from flask import Blueprint

from edge.api.speaking import speaks
from edge.api.staff_only import CLERK, MANAGER, StaffDoor, staff
from edge.app.count_shelf import CountAsked, LastCount, ShelfCount, count_shelf, read_last_count
from edge.app.hub import Hub
from edge.app.move_pickup import OrderNow
from edge.app.reshelve import ReshelveAsked, UnpackAsked, reshelve, unpack
from edge.domain.errors import Refusal


def shelf_routes(hub: Hub, door: StaffDoor) -> Blueprint:
    """The routes of parcels and shelves."""
    routes = Blueprint("shelf_api", __name__)

    @routes.post("/v1/pickups/<order_id>/parcels/<int(max=255):number>/shelf")
    @door.require(CLERK, MANAGER)
    @speaks("A parcel lies on another shelf")
    def move(asked: ReshelveAsked) -> OrderNow | Refusal:
        return reshelve(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/unpack")
    @door.require(CLERK, MANAGER)
    @speaks("Parcels were taken apart: loose again, or back on the sales floor")
    def take_apart(asked: UnpackAsked) -> OrderNow | Refusal:
        return unpack(hub, asked, staff().actor)

    @routes.post("/v1/shelf-counts")
    @door.require(CLERK, MANAGER)
    @speaks("What was scanned at the shelves")
    def count(asked: CountAsked) -> ShelfCount | Refusal:
        return count_shelf(hub, asked, staff().actor)

    @routes.get("/v1/shelf-counts/last")
    @door.require(CLERK, MANAGER)
    @speaks("The newest count of the shelves, what should lie there, and whether a count is due")
    def last() -> LastCount:
        return read_last_count(hub)

    return routes
