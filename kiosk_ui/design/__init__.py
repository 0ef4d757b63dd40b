"""One visual language for every face: serves the design files and gives templates the words to use them.

Register `blueprint()` on any Flask application; templates then have

- `asset_url("face-kiosk.css")`  the address of a design file, good to be cached for ever;
- `device_css_url("kiosk", 27, 1080, 1920)`  the small stylesheet that states this glass's millimetre; load it after the face;
- `icon("bell-ring")`, `icon("check", "mark-ok")`  a decorative icon (hidden from assistive technology: a word stands beside it);
- `mark("tube")`  the drawn category mark of a product without a picture, the plain box for a mark that we do not know;
- `tint("towel")`  the name of the ground it stands on, as in `tile-home`.

Pages state `<html data-device="kiosk" data-theme="light|contrast" data-text="100|200" data-easy="on|off">`; nothing inline.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from markupsafe import Markup

from kiosk_ui.design.assets import Bundle, UnknownAsset, load_bundle
from kiosk_ui.design.device import BadScreen, DeviceKind, Screen, device_style
from kiosk_ui.design.tints import tint

__all__ = [
    "BadScreen",
    "DeviceKind",
    "Screen",
    "UnknownAsset",
    "asset_url",
    "blueprint",
    "device_css_url",
    "device_style",
    "icon",
    "mark",
    "tint",
]

_EXTENSION = "storefloor_design"
_FOREVER = "public, max-age=31536000, immutable"
_NOT_FOREVER = "no-cache"

# Strict for the files themselves too: a sprite opened by hand runs nothing and loads nothing.
_FILE_POLICY = "default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def asset_url(name: str) -> str:
    """The address of a design file, e.g. `tokens.css`, `face-staff.css`, `live.mjs`. Raises UnknownAsset."""
    bundle = _bundle()
    bundle.require_asset(name)
    return url_for("design.pinned_file", digest=bundle.digest, name=name)


def device_css_url(kind: str, diagonal_in: float, width_px: int, height_px: int) -> str:
    """The address of the stylesheet for one screen. Raises BadScreen (also for an unknown kind)."""
    if kind not in tuple(DeviceKind):
        raise BadScreen(f"kind is {kind!r}, expected one of {', '.join(DeviceKind)}")
    screen = Screen(kind=DeviceKind(kind), diagonal_in=float(diagonal_in), width_px=width_px, height_px=height_px)
    return url_for(
        "design.device_css",
        digest=_bundle().digest,
        kind=screen.kind,
        diagonal=f"{screen.diagonal_in:g}",
        w=screen.width_px,
        h=screen.height_px,
    )


def icon(name: str, css_class: str = "") -> Markup:
    """One decorative icon of the sprite, sized by the text beside it. Raises UnknownAsset."""
    classes = f"i {css_class}".strip()
    return _use(f"i-{name}", classes)


def mark(name: str) -> Markup:
    """The drawn mark of a product category; catalogues are other people's, so an unknown mark is the plain box."""
    symbol = f"m-{name}"
    return _use(symbol if symbol in _bundle().symbols else "m-generic", "")


def blueprint() -> Blueprint:
    """The design files below /design, plus the template words of this module for the whole application."""
    bundle = load_bundle()
    design = Blueprint("design", __name__, url_prefix="/design", template_folder="templates")

    @design.record_once
    def _install(state: BlueprintSetupState) -> None:
        state.app.extensions[_EXTENSION] = bundle
        state.app.jinja_env.globals.update(
            asset_url=asset_url, device_css_url=device_css_url, icon=icon, mark=mark, tint=tint
        )

    design.add_url_rule("/<path:name>", view_func=_file, endpoint="file")
    design.add_url_rule("/v-<digest>/<path:name>", view_func=_file, endpoint="pinned_file")
    design.add_url_rule("/device.css", view_func=_device_css, endpoint="plain_device_css")
    design.add_url_rule("/v-<digest>/device.css", view_func=_device_css, endpoint="device_css")
    design.add_url_rule("/styleguide", view_func=_styleguide, endpoint="styleguide")
    return design


def _bundle() -> Bundle:
    bundle = current_app.extensions[_EXTENSION]
    assert isinstance(bundle, Bundle)
    return bundle


def _use(symbol: str, classes: str) -> Markup:
    _bundle().require_symbol(symbol)
    address = f"{asset_url('icons.svg')}#{symbol}"
    if not classes:
        return Markup('<svg aria-hidden="true"><use href="{}"/></svg>').format(address)
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>').format(classes, address)


def _file(name: str, digest: str = "") -> Response:
    asset = _bundle().assets.get(name)
    if asset is None:
        abort(404)
    return _reply(asset.body, asset.media_type, digest)


def _device_css(digest: str = "") -> Response:
    try:
        screen = Screen(
            kind=DeviceKind(request.args.get("kind", "kiosk")),
            diagonal_in=float(request.args["diagonal"]),
            width_px=int(request.args["w"]),
            height_px=int(request.args["h"]),
        )
    except (KeyError, ValueError):
        abort(400)
    return _reply(device_style(screen).encode(), "text/css; charset=utf-8", digest)


def _reply(body: bytes, media_type: str, digest: str) -> Response:
    """A page of an older build that asks for its own hash still gets a file, but nobody may keep it under that name."""
    current = _bundle().digest
    reply = Response(body, content_type=media_type)
    reply.headers["Cache-Control"] = _FOREVER if digest == current else _NOT_FOREVER
    reply.headers["X-Content-Type-Options"] = "nosniff"
    reply.headers["Content-Security-Policy"] = _FILE_POLICY
    reply.set_etag(current)
    reply.make_conditional(request)
    return reply


def _styleguide() -> Response:
    """Every component in every state, for the eye and for the accessibility check."""
    theme = "contrast" if request.args.get("theme") == "contrast" else "light"
    reply = Response(render_template("design/styleguide.html", theme=theme), content_type="text/html; charset=utf-8")
    reply.headers["Content-Security-Policy"] = _PAGE_POLICY
    reply.headers["Cache-Control"] = _NOT_FOREVER
    return reply
