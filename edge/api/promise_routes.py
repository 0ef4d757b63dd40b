"""What a store promises and what it keeps: orders nobody came for, stock that differs from upstream's, key figures."""

from flask import Blueprint

from edge.api.speaking import speaks
from edge.api.staff_only import CLERK, MANAGER, StaffDoor, staff
from edge.app.extend_pickup import ExtendAsked, Extended, extend_pickup
from edge.app.hub import Hub
from edge.app.kpi import Kpi, read_kpis
from edge.app.no_show import (
    Expired,
    NoShowAsked,
    NoShows,
    Reopened,
    UndoRunAsked,
    expire_no_shows,
    read_no_shows,
    undo_run,
)
from edge.app.stock_drift import StockDrift, read_stock_drift
from edge.domain.errors import Refusal


def promise_routes(hub: Hub, door: StaffDoor) -> Blueprint:
    """The routes of promises, no-shows and figures."""
    routes = Blueprint("promise_api", __name__)
    _add_no_shows(routes, hub, door)
    _add_reports(routes, hub, door)
    return routes


def _add_no_shows(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.get("/v1/no-shows")
    @door.require(CLERK, MANAGER)
    @speaks("Orders nobody came for, as a run would find them")
    def no_shows() -> NoShows:
        return read_no_shows(hub)

    @routes.post("/v1/no-shows")
    @door.require(MANAGER)
    @speaks("Close orders nobody came for")
    def run(asked: NoShowAsked) -> Expired | Refusal:
        return expire_no_shows(hub, asked, staff().actor)

    @routes.post("/v1/no-shows/<run_id>/undo")
    @door.require(MANAGER)
    @speaks("Take such a run back")
    def undo(asked: UndoRunAsked) -> Reopened | Refusal:
        return undo_run(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/extend")
    @door.require(CLERK, MANAGER)
    @speaks("Keep an order longer")
    def extend(asked: ExtendAsked) -> Extended | Refusal:
        return extend_pickup(hub, asked, staff().actor)


def _add_reports(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.get("/v1/stock-drift")
    @door.require(CLERK, MANAGER)
    @speaks("Where this store and upstream disagree about stock")
    def drift() -> StockDrift:
        return read_stock_drift(hub)

    @routes.get("/v1/kpi")
    @door.require(CLERK, MANAGER)
    @speaks("Key figures of pickups, each with what it is divided by")
    def kpi() -> list[Kpi]:
        return read_kpis(hub)
