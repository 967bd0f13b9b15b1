"""What was read off pictures, page by page, and how it becomes lines of text like any others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, Literal

from app.adapters.parsing.columns import Piece, reading_order, units_of
from app.adapters.parsing.pdf_lines import CELL_GAP, Cell, Line
from app.adapters.parsing.places import Rect

BODY_SIZE, LINE_HEIGHT = 10.0, 13.0
"""The lines of a scan are scaled to this type size, in points, with boxes this high."""
HEADING_RATIO = 1.4
LOW_CONFIDENCE = 0.85
"""A page whose letters are less certain than this should be looked at by a person."""


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One line read off a picture. `score`: how sure it is, 0 to 1; `rect`: fractions of the upright picture."""

    text: str
    score: float
    rect: Rect


@dataclass(frozen=True, slots=True)
class Scan:
    """One picture as it was read. `ratio`: width by height once upright; `turned`: by a quarter to the right."""

    lines: tuple[ScanLine, ...]
    ratio: float
    turned: bool = False

    @property
    def confidence(self) -> float:
        """How sure its letters are, on average."""
        letters = sum(len(line.text) for line in self.lines)
        return sum(line.score * len(line.text) for line in self.lines) / letters if letters else 1.0

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Scan":
        """From what the child that read it wrote."""
        lines = tuple(ScanLine(text, score, tuple(rect)) for text, score, *rect in told["lines"])
        return cls(lines, told["ratio"], told["turned"])


@dataclass(slots=True)
class Scans:
    """The pictures of one document by number: those read so far, and, once it was gone through, those still wanted.

    A page of a PDF has its page's number, an image's frame its own, a picture in a text its place in their order.
    """

    mode: Literal["auto", "on", "off"] = "off"
    found: dict[int, Scan] = field(default_factory=dict)
    wanted: list[int] = field(default_factory=list)
    used: list[int] = field(default_factory=list)

    def look(self, number: int) -> Scan | None:
        """What a picture says, if it was read; notes that it is wanted if not."""
        if number in self.found:
            self.used.append(number)
            return self.found[number]
        if self.mode != "off":
            self.wanted.append(number)
        return None

    def report(self) -> dict[str, Any]:
        """How sure what was read off pictures is; empty when nothing was."""
        if not self.used:
            return {}
        letters = {number: sum(len(line.text) for line in self.found[number].lines) for number in self.used}
        total = sum(letters.values()) or 1
        sure = sum(self.found[number].confidence * count for number, count in letters.items()) / total
        low = [n for n in self.used if letters[n] and self.found[n].confidence < LOW_CONFIDENCE]
        return {"ocr": {"pages": len(self.used), "confidence": round(sure, 4), "low_pages": low}}


def lines_of_scan(scan: Scan) -> list[Line]:
    """The lines column by column, downwards; what else stands side by side is one line of several cells."""
    if not scan.lines:
        return []
    height = median(line.rect[3] - line.rect[1] for line in scan.lines) or 0.02
    down = LINE_HEIGHT / height
    across = down * scan.ratio
    pieces = [Piece(x0, x1, y0, y1, units_of(line.text)) for line in scan.lines for x0, y0, x1, y1 in (line.rect,)]
    order = reading_order(pieces) or [list(range(len(pieces)))]
    rows = [row for stretch in order for row in _rows(scan.lines[number] for number in stretch)]
    return [_line(row, scan, across, down) for row in rows]


def _rows(lines: Iterable[ScanLine]) -> list[list[ScanLine]]:
    rows: list[list[ScanLine]] = []
    for line in sorted(lines, key=lambda one: one.rect[1] + one.rect[3]):
        middle = (line.rect[1] + line.rect[3]) / 2
        if rows and _beside(rows[-1], middle):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda one: one.rect[0]) for row in rows]


def _beside(row: list[ScanLine], middle: float) -> bool:
    top, bottom = min(line.rect[1] for line in row), max(line.rect[3] for line in row)
    slack = (bottom - top) * 0.2
    return top + slack < middle < bottom - slack


def _line(row: list[ScanLine], scan: Scan, across: float, down: float) -> Line:
    cells = [Cell(" ".join(line.text.split()), line.rect[0] * across, line.rect[2] * across) for line in row]
    joined = cells[:1]
    for before, cell in pairwise(cells):
        if cell.left - before.right > CELL_GAP * BODY_SIZE:
            joined.append(cell)
        else:
            last = joined[-1]
            joined[-1] = Cell(f"{last.text} {cell.text}", last.left, cell.right)
    top, bottom = min(line.rect[1] for line in row), max(line.rect[3] for line in row)
    high = max(line.rect[3] - line.rect[1] for line in row) * down / LINE_HEIGHT
    size = BODY_SIZE * high if high >= HEADING_RATIO else BODY_SIZE
    rect = (row[0].rect[0], top, max(line.rect[2] for line in row), bottom)
    return Line(tuple(joined), -(bottom - 0.2 * (bottom - top)) * down, size, False, False, upright(rect, scan))


def upright(rect: Rect, scan: Scan) -> Rect:
    """Where a place on the picture as it was read stands on the picture as it is."""
    if not scan.turned:
        return rect
    x0, y0, x1, y1 = rect
    return y0, 1 - x1, y1, 1 - x0
