"""Logs name nobody and open nothing: the processor is fed everything that must never be written."""

import pytest

from edge.passes import write_label, write_pass
from edge.wiring.logs import FORBIDDEN_FIELDS, without_secrets

ORDER = "A" * 13


@pytest.mark.parametrize("field", sorted(FORBIDDEN_FIELDS))
def test_a_forbidden_field_is_dropped_whatever_it_holds(field: str) -> None:
    assert without_secrets(None, "info", {"event": "said", field: "김민수"}) == {"event": "said"}


def test_a_pass_a_label_and_a_number_are_blanked_inside_any_text() -> None:
    pass_text = write_pass(
        bytes(32), key_id=1, store_number=1, order_id=ORDER, revision=1, expires_at_ms=3_600_000, pass_id=b"abc"
    )
    label = write_label(ORDER, 1, 1)
    for secret in (pass_text, label, "010-1234-5678", "+821012345678"):
        said = without_secrets(None, "info", {"event": f"scanned {secret} at desk 1"})
        assert said == {"event": "scanned … at desk 1"}


def test_ids_and_counts_stay_readable() -> None:
    line = {"event": "pushed", "settled": 3, "order": ORDER, "event_id": "01a20071-ca93-76dc-b077-b0a6f9af31a6"}
    assert without_secrets(None, "info", dict(line)) == line
