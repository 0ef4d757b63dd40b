"""Who is heard: a request that was held on the way speaks of the moment it was made, and puts nobody aside."""

import pytest

from tests.cast.office import STORE, Hub, Office

TARGET = f"/v1/changes?cursor=%7B%22store:{STORE}%22:0%7D&term=1&epoch="


def speaks(hub: Hub, epoch: str) -> int:
    return hub.ask("GET", TARGET + epoch).status_code


def incidents(office: Office) -> list[str]:
    return [each["kind"] for each in office.operator.must("GET", "/v1/admin/incidents")["incidents"]]


@pytest.mark.parametrize("held", [True, False], ids=["held on the way", "made again"])
def test_two_requests_of_an_old_history_that_arrive_late_are_no_second_machine(office: Office, held: bool) -> None:
    """A restored hub was put aside for good by two requests that a proxy had kept for a minute."""
    assert speaks(office.hub, "old") == 200
    sent = [office.hub.signed("GET", TARGET + "old", b"") for _ in range(3)]
    office.clock.advance(1_000)
    assert speaks(office.hub, "new") == 200
    for headers in sent:
        office.clock.advance(20_000)
        made = headers if held else office.hub.signed("GET", TARGET + "old", b"")
        office.app.test_client().open(TARGET + "old", headers=made)
    assert (speaks(office.hub, "new"), incidents(office)) == ((200, []) if held else (409, ["two_hubs_one_identity"]))
