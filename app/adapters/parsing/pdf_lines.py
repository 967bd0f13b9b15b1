"""The lines of a PDF page with their place, type size and cells, and the running heads taken away."""

import ctypes
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

CELL_GAP = 1.3
"""A gap this many times the type size parts two cells."""
REPEATED = 0.5
"""A line at the edge of more than this share of the pages is a running head."""
EDGE_LINES = 2
BOLD = 600
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `bottom`, `left`, `right`: points from the page's lower left corner."""

    text: str
    cells: tuple[str, ...]
    left: float
    right: float
    bottom: float
    size: float
    bold: bool


@dataclass(slots=True)
class _Piece:
    """A run of characters on one line."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool


def lines_of(page: Any) -> list[Line]:
    """The page's lines in the order they were written, which is nearly always the reading order."""
    textpage = page.get_textpage()
    try:
        pieces = _pieces(textpage)
    finally:
        textpage.close()
    rows: list[list[_Piece]] = []
    for piece in pieces:
        if rows and _same_line(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [line for row in rows if (line := _line(row)) is not None]


def _pieces(textpage: Any) -> list[_Piece]:
    """pdfium's own rectangles: characters of one font that touch."""
    raw = textpage.raw
    count = pdfium_c.FPDFText_CountRects(raw, 0, -1)
    found: list[_Piece] = []
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    for index in range(count):
        if not pdfium_c.FPDFText_GetRect(raw, index, left, top, right, bottom):
            continue
        text = textpage.get_text_bounded(left.value, bottom.value, right.value, top.value, errors="ignore")
        text = text.replace("\r\n", " ").replace("\n", " ").replace("\x00", "")
        if not text.strip():
            continue
        middle = pdfium_c.FPDFText_GetCharIndexAtPos(
            raw, left.value + 1, (top.value + bottom.value) / 2, 2.0, (top.value - bottom.value) / 2 + 1
        )
        size = pdfium_c.FPDFText_GetFontSize(raw, middle) if middle >= 0 else 0.0
        weight = pdfium_c.FPDFText_GetFontWeight(raw, middle) if middle >= 0 else 0
        height = top.value - bottom.value
        if not 0.5 * height <= size <= 3 * height:
            size = height  # the font is scaled by the page's matrix
        found.append(_Piece(text, left.value, right.value, bottom.value, top.value, size, weight >= BOLD))
    return found


def _same_line(row: Sequence[_Piece], piece: _Piece) -> bool:
    last = row[-1]
    shared = min(last.top, piece.top) - max(last.bottom, piece.bottom)
    lower = min(last.top - last.bottom, piece.top - piece.bottom)
    return shared > 0.5 * lower and piece.left >= last.left


def _line(row: Sequence[_Piece]) -> Line | None:
    cells: list[str] = []
    before: _Piece | None = None
    for piece in row:
        text = piece.text
        if before is None or piece.left - before.right > CELL_GAP * max(before.size, piece.size):
            cells.append(text.strip())
        elif piece.left - before.right > 0.15 * piece.size or before.text.endswith(" ") or text.startswith(" "):
            cells[-1] = f"{cells[-1].rstrip()} {text.strip()}"
        else:
            cells[-1] += text.strip()
        before = piece
    kept = tuple(cell for cell in cells if cell)
    if not kept:
        return None
    biggest = max(row, key=lambda piece: len(piece.text))
    return Line(
        text="  ".join(kept),
        cells=kept,
        left=row[0].left,
        right=max(piece.right for piece in row),
        bottom=biggest.bottom,
        size=biggest.size,
        bold=all(piece.bold for piece in row),
    )


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without the headers, footers and page numbers that stand on most of them."""
    if len(pages) < 3:
        return [list(lines) for lines in pages]
    seen: Counter[str] = Counter()
    for lines in pages:
        seen.update({_shape(line) for line in _edges(lines)})
    running = {shape for shape, times in seen.items() if times > REPEATED * len(pages)}
    return [[line for line in lines if not (_shape(line) in running and line in _edges(lines))] for lines in pages]


def _edges(lines: Sequence[Line]) -> list[Line]:
    by_height = sorted(lines, key=lambda line: line.bottom)
    return by_height[:EDGE_LINES] + by_height[-EDGE_LINES:]


def _shape(line: Line) -> str:
    return DIGITS.sub("#", line.text)
