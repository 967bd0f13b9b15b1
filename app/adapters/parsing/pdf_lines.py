"""The lines of a PDF page with their place, type size and cells, and the running heads taken away."""

import ctypes
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium_c

from app.adapters.parsing.columns import Piece, reading_order, units_of
from app.adapters.parsing.places import Rect

CELL_GAP = 1.3
"""A gap this many times the type size parts two cells."""
REPEATED = 0.5
"""A line at the edge of more than this share of the pages is a running head."""
WRITTEN_ACROSS = 5
"""So many lines at least have a wide gap in them where columns were written right across."""
EDGE = 0.09
"""How much of a page's height, at its top and at its bottom, is its edge."""
BOLD = 600
BOLD_NAME = re.compile(rb"bold|black|heavy|semibold|simhei", re.I)
PAGE_NUMBER = re.compile(r"第\s*\d+\s*页|page\s*\d+|\b\d+\s*(/|of|共)\s*\d+|^\W*\d+\W*$", re.I)
BROKEN_WORD = "\x02"
"""What pdfium puts for a hyphen at the end of a line."""
LINE = re.compile(rf"[^\r\n{BROKEN_WORD}]+{BROKEN_WORD}?")
ASCENT, DESCENT = 0.9, 0.22
"""How far letters reach above and below their base line, in type sizes."""
LARGEST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Cell:
    """Text without a wide gap in it. `left`, `right`: points from the page's left edge."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `base`: its base line, points from the page's lower edge; `edge`: it is above or below all.

    `rect`: where it stands on the page as people see it.
    """

    cells: tuple[Cell, ...]
    base: float
    size: float
    bold: bool
    edge: bool = False
    rect: Rect | None = None

    @property
    def text(self) -> str:
        """The whole line."""
        return "  ".join(cell.text for cell in self.cells)

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.cells[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.cells[-1].right


class _Characters:
    """The characters of a page; their boxes are looked up only where a decision hangs on them."""

    def __init__(self, raw: Any, height: float):
        self.raw = raw
        self.height = height
        count = max(0, pdfium_c.FPDFText_CountChars(raw))
        points = (pdfium_c.FPDFText_GetUnicode(raw, index) for index in range(count))
        self.text = "".join(_character(point) for point in points)
        self._box = [ctypes.c_double() for _ in range(4)]

    def box(self, index: int) -> tuple[float, float, float, float]:
        """Left, right, bottom, top."""
        pdfium_c.FPDFText_GetCharBox(self.raw, index, *self._box)
        left, right, bottom, top = (edge.value for edge in self._box)
        return left, right, bottom, top

    def base(self, index: int) -> float:
        """The base line."""
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharOrigin(self.raw, index, x, y)
        return y.value

    def size(self, index: int) -> float:
        """The type size in points as it appears on the page."""
        size = float(pdfium_c.FPDFText_GetFontSize(self.raw, index))
        matrix = pdfium_c.FS_MATRIX()
        if pdfium_c.FPDFText_GetMatrix(self.raw, index, matrix):
            size *= (matrix.b**2 + matrix.d**2) ** 0.5 or 1.0
        return size

    def bold(self, index: int) -> bool:
        """Whether the font says it is bold, by its weight or its name."""
        if int(pdfium_c.FPDFText_GetFontWeight(self.raw, index)) >= BOLD:
            return True
        name, flags = ctypes.create_string_buffer(100), ctypes.c_int()
        length = int(pdfium_c.FPDFText_GetFontInfo(self.raw, index, name, len(name), flags))
        return 0 < length <= len(name) and BOLD_NAME.search(name.value) is not None


def _character(point: int) -> str:
    if point == 0 or 0xD800 <= point <= 0xDFFF or point > LARGEST_CODE_POINT:
        return "\ufffc"
    return BROKEN_WORD if point == 0xFFFE else chr(point)


def lines_of(page: Any) -> list[Line]:
    """The page's lines in the order they were written, which is nearly always the reading order."""
    textpage = page.get_textpage()
    try:
        characters = _Characters(textpage.raw, page.get_height())
        lines: list[Line] = []
        for match in LINE.finditer(characters.text):
            line = _line(characters, *match.span())
            if line is None:
                continue
            if lines and _goes_on(lines[-1], line):
                lines[-1] = _merged(lines[-1], line)
            else:
                lines.append(line)
        return [replace(line, rect=_rect(page, line)) for line in _in_columns(lines)]
    finally:
        textpage.close()


def _in_columns(lines: list[Line]) -> list[Line]:
    """Lines that were written right across the columns of a page, column by column; any others as they were."""
    cells = [(line, cell) for line in lines for cell in line.cells]
    if len(cells) < len(lines) + WRITTEN_ACROSS:
        return lines
    pieces = [
        Piece(
            cell.left,
            cell.right,
            -line.base - ASCENT * line.size,
            -line.base + DESCENT * line.size,
            units_of(cell.text),
        )
        for line, cell in cells
    ]
    order = reading_order(pieces)
    if order is None:
        return lines
    found: list[Line] = []
    for stretch in order:
        for number in sorted(stretch, key=lambda one: (round(-cells[one][0].base), pieces[one].left)):
            line, cell = cells[number]
            alone = replace(line, cells=(cell,))
            if found and number != stretch[0] and _goes_on(found[-1], alone):
                alone = _merged(found.pop(), alone)
            found.append(alone)
    return found


def _rect(page: Any, line: Line) -> Rect:
    """A line's place; the page's rotation and its crop box are allowed for."""
    left, bottom, right, top = page.get_bbox()
    width, height = max(right - left, 1.0), max(top - bottom, 1.0)
    shown = []
    for x, y in (
        (line.left, line.base - DESCENT * line.size),
        (line.right, line.base + ASCENT * line.size),
    ):
        across, down = (x - left) / width, (top - y) / height
        turned = ((across, down), (1 - down, across), (1 - across, 1 - down), (down, 1 - across))
        shown.append(turned[page.get_rotation() // 90 % 4])
    (x0, y0), (x1, y1) = (tuple(min(max(part, 0.0), 1.0) for part in corner) for corner in shown)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a line is the rest of the one before, which a raised figure or a wide gap has parted."""
    size = max(before.size, line.size)
    return abs(before.base - line.base) < 0.5 * size and line.left >= before.right - 0.2 * size


def _merged(before: Line, line: Line) -> Line:
    gap = line.left - before.right
    size = max(before.size, line.size)
    longer = before if len(before.text) >= len(line.text) else line
    cells = [*before.cells, *line.cells]
    if gap <= CELL_GAP * size:
        last, first = before.cells[-1], line.cells[0]
        blank = " " if gap > 0.2 * size else ""
        cells = [*before.cells[:-1], Cell(last.text + blank + first.text, last.left, first.right), *line.cells[1:]]
    return Line(tuple(cells), longer.base, longer.size, before.bold and line.bold, longer.edge)


def _line(characters: _Characters, start: int, end: int) -> Line | None:
    """One run of characters without a line break."""
    text = characters.text
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return None
    # A blank between words is often none of the document's own, and has no size.
    middle = next(index for index in range((start + end) // 2, end) if not text[index].isspace())
    size = characters.size(middle)
    cells: list[Cell] = []
    begun = start
    for match in re.finditer(r"\s+", text[start:end]):
        before, after = start + match.start() - 1, start + match.end()
        gap = characters.box(after)[0] - characters.box(before)[1]
        if gap > CELL_GAP * max(size, 4.0):
            cells.append(_cell(characters, begun, before))
            begun = after
    cells.append(_cell(characters, begun, end - 1))
    kept = tuple(cell for cell in cells if cell.text)
    if not kept:
        return None
    bold = all(characters.bold(index) for index in (start, middle, end - 1))
    base = characters.base(middle)
    edge = not EDGE * characters.height < base < (1 - EDGE) * characters.height
    return Line(kept, base, size, bold, edge)


def _cell(characters: _Characters, first: int, last: int) -> Cell:
    text = " ".join(characters.text[first : last + 1].replace("\ufffc", "").split())
    return Cell(text, characters.box(first)[0], characters.box(last)[1])


def table_rows(lines: Sequence[Line]) -> list[list[str]]:
    """The cells of neighbouring lines, each in its column: columns are where no line's cell reaches over."""
    edges: list[tuple[float, float]] = []
    for left, right in sorted((cell.left, cell.right) for line in lines for cell in line.cells):
        if edges and left <= edges[-1][1]:
            edges[-1] = (edges[-1][0], max(right, edges[-1][1]))
        else:
            edges.append((left, right))
    if len(edges) < max(len(line.cells) for line in lines):
        return [[cell.text for cell in line.cells] for line in lines]
    rows = []
    for line in lines:
        row = [""] * len(edges)
        for cell in line.cells:
            column = next(number for number, (_, right) in enumerate(edges) if cell.left <= right)
            row[column] = f"{row[column]} {cell.text}".strip()
        rows.append(row)
    return rows


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without what stands at the edge of most of them; it is kept where it stands first, so no word is lost."""
    seen = Counter(shape for lines in pages for shape in {_shape(line) for line in lines if line.edge})
    running = {shape for shape, times in seen.items() if times > max(2, REPEATED * len(pages))}
    told: set[str] = set()
    kept: list[list[Line]] = []
    for lines in pages:
        page: list[Line] = []
        for line in lines:
            shape = _shape(line)
            if line.edge and shape in running and (shape in told or not shape.strip("#\n")):
                continue
            if line.edge:
                told.add(shape)
            page.append(line)
        kept.append(page)
    return kept


def _shape(line: Line) -> str:
    """A line's text with the number of the page left open."""
    return PAGE_NUMBER.sub("#", line.text)
