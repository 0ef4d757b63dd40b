"""What a node is told about itself: one public TOML file, read once at start, every fault reported at once.

Secrets never stand in the file: keys are files of their own (mode 0600), the rest comes from the environment.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec


class HubSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a store's hub (`hub.toml`)."""

    store: str
    """Code of the store, as central knows it: `S001`."""
    node: str = "H1"
    """Name of this hub within its store."""
    central_url: str = "http://127.0.0.1:8700"
    """Central's configured name. It is what requests are signed for, whatever address is really connected to."""
    central_via: str = ""
    """Address really connected to, when a line switch or a proxy stands between; empty: `central_url` itself."""
    central_public_key: str
    """Central's public key, `ed25519:…`; without it a captive portal could speak as central."""
    host: str = "127.0.0.1"
    """Address the hub listens on. Anything but loopback needs `insecure_lan`."""
    port: int = 8710
    """Port the hub listens on."""
    public_url: str = ""
    """Name under which kiosks sign their requests to this hub; empty: `http://127.0.0.1:<port>`."""
    insecure_lan: bool = False
    """Allow plain HTTP beyond loopback. Only for a closed test bench: there is no TLS yet."""
    poll_wait_s: int = 20
    """How long central may hold a pull that has nothing to say, in seconds (1–25)."""
    heartbeat_s: float = 2.0
    """How often the hub asks central whether the line is up, in seconds."""
    push_batch: int = 2_000
    """Most facts in one push (1–2,000); how many it really carries is found out from how the line takes them."""
    outbox_quota_mb: Annotated[int, msgspec.Meta(ge=1)] = 512
    """How much the hub may owe central, in MiB. From 90 % on telemetry makes room, at 100 % it is refused; pickups and carts never are."""
    ballast_mb: Annotated[int, msgspec.Meta(ge=0)] = 16
    """Size of a file given up when the disk is full, so that what must not be lost is still written, in MiB; 0: none."""
    backup_dir: str = ""
    """Folder on a second disk for backups and the journal; it must be there. Empty: none, and a lost disk loses facts."""
    backup_every_h: Annotated[int, msgspec.Meta(ge=1, le=168)] = 24
    """Hours between two backups; the journal holds what comes after the last."""
    backup_keep: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 7
    """How many backups are kept."""
    journal_days: Annotated[int, msgspec.Meta(ge=30, le=3_650)] = 1_095
    """How long acts stay in the journal of acts, in days; only what central countersigned is ever dropped."""
    label_printer: Annotated[str, msgspec.Meta(pattern=r"\A(|tcp://[^/:\s]+:[0-9]{1,5}|/[^\s]+)\Z")] = ""
    """The printer that speaks ESC/POS: `tcp://10.0.0.9:9100` or the path of its port, `/dev/usb/lp0`; empty: only PDF labels."""
    label_roll_mm: Literal[58, 80] = 80
    """Width of that printer's paper, in millimetres."""
    label_qr: Literal["command", "raster"] = "command"
    """How that printer gets the QR code: by its own command, or as an image where it has none."""
    label_width_mm: Annotated[float, msgspec.Meta(ge=30, le=210)] = 62.0
    """Width of a PDF label, in millimetres."""
    label_height_mm: Annotated[float, msgspec.Meta(ge=25, le=297)] = 40.0
    """Height of a PDF label, in millimetres."""

    @property
    def signed_as(self) -> str:
        """The name kiosks use for this hub in what they sign."""
        return self.public_url or f"http://127.0.0.1:{self.port}"


class KioskSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a kiosk machine (`kiosk.toml`)."""

    store: str
    """Code of the store the kiosk stands in."""
    node: str = "K1"
    """Name of this kiosk within its store."""
    hub_url: str = "http://127.0.0.1:8710"
    """The hub's configured name; what requests are signed for."""
    hub_public_key: str
    """The hub's public key, `ed25519:…`."""
    central_public_key: str = ""
    """Central's public key, `ed25519:…`: by it the kiosk follows its hub to another machine. Empty: somebody has to come by."""
    host: str = "127.0.0.1"
    """Address the shopper's screen is served on: the kiosk's own browser, so loopback."""
    port: int = 8720
    """Port the shopper's screen is served on."""
    insecure_lan: bool = False
    """Allow plain HTTP beyond loopback. Only for a closed test bench."""
    diagonal_in: float = 27.0
    """Diagonal of the screen in inches; millimetres on the page follow from it."""
    width_px: int = 1080
    """Width of the screen in CSS pixels."""
    height_px: int = 1920
    """Height of the screen in CSS pixels."""
    locales: tuple[str, ...] = ("ko", "en")
    """Languages offered, the first is what the kiosk goes back to after each visit."""
    cart_idle_s: int = 60
    """Seconds without a touch before the cart asks whether the shopper is still there."""
    warning_s: int = 20
    """Seconds that question stays before everything is wiped."""


class SettingsFaults(Exception):
    """The file cannot be used; `faults` names every fault in it. The caller shows them and stops."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(f"{path}: " + "; ".join(faults))


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

S = TypeVar("S", bound=msgspec.Struct)


def load(kind: type[S], path: Path, **overrides: object) -> S:
    """Read `kind` from the TOML file at `path`; values in `overrides` that are not None win over the file.

    Raises SettingsFaults with every fault at once: unknown keys, missing ones, wrong types, a plain-HTTP address
    beyond loopback without `insecure_lan`.
    """
    given: dict[str, Any] = {}
    if path.exists():
        try:
            given = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsFaults(path, [f"not readable as TOML ({error})"]) from error
    given |= {name: value for name, value in overrides.items() if value is not None}
    faults = _faults(kind, given)
    if faults:
        raise SettingsFaults(path, faults)
    return msgspec.convert(given, kind)


def _faults(kind: type[msgspec.Struct], given: dict[str, Any]) -> list[str]:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    faults = [f"unknown key {name!r}" for name in given if name not in fields]
    for name, field in fields.items():
        if name not in given:
            if field.required:
                faults.append(f"{name} is missing")
            continue
        try:
            msgspec.convert(given[name], field.type)
        except msgspec.ValidationError as error:
            faults.append(f"{name}: {error}")
    host = given.get("host", "127.0.0.1")
    if host not in LOOPBACK and given.get("insecure_lan") is not True:
        faults.append(f"host {host!r} is beyond loopback; there is no TLS yet, so this needs --insecure-lan")
    return faults


def write(path: Path, settings: msgspec.Struct) -> None:
    """Write `settings` as TOML, only what differs from the defaults; used by the demo, the replay and `storefloor store`."""
    lines = []
    for field in msgspec.structs.fields(settings):
        value = getattr(settings, field.name)
        if field.required or value != field.default:
            lines.append(f"{field.name} = {msgspec.json.encode(value).decode()}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
