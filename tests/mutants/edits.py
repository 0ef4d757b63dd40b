"""The list of known-bad edits. Adding one: break a promise in the smallest way, name the test that must notice."""

from tests.mutants.edit import Edit
from tests.mutants.edits_ask import ASK
from tests.mutants.edits_central import CENTRAL
from tests.mutants.edits_counter import COUNTER
from tests.mutants.edits_faults import FAULTS
from tests.mutants.edits_feeds import FEEDS
from tests.mutants.edits_hub import HUB
from tests.mutants.edits_hubs import HUBS
from tests.mutants.edits_outbox import OUTBOX
from tests.mutants.edits_passes import PASSES
from tests.mutants.edits_promise import PROMISE
from tests.mutants.edits_replay import REPLAY
from tests.mutants.edits_restore import RESTORE
from tests.mutants.edits_rules import RULES
from tests.mutants.edits_shelf import SHELF
from tests.mutants.edits_sim import SIM
from tests.mutants.edits_sync import SYNC

EDITS: tuple[Edit, ...] = (
    *SYNC,
    *RULES,
    *HUB,
    *HUBS,
    *CENTRAL,
    *REPLAY,
    *OUTBOX,
    *FEEDS,
    *FAULTS,
    *RESTORE,
    *SIM,
    *PASSES,
    *PROMISE,
    *ASK,
    *SHELF,
    *COUNTER,
)
