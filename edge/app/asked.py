"""The types of what people and machines may ask, with their limits: whatever does not fit is refused before it is read."""

from typing import Annotated

from msgspec import Meta

EventId = Annotated[str, Meta(pattern=r"\A[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")]
"""A UUIDv7 in lower case, minted for this very press."""
OrderId = Annotated[str, Meta(max_length=13)]
"""An order's id, or empty where the address names it."""
Gtin = Annotated[str, Meta(pattern=r"\A[0-9]{14}\Z")]
"""Fourteen digits, as `gtin14` gives them."""
Qty = Annotated[int, Meta(ge=1, le=1_000_000)]
"""Units; a million is above any line ever ordered in a shop."""
Target = Annotated[int, Meta(ge=0, le=1_000_000)]
"""A quantity wished for; 0 removes the line."""
Place = Annotated[int, Meta(ge=0, le=1_000_000)]
"""A line's place in its order."""
Minor = Annotated[int, Meta(ge=-1_000_000_000_000, le=1_000_000_000_000)]
"""Minor units; a trillion either way still adds up far below 64 bits."""
Price = Annotated[int, Meta(ge=0, le=1_000_000_000_000)]
"""Minor units of a price."""
Version = Annotated[int, Meta(ge=0, le=1 << 53)]
"""A version of a line or a cart."""
Scan = Annotated[str, Meta(max_length=20_000)]
"""What a scanner gave. Longer than any code, so that a stuck key gets a clear answer and not a type error."""
Name = Annotated[str, Meta(min_length=1, max_length=64)]
"""A short name of something of ours."""
Shelf = Annotated[str, Meta(max_length=24, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
"""A shelf or locker code as staff write it."""
Digits = Annotated[str, Meta(pattern=r"\A[0-9]{4}\Z")]
"""The last four digits of a phone number."""
