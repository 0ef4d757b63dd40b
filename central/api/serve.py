"""Turns the table of routes into views: checks roles and types, calls the use case, writes the answer or the problem."""

import re
from collections.abc import Callable
from typing import get_origin, get_type_hints

import msgspec
from flask import Blueprint, Response, request

from central.api.problems import malformed, no_token, refused
from central.api.routes import Call, Role, Route
from central.app.central import Central
from central.app.find_order import ByToken
from central.app.hold_place import PlaceKeeper
from central.app.reasons import CentralReason
from central.app.replace_hub import ClaimAsked, is_awaited
from edge.domain.errors import Refusal
from sync import wire
from sync.http_server import Authenticator, Who, superseded
from sync.http_server.auth import caller, content
from sync.signing import KnownKey, SignatureRefusal, parse_public

_BEARER = re.compile(r"Bearer ([0-9a-f]{64})")
_ENCODER = msgspec.json.Encoder()

_UNKNOWN = frozenset({Role.anyone, Role.guest, Role.newcomer})
"""Roles of callers whose key central does not hold."""

View = Callable[..., Response]


def blueprint(name: str, routes: tuple[Route, ...], central: Central, auth: Authenticator) -> Blueprint:
    """One blueprint per noun with a view for every route."""
    views = Blueprint(name, __name__)
    for route in routes:
        view = _view(route, central, auth)
        if route.role not in _UNKNOWN:
            view = auth.require(route.role.value)(view)
        views.add_url_rule(route.path, f"{route.method} {route.path}".replace(".", "_"), view, methods=[route.method])
    return views


def _view(route: Route, central: Central, auth: Authenticator) -> View:
    place_of = PlaceKeeper(central)
    decode = msgspec.json.Decoder(route.body).decode if route.body is not None else None

    def view(**path: str) -> Response:
        token = _token() if route.role is Role.guest else None
        if route.role is Role.guest and token is None:
            return no_token()
        try:
            body = decode(content(request)) if decode is not None else None
            query = _query(route.query) if route.query is not None else None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return malformed(str(error))
        if isinstance(body, ClaimAsked) and (no := _newcomer_refused(central, auth, body)) is not None:
            return no
        who = None if route.role in _UNKNOWN else caller()
        if who is not None and route.owning:
            said = wire.convert(request.args, Who)
            if (put_aside := place_of(who, said.term, said.epoch)) is not None:
                return superseded(put_aside)
        answer = route.handle(Call(central=central, path=path, query=query, body=body, caller=who, token=token))
        return refused(answer) if isinstance(answer, Refusal) else _json(answer)

    return view


def _newcomer_refused(central: Central, auth: Authenticator, asked: ClaimAsked) -> Response | None:
    """None for a machine that holds the key it names. Where no place waits nobody's signature is looked at or remembered."""
    if not is_awaited(central, asked):
        return refused(Refusal(CentralReason.no_such_claim))
    try:
        key = KnownKey(public=parse_public(asked.public_key), role=Role.newcomer, store=asked.store, node=asked.node)
    except ValueError as error:
        return malformed(str(error))
    found = auth.identify(request, keys=lambda _keyid: key)
    return auth.refuse(found) if isinstance(found, SignatureRefusal) else None


def _token() -> ByToken | None:
    found = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    return ByToken(found[1]) if found else None


def _query(kind: type[msgspec.Struct]) -> msgspec.Struct:
    """The query by type: repeated names make a list, numbers are read from their text, unknown names are let be."""
    hints = get_type_hints(kind)
    given = {
        name: request.args.getlist(name) if get_origin(hints[name]) is list else request.args[name]
        for name in hints
        if name in request.args
    }
    return msgspec.convert(given, kind, strict=False)


def _json(answer: object) -> Response:
    return Response(
        _ENCODER.encode(answer), 200, content_type="application/json", headers={"Cache-Control": "no-store"}
    )
