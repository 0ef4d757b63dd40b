"""Serves a face's own stylesheets and modules from memory: small, checked by ETag, modules without their explanations."""

import hashlib
from pathlib import Path

import msgspec
from flask import Blueprint, Response, abort, request

from kiosk_ui.design.assets import MEDIA_TYPES, lean_module


class OwnFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file as it goes out."""

    body: bytes
    media_type: str
    etag: str


def serve_own_files(pages: Blueprint, folder: Path) -> None:
    """Every file of `folder` at `<blueprint>/static/<name>`, endpoint `static`; read once, so a page is of one build."""
    files = {path.name: _read(path) for path in sorted(folder.iterdir()) if path.suffix in MEDIA_TYPES}

    def static(filename: str) -> Response:
        own = files.get(filename)
        if own is None:
            abort(404)
        reply = Response(own.body, content_type=own.media_type)
        reply.headers["Cache-Control"] = "no-cache"
        reply.set_etag(own.etag)
        reply.make_conditional(request)
        return reply

    pages.add_url_rule("/static/<filename>", view_func=static, endpoint="static")


def _read(path: Path) -> OwnFile:
    source = path.read_bytes()
    body = lean_module(source) if path.suffix == ".mjs" else source
    return OwnFile(body=body, media_type=MEDIA_TYPES[path.suffix], etag=hashlib.sha256(body).hexdigest()[:16])
