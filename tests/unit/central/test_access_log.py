"""The log says which route, who by role and how it ended, and holds nothing that somebody sent."""

from structlog.testing import capture_logs

from tests.cast.office import STORE, Office


def test_a_request_is_one_line_with_the_route_and_not_the_address(office: Office) -> None:
    with capture_logs() as lines:
        office.ada.ask("GET", "/v1/me/orders/AAAAAAAAAAAAA")
    assert lines == [
        {
            "event": "request",
            "log_level": "info",
            "method": "GET",
            "route": "/v1/me/orders/<order>",
            "role": "app",
            "status": 404,
            "took_ms": 0,
        }
    ]


def test_nothing_a_guest_typed_and_no_token_stands_in_a_line(office: Office) -> None:
    asked = {"event_id": office.new_id(), "store": STORE, "name": "이서", "phone": "010-1234-5678", "lines": []}
    with capture_logs() as lines:
        office.anyone.ask("POST", "/v1/guest/orders", asked)
        office.anyone.ask("GET", "/v1/orders/AAAAAAAAAAAAA", Authorization=f"Bearer {'a' * 64}")
        office.anyone.ask("GET", "/v1/catalogue?q=이서")
    assert len(lines) == 3
    assert not any(word in str(lines) for word in ("이서", "1234", "aaaa", "AAAA"))


def test_the_question_whether_we_live_is_not_logged(office: Office) -> None:
    with capture_logs() as lines:
        assert office.anyone.ask("GET", "/healthz").status_code == 200
    assert lines == []


def test_a_beat_and_a_pull_that_finds_nothing_are_not_logged_and_a_page_is(office: Office) -> None:
    with capture_logs() as lines:
        office.hub.must("GET", "/v1/time")
        office.hub.pull()
        office.hub.pull()
    assert [line["route"] for line in lines] == ["/v1/changes"]
