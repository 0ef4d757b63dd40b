"""Consent is the latest explicit act; silence and a tie are a no."""

from edge.domain.consent import Channel, ConsentAct, Purpose, in_force


def act(given: bool, at_ms: int, *, identity: str = "ada-app", purpose: Purpose = Purpose.service) -> ConsentAct:
    return ConsentAct(
        identity=identity,
        purpose=purpose,
        channel=Channel.kiosk,
        given=given,
        at_ms=at_ms,
        source="phone",
        policy_version="2026-11",
    )


def allows(acts: list[ConsentAct], purpose: Purpose, channel: Channel) -> bool:
    return (purpose, channel) in in_force(acts)


def test_no_act_is_a_no() -> None:
    assert not allows([], Purpose.service, Channel.kiosk)


def test_the_latest_act_counts_in_whatever_order_acts_arrive() -> None:
    acts = [act(True, 1), act(False, 3), act(True, 2)]
    assert in_force(acts) == in_force(reversed(acts)) == frozenset()
    assert allows([*acts, act(True, 4)], Purpose.service, Channel.kiosk)


def test_a_yes_and_a_no_at_one_moment_are_a_no() -> None:
    assert not allows([act(True, 1), act(False, 1)], Purpose.service, Channel.kiosk)
    assert not allows([act(False, 1), act(True, 1)], Purpose.service, Channel.kiosk)


def test_an_older_tie_does_not_weigh_on_a_later_yes() -> None:
    assert allows([act(True, 1), act(False, 1), act(True, 2)], Purpose.service, Channel.kiosk)


def test_a_purpose_never_opens_another_purpose_or_channel() -> None:
    acts = [act(True, 1)]
    assert not allows(acts, Purpose.marketing, Channel.kiosk)
    assert not allows(acts, Purpose.service, Channel.push)


def test_an_identity_that_is_unlinked_takes_its_no_with_it() -> None:
    by_app, by_card = act(True, 1, identity="ada-app"), act(False, 2, identity="ada-card")
    assert not allows([by_app, by_card], Purpose.service, Channel.kiosk)
    assert allows([by_app], Purpose.service, Channel.kiosk)
