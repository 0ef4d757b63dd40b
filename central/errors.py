"""What can go wrong in central, as one small tree; each leaf says what its caller may do.

CentralError
├── KeyFileUnusable     a key file is damaged or readable by others: stop and call a person, nothing was changed
├── UnknownStore        a command names a store that central has never been told of: put the store first
├── UnknownRole         a command names a role nobody has: use one of those the message lists
├── BooksBusy           another process held the books longer than we wait: repeat with the same ids
└── BooksClosed         this process is ending: repeat with the same ids once it is back
"""


class CentralError(Exception):
    """Anything central raises on purpose."""


class KeyFileUnusable(CentralError):
    """A key file cannot be used; a person must look at it, because a new key would orphan everything the old one signed."""


class UnknownStore(CentralError):
    """The store named does not exist yet; put it, then repeat."""


class UnknownRole(CentralError):
    """The role named is none of ours; the message lists those there are."""


class BooksBusy(CentralError):
    """The database stayed locked by another process; repeat with the same ids."""


class BooksClosed(CentralError):
    """The process is ending; repeat with the same ids once it is back."""
