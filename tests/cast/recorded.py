"""What a hub recorded, as it goes on the line."""

import json
from typing import Any

from tests.cast.floor import Floor


def last_fact(floor: Floor) -> dict[str, Any]:
    """The body of the newest fact."""
    data = json.loads(floor.envelopes()[-1])["data"]
    assert isinstance(data, dict)
    return data
