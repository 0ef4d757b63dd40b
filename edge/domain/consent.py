"""For what a shopper allowed: acts belong to identities, the latest explicit act counts, and a tie means no."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Purpose(StrEnum):
    """What personal data may be used for."""

    service = "service"
    marketing = "marketing"
    location = "location"
    personalisation = "personalisation"


class Channel(StrEnum):
    """Where or by which means."""

    kiosk = "kiosk"
    push = "push"
    sms = "sms"
    email = "email"
    beacon = "beacon"
    store = "store"


class ConsentAct(msgspec.Struct, frozen=True, kw_only=True):
    """One explicit yes or no of one identity, with where it was given and under which wording of the policy."""

    identity: str
    purpose: Purpose
    channel: Channel
    given: bool
    at_ms: int
    source: str
    policy_version: str


def in_force(acts: Iterable[ConsentAct]) -> frozenset[tuple[Purpose, Channel]]:
    """What the person behind these acts allows: per purpose and channel her latest act, if it is a yes and no tie."""
    latest: dict[tuple[Purpose, Channel], tuple[int, bool]] = {}
    for act in acts:
        about = (act.purpose, act.channel)
        at_ms, given = latest.get(about, (act.at_ms, act.given))
        if act.at_ms > at_ms:
            latest[about] = (act.at_ms, act.given)
        elif act.at_ms == at_ms:
            latest[about] = (at_ms, given and act.given)
    return frozenset(about for about, (_, given) in latest.items() if given)
