"""A clerk at a page of the floor or the shelf without the browser: asks its next step, sends its acts, carries what it holds."""

import re
from html import unescape
from typing import Any

from msgspec.structs import replace

from edge.domain.pickup import IfShort
from edge.domain.truth import OrderDown
from tests.cast.counter import Counter
from tests.cast.desk_site import StaffDesk


def order_that_agrees(counter: Counter, *wanted: tuple[int, int]) -> OrderDown:
    """An order whose shopper said that something else may come without asking."""
    order = replace(counter.next_order(*wanted), if_short=IfShort.substitute)
    counter.bring(order)
    return order


class Work:
    """One open page: `page` is its address, `held` what it carries from step to step."""

    def __init__(self, desk: StaffDesk, page: str) -> None:
        self.desk = desk
        self.html = desk.page(page)
        found = re.search(r'data-work="([^"]+)" data-held="([^"]+)"', self.html)
        assert found, "a page of the floor says where its steps are asked for"
        self.path, self.held = found[1], unescape(found[2])

    def step(self, **what: object) -> dict[str, Any]:
        """What the page is told to do after this scan or press; nothing is done yet."""
        reply = self.desk.client.post(self.path, json={"held": self.held, **what})
        assert reply.status_code == 200, reply.status_code
        told = dict(reply.get_json())
        self.held = told["held"] or self.held
        return told

    def do(self, **what: object) -> dict[str, Any]:
        """The step with its acts sent, each of which must succeed; `answers` are what the hub said."""
        told = self.step(**what)
        headers = {"X-CSRF-Token": self.desk.signed.session.csrf}
        replies = [self.desk.client.post(each["path"], json=each["body"], headers=headers) for each in told["acts"]]
        assert all(reply.status_code < 300 for reply in replies), [reply.get_data(as_text=True) for reply in replies]
        return {**told, "answers": [reply.get_json() for reply in replies]}

    def refused(self, **what: object) -> dict[str, Any]:
        """The step whose last act the hub refuses; gives what the page is told when it brings the refusal back."""
        told = self.step(**what)
        headers = {"X-CSRF-Token": self.desk.signed.session.csrf}
        reply = [self.desk.client.post(each["path"], json=each["body"], headers=headers) for each in told["acts"]][-1]
        assert reply.status_code == 409, reply.status_code
        return self.step(problem=reply.get_json())
