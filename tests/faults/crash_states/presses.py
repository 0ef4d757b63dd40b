"""What people press in the recorded day, each as a value that can be pressed again after the power is back."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

from edge.app.decline_order import DeclineAsked, decline_order
from edge.app.hand_over import HandOverAsked, hand_over
from edge.app.hub import Hub
from edge.app.pick_line import PicksAsked, pick_line
from edge.app.short_pick import ShortAsked, short_pick
from edge.app.stage_parcel import StageAsked, stage_parcel
from edge.app.take_back import ReturnAsked, take_back
from edge.domain.errors import Refusal
from tests.cast.counter import KIM


class Verb(StrEnum):
    """What is pressed."""

    PICK = "pick"
    SHORT = "short"
    STAGE = "stage"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    DECLINE = "decline"


_ASKED: dict[Verb, type[msgspec.Struct]] = {
    Verb.PICK: PicksAsked,
    Verb.SHORT: ShortAsked,
    Verb.STAGE: StageAsked,
    Verb.HAND_OVER: HandOverAsked,
    Verb.TAKE_BACK: ReturnAsked,
    Verb.DECLINE: DeclineAsked,
}

_DO: dict[Verb, Callable[[Hub, Any], msgspec.Struct | Refusal]] = {
    Verb.PICK: lambda hub, asked: pick_line(hub, asked, KIM),
    Verb.SHORT: lambda hub, asked: short_pick(hub, asked, KIM),
    Verb.STAGE: lambda hub, asked: stage_parcel(hub, asked, KIM),
    Verb.HAND_OVER: lambda hub, asked: hand_over(hub, asked, actor=KIM, desk="1"),
    Verb.TAKE_BACK: lambda hub, asked: take_back(hub, asked, KIM),
    Verb.DECLINE: lambda hub, asked: decline_order(hub, asked, KIM),
}


class Press(msgspec.Struct, frozen=True, kw_only=True):
    """One press: `asked` is the whole question as JSON, `event_ids` the facts it makes when it is granted."""

    verb: Verb
    event_ids: tuple[str, ...]
    asked: msgspec.Raw

    def do(self, hub: Hub) -> msgspec.Struct | Refusal:
        """Press, or press again."""
        return _DO[self.verb](hub, msgspec.json.decode(self.asked, type=_ASKED[self.verb]))


def press_of(verb: Verb, asked: msgspec.Struct) -> Press:
    """The press that asks this."""
    names = [each.event_id for each in asked.picks] if isinstance(asked, PicksAsked) else [asked.event_id]  # type: ignore[attr-defined] # every other question has one
    return Press(verb=verb, event_ids=tuple(names), asked=msgspec.Raw(msgspec.json.encode(asked)))


class Said(msgspec.Struct, frozen=True, kw_only=True, tag_field="said"):
    """One line of what was said in the day, in its order."""


class Comes(Said, frozen=True, kw_only=True, tag="comes"):
    """An order is about to come down, as central wrote it."""

    order: msgspec.Raw


class Taken(Said, frozen=True, kw_only=True, tag="taken"):
    """The page of this order was applied, and `accepted` by the hub itself: central is asked for what lies behind it."""

    order_id: str
    accepted: bool


class Asks(Said, frozen=True, kw_only=True, tag="asks"):
    """Somebody presses; from here on it may be done."""

    press: Press


class Answered(Said, frozen=True, kw_only=True, tag="answered"):
    """She was told: from here on it must stay done. `answer` is the JSON on her screen."""

    event_ids: tuple[str, ...]
    answer: msgspec.Raw


class Received(Said, frozen=True, kw_only=True, tag="received"):
    """Central has these facts: the last number of each lane that it committed. Its answer is about to leave."""

    marks: dict[int, int]


Line = Comes | Taken | Asks | Answered | Received
