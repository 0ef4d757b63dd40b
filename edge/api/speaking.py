"""Lets a view ask and answer in types: the body is read as the type it names, what it returns is written out, both are described."""

from collections.abc import Callable
from functools import wraps
from types import NoneType, UnionType
from typing import Any, ParamSpec, Union, get_args, get_origin, get_type_hints

import msgspec
from flask import Response

from edge.api.asking import asked as read_asked
from edge.api.problems import answer
from edge.domain.errors import Refusal

P = ParamSpec("P")
BODY = "asked"
"""The parameter of a view that is the body."""

NOT_BODIES = (Refusal, Response, NoneType)


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What one view takes and gives. `body` None: it takes none; `answers` None: it gives none."""

    summary: str
    status: int
    media: str
    body: Any
    answers: Any
    doors: tuple[str, ...] | None


def speaks(
    summary: str,
    *,
    status: int = 200,
    media: str = "application/json",
    answers: Any = None,
    doors: tuple[str, ...] | None = None,
) -> Callable[[Callable[P, Any]], Callable[..., Response]]:
    """A view described by its own annotations: `asked` is the body, the result (but for a Refusal) the answer.

    Parts of the address that the body has fields for are put into it, the others are the view's own parameters. A view
    that gives nothing answers 204. `answers` and `media` are for a view that writes its Response itself; `doors` for one
    that is not guarded like its neighbours.
    """

    def decorate(view: Callable[P, Any]) -> Callable[..., Response]:
        hints = get_type_hints(view)
        body, given = hints.get(BODY), answers or _answers(hints["return"])
        fields = {field.name for field in msgspec.structs.fields(body)} if body is not None else set[str]()

        @wraps(view)
        def spoken(**address: Any) -> Response:
            if body is not None:
                named = {name: address.pop(name) for name in fields & address.keys()}
                address[BODY] = read_asked(body, **named)
            result = view(**address)  # type: ignore[call-arg]  # the address has the parts the rule names
            if isinstance(result, Response):
                return result
            return Response(status=204) if result is None else answer(result, status)

        said = Spoken(
            summary=summary,
            status=status if given is not None else 204,
            media=media,
            body=body,
            answers=given,
            doors=doors,
        )
        spoken.__spoken__ = said  # type: ignore[attr-defined]  # read by openapi through the view functions
        return spoken

    return decorate


def _answers(returned: Any) -> Any:
    kinds = get_args(returned) if get_origin(returned) in (Union, UnionType) else (returned,)
    return next((kind for kind in kinds if kind not in NOT_BODIES), None)
