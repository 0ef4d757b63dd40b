"""Draws the shop floor as one line: shelves by their aisle numbers, where you stand, the pickup desk and the way between."""

import msgspec

LEFT, RIGHT = 130, 820  # the shelves and the ways beside them lie between these, in units of the drawing
HERE_X, HERE_Y = 404, 486
DESK_X, LAST_X = 852, 890
WAY_END_Y = 440
BACK_Y, FRONT_Y = 56, 400
TURN = 16  # radius of a corner
UNKNOWN_AISLES = 6
MOST_NUMBERED = 12
"""More aisles than this and their numbers would run into each other; the drawing then shows shelves without numbers."""


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One shelf of the drawing; `stop` when the way leads past it."""

    x: int
    width: int
    middle: int
    label: str
    stop: bool


class FloorPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing of 984 × 560 units: shelves, the way as an SVG path, and the dots on it."""

    shelves: tuple[Shelf, ...]
    way: str
    dots: tuple[tuple[int, int], ...]


def draw_plan(aisles: tuple[int, ...], stops: tuple[int, ...] = ()) -> FloorPlan:
    """The floor with these aisles and the way past `stops` to the desk; without stops the straight way to the desk.

    Aisles that nobody told are drawn as shelves without numbers.
    """
    numbered = 0 < len(aisles) <= MOST_NUMBERED
    aisles = aisles or tuple(range(1, UNKNOWN_AISLES + 1))
    count = len(aisles)
    pitch = (RIGHT - LEFT) / count
    width = round(min(64, pitch * 0.52))
    shelves = tuple(
        Shelf(
            x=round(LEFT + pitch * place + (pitch - width) / 2),
            width=width,
            middle=round(LEFT + pitch * (place + 0.5)),
            label=str(number) if numbered else "",
            stop=number in stops,
        )
        for place, number in enumerate(aisles)
    )
    walked = [round(LEFT + pitch * (place + 1)) for place, number in enumerate(aisles) if number in stops]
    if not walked:
        return FloorPlan(shelves=shelves, way=_straight(), dots=())
    heights = (200, 270)
    dots = tuple((x, heights[place % 2]) for place, x in enumerate(walked))
    return FloorPlan(shelves=shelves, way=_winding(walked), dots=dots)


def _straight() -> str:
    return _rounded([(HERE_X, HERE_Y), (HERE_X, FRONT_Y - 20), (DESK_X, FRONT_Y - 20), (DESK_X, WAY_END_Y)])


def _winding(walked: list[int]) -> str:
    """From here up past the first stop, along the back, down past the next, and so on; then to the desk."""
    points = [(HERE_X, HERE_Y), (walked[0], HERE_Y)]
    upward = True
    for place, x in enumerate(walked):
        edge = BACK_Y if upward else FRONT_Y
        onward = walked[place + 1] if place + 1 < len(walked) else (LAST_X if upward else DESK_X)
        points += [(x, edge), (onward, edge)]
        upward = not upward
    points.append((points[-1][0], WAY_END_Y))
    return _rounded(points)


def _rounded(points: list[tuple[int, int]]) -> str:
    """The path through the points with round corners, smaller where two corners lie close together."""
    path = "M{} {}".format(*points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = _towards(corner, before), _towards(corner, after)
        path += " L{} {} Q{} {} {} {}".format(*into, *corner, *out)
    return path + " L{} {}".format(*points[-1])


def _towards(corner: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The point on the way from the corner to the other where the round part begins."""
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    reach = min(TURN, length // 2)
    step = [(goal > start) - (goal < start) for start, goal in zip(corner, other, strict=True)]
    return corner[0] + step[0] * reach, corner[1] + step[1] * reach
