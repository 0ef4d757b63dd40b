"""A hub's place changes hands: a code that opens it once, a key that is put aside and may still bring what it owes."""

from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.app.enrol_node import enrol
from central.app.replace_hub import CODE_LIVES_MS, TRIES_MAX
from edge.domain.fact_base import At
from edge.domain.facts import DeviceEnrolled
from sync.hub_statement import HubStatement, is_genuine
from sync.signing import parse_public, public_bytes, public_text
from tests.cast.office import STORE, Office, Voice

NEW, OTHER = Ed25519PrivateKey.from_private_bytes(b"n" * 32), Ed25519PrivateKey.from_private_bytes(b"o" * 32)
AT = At(boot_id="b", monotonic_ms=1, confirmed=True)
KIOSK = DeviceEnrolled(
    actor="hub:H1", at=AT, node="K1", role="kiosk", public_key=public_text(public_bytes(OTHER)), state="active"
)


def replaced(office: Office, **asked: Any) -> dict[str, Any]:
    return dict(office.operator.must("POST", f"/v1/stores/{STORE}/hubs/H1/replace", asked))


def claim(
    office: Office, code: str, key: Ed25519PrivateKey = NEW, *, signed_by: Ed25519PrivateKey | None = None
) -> Any:
    body = {"store": STORE, "node": "H1", "code": code, "public_key": public_text(public_bytes(key))}
    return Voice(office, signed_by or key, f"hub:{STORE}/H1").ask("POST", "/v1/hubs/claim", body)


def statement_of(reply: Any) -> HubStatement:
    assert reply.status_code == 200, reply.get_data(as_text=True)
    return msgspec.convert(reply.get_json()["statement"], HubStatement)


def incidents(office: Office) -> list[str]:
    return [each["kind"] for each in office.operator.must("GET", "/v1/admin/incidents")["incidents"]]


def changes(voice: Voice, *, term: int, epoch: str, feed: str = "store") -> Any:
    return voice.ask("GET", f"/v1/changes?cursor=%7B%22{feed}:{STORE}%22:0%7D&term={term}&epoch={epoch}")


def test_the_machine_with_the_code_takes_the_place_and_gets_central_s_word_for_it(office: Office) -> None:
    given = replaced(office)
    assert (given["term"], given["store"], given["node"]) == (2, STORE, "H1")
    said = statement_of(claim(office, given["code"]))
    assert (said.store, said.node, said.term) == (STORE, "H1", 2)
    assert said.public_key == public_text(public_bytes(NEW))
    assert is_genuine(said, parse_public(office.central.public_key))
    new = office.hub_with(NEW, "H1")
    sent = [row for row in new.pull() if row["kind"] == "hub"]
    assert [msgspec.convert(row["body"], HubStatement) for row in sent] == [said]


def test_a_code_is_typed_as_it_is_read_out_and_asked_again_by_the_same_machine_it_gives_the_same(
    office: Office,
) -> None:
    code = replaced(office)["code"]
    first = statement_of(claim(office, f" {code.replace('-', ' ').lower()} "))
    assert statement_of(claim(office, code)) == first


@pytest.mark.parametrize("spoil", ["used", "late", "tried", "wrong", "renewed", "none"])
def test_a_claim_that_does_not_fit_gets_the_one_no(office: Office, spoil: str) -> None:
    code = "" if spoil == "none" else replaced(office)["code"]
    if spoil == "used":
        statement_of(claim(office, code, OTHER))
    elif spoil == "late":
        office.clock.advance(CODE_LIVES_MS)
    elif spoil == "tried":
        for _ in range(TRIES_MAX):
            assert claim(office, "22222-22222").status_code == 409
    elif spoil == "renewed":
        replaced(office)
    no = claim(office, "22222-22222" if spoil == "wrong" else code)
    assert (no.status_code, no.get_json()["reason"]) == (409, "no_such_claim")
    assert office.count("nodes", "public_key = '" + public_text(public_bytes(NEW)) + "'") == 0


def test_whoever_does_not_hold_the_key_cannot_claim_with_it(office: Office) -> None:
    code = replaced(office)["code"]
    no = claim(office, code, NEW, signed_by=OTHER)
    assert (no.status_code, no.get_json()["reason"]) == (401, "forged")
    statement_of(claim(office, code))


def test_no_code_stands_in_the_books(office: Office) -> None:
    code = replaced(office)["code"].replace("-", "")
    assert code not in str(office.dump())


def test_the_old_key_may_bring_what_it_owes_and_nothing_else(office: Office) -> None:
    old = office.hub
    given = replaced(office)
    (receipt,) = old.push(KIOSK)
    assert (receipt["verdict"], receipt["reason"]) == ("flagged", "superseded_hub")
    for no in (
        changes(old, term=1, epoch="e1"),
        old.ask("GET", f"/v1/shoppers/{office.ada.identity}/cart"),
        old.ask("GET", "/v1/orders/open?term=1&epoch=e1"),
    ):
        assert (no.status_code, no.get_json()["reason"]) == (409, "superseded")
    told = old.must("GET", "/v1/time?term=1&epoch=e1")["superseded"]
    assert told == {"why": "replaced", "since_ms": office.clock.now_ms()}
    statement_of(claim(office, given["code"]))
    new = office.hub_with(NEW, "H1")
    assert changes(new, term=2, epoch="e2").status_code == 200
    assert "superseded" not in new.must("GET", "/v1/time?term=2&epoch=e2")
    assert incidents(office) == ["replaced_hub_speaks"]


