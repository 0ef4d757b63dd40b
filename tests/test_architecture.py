"""Hold the one-way street: which room knows which, which module knows which library, and that importing does nothing."""

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.house.rooms import EVERYTHING, LIBRARIES, RESTRICTED_STANDARD, ROOMS, SINGLE_HANDS, lies_in, room_of
from tests.house.tree import PACKAGES, Module, product

WORKSHOP = ("tests", "scripts", "benchmarks")


def imported(module: Module) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything a module imports; a name taken from a package counts as that package's member."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def may_know(importer: str, name: str) -> bool:
    """Whether a module's room may import this module of ours."""
    room = room_of(importer)
    return room_of(name) == room or any(allows(entry, name) for entry in room.may_import)


def allows(entry: str, name: str) -> bool:
    """Whether an entry of a room's list covers a name; the shared part of a room does not open the rooms inside it."""
    return lies_in(name, entry) and (entry == EVERYTHING or room_of(name).name in {entry, room_of(entry).name})


def test_every_room_imports_only_what_lies_below_it() -> None:
    wrong = [
        f"{module.shown}:{line} imports {name}, which {room_of(module.name).name} may not know"
        for module in product()
        for line, name in imported(module)
        if name.split(".")[0] in PACKAGES and not may_know(module.name, name)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_outside_library_stays_in_its_named_module() -> None:
    wrong = []
    for module in product():
        for line, name in imported(module):
            library = name.split(".")[0]
            if library in PACKAGES or (library in sys.stdlib_module_names and library not in RESTRICTED_STANDARD):
                continue
            if not any(lies_in(module.name, place) for place in LIBRARIES.get(library, ())):
                wrong.append(f"{module.shown}:{line} imports {library}")
    assert not wrong, "\n".join(wrong)


def test_the_vocabulary_logs_nothing_and_opens_nothing() -> None:
    forbidden = {"structlog", "logging", "socket", "os", "pathlib", "subprocess", "threading", "urllib", "http"}
    wrong = [
        f"{module.shown}:{line} imports {name}"
        for module in product()
        for line, name in imported(module)
        if lies_in(module.name, "edge.domain") and name.split(".")[0] in forbidden
    ]
    assert not wrong, "\n".join(wrong)


def test_what_only_one_module_may_do_is_done_there_alone() -> None:
    wrong = []
    for module in product():
        for line, name in imported(module):
            home, _, member = name.rpartition(".")
            hands = SINGLE_HANDS.get((home, member))
            if hands is not None and not any(lies_in(module.name, hand) for hand in (*hands, home)):
                wrong.append(f"{module.shown}:{line} imports {name}; only {', '.join(hands)} may")
    assert not wrong, "\n".join(wrong)


def test_the_product_never_imports_the_workshop() -> None:
    wrong = [
        f"{module.shown}:{line}"
        for module in product()
        for line, name in imported(module)
        if name.split(".")[0] in WORKSHOP
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_happens_at_import() -> None:
    wrong = [
        f"{module.shown}:{statement.lineno} calls something when it is imported"
        for module in product()
        for statement in module.tree.body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_environment_is_read_by_settings_wiring_and_the_command_line_alone() -> None:
    may = ("edge.settings", "edge.wiring", "edge.cli", "edge.tools", "central.settings")
    wrong = [
        f"{module.shown}:{node.lineno} reads the environment"
        for module in product()
        if not any(lies_in(module.name, place) for place in may)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and ast.unparse(node.value) == "os"
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("importer", "name", "fine"),
    [
        ("sync.push", "sync.outbox.append", True),
        ("sync.push", "edge.domain.facts", False),
        ("edge.domain.cart", "edge.app.hub", False),
        ("edge.app.hand_over", "edge.store.pickups", True),
        ("edge.app.hand_over", "edge.gateway.hub", False),
        ("kiosk_ui.kiosk.views", "edge.gateway.hub.HubClient", True),
        ("kiosk_ui.kiosk.views", "edge.app.hub", False),
        ("kiosk_ui.kiosk.views", "kiosk_ui.staff.views", False),
        ("kiosk_ui.kiosk.views", "kiosk_ui.design.blueprint", True),
        ("kiosk_ui.staff.views", "devices.ports.QrImage", True),
        ("kiosk_ui.staff.views", "devices.qr.SvgQr", False),
        ("central.shopper_app.views", "central.app.ingest", False),
        ("central.shopper_app.views", "devices.qr.SvgQr", True),
        ("central.api.feeds", "kiosk_ui.design.blueprint", True),
        ("central.api.feeds", "kiosk_ui.staff.views", False),
        ("edge.wiring.hub", "kiosk_ui.staff.views", True),
    ],
)
def test_the_street_itself_says_yes_and_no_where_it_should(importer: str, name: str, fine: bool) -> None:
    assert may_know(importer, name) is fine


def test_every_module_of_the_product_has_a_room() -> None:
    assert {room_of(module.name).name for module in product()} <= {room.name for room in ROOMS}
    assert len({room.name for room in ROOMS}) == len(ROOMS)
