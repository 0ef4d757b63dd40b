"""For what is scanned and typed: the pass P1, the proof U1, the label PK1, and staff PINs, written and read alike.

Everything here is verified without asking anybody; what a verified pass may open is the rule book's question.
"""

from edge.passes.code import Read, as_scanned
from edge.passes.label import read_label, write_label
from edge.passes.pickup_pass import PassReason, PassRefusal, read_pass, write_pass
from edge.passes.pin import hash_pin, is_pin, pin_fits
from edge.passes.proof import ProofReason, U1Claim, read_u1_claim, step_of, verify_u1, write_u1
from edge.passes.typed import read_typed, typed_check, typed_code

__all__ = [
    "PassReason",
    "PassRefusal",
    "ProofReason",
    "Read",
    "U1Claim",
    "as_scanned",
    "hash_pin",
    "is_pin",
    "pin_fits",
    "read_label",
    "read_pass",
    "read_typed",
    "read_u1_claim",
    "step_of",
    "typed_check",
    "typed_code",
    "verify_u1",
    "write_label",
    "write_pass",
    "write_u1",
]
