"""Chooses the ground a product's drawn mark stands on, so that a list of bottles is not all of one colour."""

_TINTS = {
    "stick": "sun",
    "compact": "sun",
    "towel": "home",
    "diffuser": "home",
    "cup": "home",
    "candle": "home",
    "bag": "home",
    "comb": "hair",
}


def tint(mark: str) -> str:
    """The name of the tile's tint (`tile-<name>` in components.css); "" for the ground most marks stand on."""
    return _TINTS.get(mark, "")
