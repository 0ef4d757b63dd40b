"""The rooms and the one-way street between them, as data: docs/architecture.md draws it, test_architecture holds it."""

from dataclasses import dataclass

EVERYTHING = "*"


@dataclass(frozen=True, kw_only=True)
class Room:
    """A part of the product, and which other parts of ours it may import (its own modules always)."""

    name: str
    may_import: tuple[str, ...] = ()


# What every face shares, the stand-in phone too: the way to its words, whose page a press came from, the design files.
SCREENS = ("kiosk_ui", "kiosk_ui.design")

# The longest matching name decides, so that a small room may lie inside a larger one.
ROOMS = (
    Room(name="devices"),
    Room(name="sync"),
    Room(name="edge.domain"),
    Room(name="edge.passes", may_import=("edge.domain",)),
    Room(name="edge.settings", may_import=("edge.domain",)),
    Room(name="edge.store", may_import=("edge.domain", "sync")),
    Room(name="edge.gateway", may_import=("edge.domain", "sync")),
    Room(
        name="edge.tools",
        may_import=("edge.domain", "edge.passes", "edge.store", "edge.app", "edge.settings", "sync"),
    ),
    Room(name="edge.app", may_import=("edge.domain", "edge.passes", "edge.store", "edge.settings", "sync")),
    Room(name="edge.loops", may_import=("edge.app", "edge.gateway", "edge.settings", "sync")),
    Room(name="edge.api", may_import=("edge.app", "edge.domain", "edge.passes", "edge.settings", "sync")),
    Room(name="edge.wiring", may_import=(EVERYTHING,)),
    Room(name="edge.cli", may_import=(EVERYTHING,)),
    Room(name="edge"),
    Room(name="kiosk_ui", may_import=("edge.domain", "kiosk_ui.design")),
    Room(name="kiosk_ui.design"),
    Room(
        name="kiosk_ui.staff",
        may_import=("edge.app", "edge.domain", "edge.settings", *SCREENS, "devices.ports"),
    ),
    Room(
        name="kiosk_ui.ops",
        may_import=("edge.app", "edge.domain", "edge.settings", *SCREENS, "devices.ports"),
    ),
    Room(
        name="kiosk_ui.kiosk",
        may_import=(
            "edge.domain",
            "edge.gateway.hub",
            "edge.gateway.asked",
            "edge.settings",
            *SCREENS,
            "devices.ports",
        ),
    ),
    Room(
        name="kiosk_ui.signage",
        may_import=("edge.domain", "edge.gateway.hub", "edge.settings", *SCREENS, "devices.ports"),
    ),
    Room(name="central", may_import=("edge.domain", "edge.passes", "sync", *SCREENS)),
    Room(
        name="central.shopper_app",
        may_import=(
            "edge.domain",
            "edge.passes",
            "devices.qr",
            "sync.http_client",
            "sync.signing",
            *SCREENS,
        ),
    ),
)

# Libraries from outside, by the name they are imported under, and the modules that may know them.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "alembic": ("central.store",),
    "argon2": ("edge.passes",),
    "backports": ("sync.wire",),
    "bleak": ("devices.ble.radio",),
    "bluetooth_data_tools": ("devices.ble.formats",),
    "click": ("edge.tools", "edge.cli", "edge.wiring"),
    "compression": ("sync.wire",),  # Python 3.14's own name for what `backports` brings to older ones
    "cryptography": ("sync.node_key", "sync.signing", "edge.passes", "edge.store.sealed"),
    "dbus_fast": ("devices.ble.radio",),
    "evdev": ("devices.scanner_evdev",),
    "flask": ("sync.http_server", "edge.api", "kiosk_ui", "central", "edge.wiring"),
    "flask_babel": ("kiosk_ui", "central.shopper_app"),
    "gunicorn": ("edge.wiring", "edge.cli"),
    "jinja2": ("kiosk_ui", "central"),
    "markupsafe": ("kiosk_ui", "central"),
    "msgspec": (EVERYTHING,),
    "phonenumbers": ("edge.domain.identity",),
    "psycopg": ("central.store",),
    "pysqlite3": ("sync.db",),
    "qrcode": ("devices.qr",),
    "reportlab": ("devices.label",),
    "requests": ("sync.http_client", "edge.tools.asking"),
    "serial": ("devices.scanner_serial",),
    "sqlalchemy": ("central.store",),
    "sqlite3": ("sync.db",),
    "sqlite_utils": ("edge.store",),
    "structlog": (EVERYTHING,),
    "urllib3": ("sync.http_client",),
    "werkzeug": ("sync.http_server", "edge.api", "kiosk_ui", "central", "edge.wiring"),
}

# What only one room may do, by the name of the function it would import, and the modules that may import it.
SINGLE_HANDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("edge.passes", "write_pass"): ("central.app.issue_pass",),
    ("edge.domain.cart", "decide_change"): ("central.app.decide_wish",),
    ("edge.domain.cart", "decide_order"): ("central.app.decide_wish",),
}

# The driver's own name in the standard library: banned outside its module although it is no outside library.
RESTRICTED_STANDARD = {"sqlite3"}


def lies_in(module: str, room: str) -> bool:
    """Whether a module is that room or lies inside it."""
    return room in (EVERYTHING, module) or module.startswith(room + ".")


def room_of(module: str) -> Room:
    """Return the smallest room a module lies in."""
    return max((room for room in ROOMS if lies_in(module, room.name)), key=lambda room: len(room.name))
