"""A pass and the code that is typed for it: the same until she asks for a new one, which takes the place of every one before."""

from edge.domain.truth import OrderDown, PassRenewed
from edge.passes import read_typed, typed_check
from tests.cast.office import Office
from tests.unit.central.test_orders import adas_order, seen


def rows(office: Office, kind: str) -> list[dict[str, object]]:
    """What the store's hub hears of that kind, by the newest row of each."""
    return [row["body"] for row in office.hub.pull() if row["kind"] == kind]


def test_the_typed_code_is_found_by_what_came_down_with_the_order(office: Office) -> None:
    order = adas_order(office)
    shown = office.ada.must("GET", f"/v1/me/orders/{order}/pass")
    code = str(shown["typed_code"])
    assert read_typed(code) == code
    (down,) = rows(office, "order")
    assert down["typed_check"] == typed_check(code, str(down["store"]))
    assert code not in str(down)
    assert "typed_check" in OrderDown.__struct_fields__


def test_a_new_pass_revokes_the_old_ones_and_has_another_code(office: Office) -> None:
    order = adas_order(office)
    first = office.ada.must("GET", f"/v1/me/orders/{order}/pass")
    asked = {"event_id": office.new_id()}
    renewed = office.ada.must("POST", f"/v1/me/orders/{order}/pass", asked)
    assert office.ada.must("POST", f"/v1/me/orders/{order}/pass", asked) == renewed, "a lost answer is no third pass"
    assert office.ada.must("GET", f"/v1/me/orders/{order}/pass") == renewed
    assert renewed["typed_code"] != first["typed_code"]
    again = office.ada.must("POST", f"/v1/me/orders/{order}/pass", {"event_id": office.new_id()})
    (told,) = rows(office, "pass_renewed")
    assert told["order"] == order
    old = [seen(office, each["pass"]).pass_id for each in (first, renewed)]
    assert sorted(told["revoked"]) == sorted(old)  # type: ignore[call-overload]  # a list of a page
    assert told["typed_check"] == typed_check(again["typed_code"], "S001")
    assert set(told) == set(PassRenewed.__struct_fields__)


def test_nobody_renews_somebody_elses_pass(office: Office) -> None:
    order = adas_order(office)
    reply = office.min_jun.ask("POST", f"/v1/me/orders/{order}/pass", {"event_id": office.new_id()})
    assert (reply.status_code, reply.get_json()["reason"]) == (404, "unknown_order")
    assert rows(office, "pass_renewed") == []
