"""Records an explicit yes or no of a shopper, and lets the stores that hold her card know."""

import msgspec

from central.app.central import Central
from central.app.change_cart import EventId
from central.app.hold_interest import review_interest
from central.app.idempotency import answered, keep, stored
from central.app.read_profile import Me, me_of, shopper_of
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.store.acts import add_consent
from central.store.database import Tx
from central.store.people import Profile
from edge.domain.consent import Channel, ConsentAct, Purpose
from edge.domain.errors import Refusal

POLICY_VERSION = "1"


class AskedConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Yes or no to one purpose on one channel."""

    event_id: EventId
    purpose: Purpose
    channel: Channel
    given: bool


def record_consent(central: Central, identity: str, asked: AskedConsent) -> Me | Refusal:
    """Append the act and answer with what is in force now; the same event_id again appends nothing."""
    with central.books.writing() as tx:
        shopper = shopper_of(tx, identity)
        if shopper is None:
            return Refusal(CentralReason.unknown_identity)
        owner = shopper.profile.profile
        before = answered(tx, owner, asked.event_id, act="consent", asked=asked, kind=Me)
        if before is not None:
            return before
        act = ConsentAct(
            identity=identity,
            purpose=asked.purpose,
            channel=asked.channel,
            given=asked.given,
            at_ms=central.now_ms(),
            source="app",
            policy_version=POLICY_VERSION,
        )
        down = Down()
        take_consent(central, tx, down, shopper.profile, asked.event_id, act=act)
        answer = me_of(tx, shopper)
        keep(tx, owner, asked.event_id, stored("consent", asked, answer), central.now_ms())
        down.flush(tx, central.now_ms())
        return answer


def take_consent(central: Central, tx: Tx, down: Down, profile: Profile, event: str, *, act: ConsentAct) -> None:
    """Append an act, from a phone or from a store, and bring cards in line with it."""
    add_consent(tx, profile.profile, event, act)
    review_interest(central, tx, down, profile, act.identity, card_changed=True)