def test_a_machine_that_was_put_aside_does_not_decide_what_the_new_one_trusts(office: Office) -> None:
    replaced(office)
    office.hub.push(KIOSK)
    assert office.count("store_devices") == 0


def test_whoever_changed_her_mind_claims_the_place_on_the_old_machine(office: Office) -> None:
    code = replaced(office)["code"]
    said = statement_of(claim(office, code, office._key("hub")))
    assert said.term == 2
    assert changes(office.hub, term=2, epoch="e1").status_code == 200
    assert changes(office.hub, term=1, epoch="e1").status_code == 409, "a copy from before the claim is another hub"


def test_a_stolen_hub_is_not_heard_at_all(office: Office) -> None:
    replaced(office, stolen=True)
    no = office.hub.ask("GET", "/v1/time")
    assert (no.status_code, no.get_json()["reason"]) == (401, "revoked")


def test_the_machines_a_hub_trusts_go_down_to_the_hub_that_comes_after(office: Office) -> None:
    office.hub.push(KIOSK)
    statement_of(claim(office, replaced(office)["code"]))
    sent = [row["body"] for row in office.hub_with(NEW, "H1").pull() if row["kind"] == "device"]
    assert sent == [{"node": "K1", "role": "kiosk", "public_key": KIOSK.public_key, "state": "active"}]


def test_a_key_enrolled_by_hand_in_place_of_another_is_a_replacement_too(office: Office) -> None:
    enrol(office.central, "hub", "H1", STORE, public_text(public_bytes(NEW)))
    assert changes(office.hub, term=1, epoch="e1").status_code == 409
    assert changes(office.hub_with(NEW, "H1"), term=2, epoch="e2").status_code == 200


def test_a_file_that_knows_an_older_term_than_its_key_counts_as_that_older_hub(office: Office) -> None:
    statement_of(claim(office, replaced(office)["code"]))
    new = office.hub_with(NEW, "H1")
    assert changes(new, term=1, epoch="e1").status_code == 409
    assert changes(new, term=7, epoch="e2").status_code == 200, "nobody lifts itself"


def two_hubs(office: Office) -> list[str]:
    """Epochs e1 and e2 speak in turn under one key; gives what each is told in the end."""
    for _ in range(8):
        for epoch in ("e1", "e2"):
            office.hub.must("GET", f"/v1/time?term=1&epoch={epoch}")
            office.clock.advance(1_000)
    return [
        office.hub.must("GET", f"/v1/time?term=1&epoch={epoch}").get("superseded", {}).get("why", "")
        for epoch in ("e1", "e2")
    ]


def test_of_two_copies_the_one_seen_first_goes_on_and_one_incident_names_both(office: Office) -> None:
    assert two_hubs(office) == ["", "twin"]
    assert changes(office.hub, term=1, epoch="e1").status_code == 200
    assert changes(office.hub, term=1, epoch="e2").status_code == 409
    (incident,) = office.operator.must("GET", "/v1/admin/incidents")["incidents"]
    assert incident["kind"] == "two_hubs_one_identity"
    assert "e1" in incident["subject"]
    assert "e2" in incident["subject"]


def test_a_person_settles_who_goes_on_and_closes_the_incident(office: Office) -> None:
    two_hubs(office)
    office.operator.must("POST", f"/v1/stores/{STORE}/hubs/H1/goes-on", {"term": 1, "epoch": "e2"})
    assert changes(office.hub, term=1, epoch="e2").status_code == 200
    assert changes(office.hub, term=1, epoch="e1").status_code == 409
    (incident,) = office.operator.must("GET", "/v1/admin/incidents")["incidents"]
    named = {name: incident[name] for name in ("store", "kind", "subject")}
    office.operator.must("POST", "/v1/admin/incidents/done", named)
    assert incidents(office) == []
    assert office.operator.ask("POST", "/v1/admin/incidents/done", named).status_code == 404
    places = {
        each["epoch"]: each["place"]
        for each in office.operator.must("GET", f"/v1/stores/{STORE}/hubs")["hubs"][0]["epochs"]
    }
    assert places == {"e1": "superseded", "e2": "current"}


def test_no_one_but_the_operator_gives_a_place_away(office: Office) -> None:
    for voice in (office.hub, office.ada):
        assert voice.ask("POST", f"/v1/stores/{STORE}/hubs/H1/replace", {}).status_code == 403
    assert office.operator.ask("POST", "/v1/stores/S999/hubs/H1/replace", {}).status_code == 404
