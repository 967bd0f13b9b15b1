"""Where text stands on a page, as fractions of the page from its top left corner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""
MOST_BOXES = 40
LINE_GAP = 1.0
"""Lines further apart than this many times their height are not one box."""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of text, or one row of a table, on its page."""

    page: int
    rect: Rect


def union(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle around all of them; there must be one."""
    lefts, tops, rights, bottoms = zip(*rects, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def merged(places: Sequence[Place]) -> tuple[Place, ...]:
    """Lines that follow each other become one box; too many boxes become one for each page."""
    boxes: list[Place] = []
    height = 0.0
    for place in places:
        line = place.rect[3] - place.rect[1]
        if boxes and boxes[-1].page == place.page and _adjoin(boxes[-1].rect, place.rect, max(height, line)):
            boxes[-1] = Place(place.page, union((boxes[-1].rect, place.rect)))
        else:
            boxes.append(place)
        height = line
    if len(boxes) > MOST_BOXES:
        pages = dict.fromkeys(box.page for box in boxes)
        boxes = [Place(page, union(box.rect for box in boxes if box.page == page)) for page in pages]
    return tuple(boxes)


def _adjoin(above: Rect, below: Rect, height: float) -> bool:
    apart = max(below[1] - above[3], above[1] - below[3])
    shared = min(above[2], below[2]) - max(above[0], below[0])
    narrower = min(above[2] - above[0], below[2] - below[0])
    return apart <= LINE_GAP * height and shared >= 0.5 * narrower
