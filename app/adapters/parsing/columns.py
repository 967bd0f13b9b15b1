"""Columns of running text on a page: where the gutter is, and in which order what stands beside it is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

STEPS = 240
"""How finely a page's width is looked at for a gutter."""
NARROWEST = 0.008
"""The least width of a gutter, as a share of the text's width."""
MIDDLE = (0.15, 0.85)
CROSSING = 0.4
"""At most this share of the lines may cross a gutter: titles, and what stands above the columns."""
FEWEST = 5
"""Columns have at least as many lines each."""
FILLED, LEAST_ROOM = 0.72, 0.2
"""Running text fills its column in most lines, which the cells of a table do not; and a column has some width."""
LONGEST_CELL = 14
"""Cells of tables are often no longer than this; a Chinese character counts 2, a letter 1."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text on a page; `top` and `bottom` grow downwards. units: a Chinese character counts 2."""

    left: float
    right: float
    top: float
    bottom: float
    units: int

    @property
    def middle(self) -> float:
        """Halfway down."""
        return (self.top + self.bottom) / 2


def units_of(text: str) -> int:
    """The width of a text in letters."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def reading_order(pieces: Sequence[Piece]) -> list[list[int]] | None:
    """The numbers of the pieces in the order they are read: stretch by stretch, each of one column or across all.

    None when the page has one column.
    """
    order = list(_ordered(pieces, range(len(pieces))))
    return order if len(order) > 1 else None


def _ordered(pieces: Sequence[Piece], numbers: Sequence[int]) -> Iterator[list[int]]:
    gutter = _gutter([pieces[number] for number in numbers])
    if gutter is None:
        yield list(numbers)
        return
    across = sorted((n for n in numbers if _crosses(pieces[n], gutter)), key=lambda n: pieces[n].middle)
    sides = [n for n in numbers if not _crosses(pieces[n], gutter)]
    for below in (*across, None):
        end = float("inf") if below is None else pieces[below].middle
        band = [n for n in sides if pieces[n].middle < end]
        sides = [n for n in sides if pieces[n].middle >= end]
        left = [n for n in band if pieces[n].right <= gutter]
        yield from _ordered(pieces, left) if left else ()
        right = [n for n in band if pieces[n].right > gutter]
        yield from _ordered(pieces, right) if right else ()
        if below is not None:
            yield [below]


def _crosses(piece: Piece, gutter: float) -> bool:
    return piece.left < gutter < piece.right


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The middle of the gutter between two columns of running text; of several the one crossed least, then widest."""
    if len(pieces) < 2 * FEWEST:
        return None
    first, last = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    width = last - first
    if width <= 0:
        return None
    crossed = [0] * (STEPS + 1)
    for piece in pieces:
        for step in range(int((piece.left - first) / width * STEPS), int((piece.right - first) / width * STEPS) + 1):
            crossed[min(step, STEPS)] += 1
    found = []
    for start, end in _valleys(crossed, CROSSING * len(pieces)):
        gutter = first + width * (start + end) / 2 / STEPS
        if end - start >= max(1, NARROWEST * STEPS) and _parts_text(pieces, gutter, width):
            found.append((max(crossed[start:end]), start - end, gutter))
    return min(found)[2] if found else None


def _valleys(crossed: Sequence[int], most: float) -> Iterator[tuple[int, int]]:
    """Stretches in the middle of the page that no more lines cross than around any one place in them."""
    begin, end = (int(share * STEPS) for share in MIDDLE)
    step = begin
    while step < end:
        start = step
        while step < end and crossed[step] == crossed[start]:
            step += 1
        before, after = crossed[start - 1], crossed[min(step, STEPS)]
        if crossed[start] <= most and crossed[start] < before and crossed[start] < after:
            yield start, step


def _parts_text(pieces: Sequence[Piece], gutter: float, width: float) -> bool:
    """Whether running text stands on both sides, beside each other."""
    left = [piece for piece in pieces if piece.right <= gutter]
    right = [piece for piece in pieces if piece.left >= gutter]
    if not _is_column(left, width) or not _is_column(right, width):
        return False
    top = max(min(piece.top for piece in side) for side in (left, right))
    bottom = min(max(piece.bottom for piece in side) for side in (left, right))
    lower = min(max(p.bottom for p in side) - min(p.top for p in side) for side in (left, right))
    return bottom - top >= 0.5 * lower


def _is_column(side: Sequence[Piece], width: float) -> bool:
    if len(side) < FEWEST:
        return False
    widths = [piece.right - piece.left for piece in side]
    room = max(widths)
    filled = median(widths) / room if room > 0 else 0.0
    long = median(piece.units for piece in side) > LONGEST_CELL
    return room >= LEAST_ROOM * width and filled >= FILLED and long
