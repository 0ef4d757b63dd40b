"""For saying no: the typed refusal that is an answer, and the small tree of what is wrong with a value.

DomainError            a ValueError: the value cannot mean anything here; tell whoever typed or sent it
├── BadId              not one of our ids
├── BadMoney           not an amount this currency can hold
├── BadGtin            not a GTIN or GLN (length, digits, check digit)
├── BadIdentity        not a phone number, e-mail address, loyalty number or app key
├── BadHours           an opening-hours table that contradicts itself
├── BadFact            bytes that are no fact of the kind they claim to be; park them, go on with the next
└── ImpossibleFact     a fact folded into an order it does not belong to: a fault of the caller
"""

import msgspec


class Refusal(msgspec.Struct, frozen=True):
    """An expected no, with what was found that led to it.

    `reason` is the value of one of the rooms' StrEnums and never changes once published; screens translate it.
    `found` holds what a person needs to understand it: ids, counts, milliseconds.
    """

    reason: str
    found: dict[str, str | int] = msgspec.field(default_factory=dict)


class DomainError(ValueError):
    """A value that cannot mean anything here."""


class BadId(DomainError):
    """Not one of our ids."""


class BadMoney(DomainError):
    """Not an amount this currency can hold."""


class BadGtin(DomainError):
    """Not a GTIN or GLN: wrong length, something else than digits, or a wrong check digit."""


class BadIdentity(DomainError):
    """Not a phone number, e-mail address, loyalty number or app key."""


class BadHours(DomainError):
    """An opening-hours table that contradicts itself or names an unknown time zone."""


class BadFact(DomainError):
    """Bytes that are no fact of the kind they claim to be."""


class ImpossibleFact(DomainError):
    """A fact folded into an order it does not belong to."""
