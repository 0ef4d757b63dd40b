"""The routes by which a hub's place changes hands: head office gives it away, a machine takes it, a person settles who goes on."""

from typing import Annotated

import msgspec
from msgspec import Meta

from central.api.routes import Call, Role, Route
from central.app.replace_hub import (
    ClaimAsked,
    Claimed,
    EpochChosen,
    PlaceToClaim,
    ReplaceAsked,
    choose_epoch,
    claim_place,
    replace_hub,
)
from central.app.show_hubs import (
    HubsOfStore,
    IncidentNamed,
    OpenIncidents,
    close_incident,
    read_hubs,
    read_incidents,
)
from edge.domain.errors import Refusal
from sync.envelope import Epoch, Term


class ChosenEpoch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The epoch that goes on, as the incident names it."""

    term: Term
    epoch: Annotated[Epoch, Meta(min_length=1)]


def _choose(call: Call) -> EpochChosen | Refusal:
    asked: ChosenEpoch = call.body
    chosen = EpochChosen(node=call.path["hub"], term=asked.term, epoch=asked.epoch)
    return choose_epoch(call.central, call.path["store"], chosen)


PLACE_ROUTES = (
    Route(
        method="GET",
        path="/v1/stores/<store>/hubs",
        role=Role.operator,
        summary="The hubs of a store: terms, and every epoch that was heard",
        answers=HubsOfStore,
        handle=lambda call: read_hubs(call.central, call.path["store"]),
    ),
    Route(
        method="POST",
        path="/v1/stores/<store>/hubs/<hub>/replace",
        role=Role.operator,
        summary="Put a hub aside and give the code for its place",
        body=ReplaceAsked,
        answers=PlaceToClaim,
        handle=lambda call: replace_hub(call.central, call.path["store"], call.path["hub"], stolen=call.body.stolen),
    ),
    Route(
        method="POST",
        path="/v1/stores/<store>/hubs/<hub>/goes-on",
        role=Role.operator,
        summary="Say which of two hubs with one identity goes on",
        body=ChosenEpoch,
        answers=EpochChosen,
        handle=_choose,
    ),
    Route(
        method="GET",
        path="/v1/admin/incidents",
        role=Role.operator,
        summary="What a person should look at",
        answers=OpenIncidents,
        handle=lambda call: read_incidents(call.central),
    ),
    Route(
        method="POST",
        path="/v1/admin/incidents/done",
        role=Role.operator,
        summary="Somebody looked at it",
        body=IncidentNamed,
        answers=IncidentNamed,
        handle=lambda call: close_incident(call.central, call.body, by=call.caller.keyid if call.caller else ""),
    ),
    Route(
        method="POST",
        path="/v1/hubs/claim",
        role=Role.newcomer,
        summary="Take a hub's place with the code for it, signed by the key that will be known",
        body=ClaimAsked,
        answers=Claimed,
        handle=lambda call: claim_place(call.central, call.body),
    ),
)
