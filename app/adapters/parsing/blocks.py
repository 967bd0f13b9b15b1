"""What every converter makes of a file: headings, text and tables in reading order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.adapters.parsing.layout import Spot
from app.adapters.parsing.places import Place

Row = tuple[str, ...]
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
"""Marks for line breaking: readers do not see them, and search would stumble over them."""


class Unreadable(Exception):
    """The file cannot be read; `code` is one of the document_* codes, `values` fill its sentence."""

    def __init__(self, code: str, **values: object):
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document. `tight`: belongs to the line before it, as the items of a list do.

    A heading without text only ends the section before it. `spots`: where its letters, or the rows of its table by
    number, stand on the page.
    """

    kind: Literal["heading", "text", "table"]
    text: str = ""
    level: int = 0
    page: int | None = None
    rows: tuple[Row, ...] = ()
    tight: bool = False
    spots: tuple[Spot, ...] = ()


@dataclass(slots=True)
class Reading:
    """A document as read. `pictures`: how many images were passed over, `unread_pages`: pages that are only a scan."""

    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    page_count: int | None = None
    pictures: int = 0
    unread_pages: int = 0


def heading(text: str, level: int, page: int | None = None, spots: Sequence[Spot] = ()) -> list[Block]:
    """A heading, or nothing when it is blank."""
    text = " ".join(text.translate(INVISIBLE).split())
    return [Block("heading", text[:300], level=level, page=page, spots=tuple(spots))] if text else []


def paragraph(text: str, page: int | None = None, tight: bool = False, spots: Sequence[Spot] = ()) -> list[Block]:
    """A paragraph, or nothing when it is blank. `spots` count in a text that needs no cleaning."""
    text = text.translate(INVISIBLE).strip()
    return [Block("text", text, page=page, tight=tight, spots=tuple(spots))] if text else []


def table(rows: Sequence[Sequence[str]], page: int | None = None, places: Sequence[Place | None] = ()) -> list[Block]:
    """A table without its empty rows and columns; a single column is text. `places`: where each row stands."""
    cleaned = [[" ".join(cell.translate(INVISIBLE).split()) for cell in row] for row in rows]
    stands = [*places, *[None] * (len(cleaned) - len(places))]
    places = [place for place, row in zip(stands, cleaned, strict=True) if any(row)]
    kept = [row for row in cleaned if any(row)]
    width = max((len(row) for row in kept), default=0)
    kept = [row + [""] * (width - len(row)) for row in kept]
    filled = [column for column in range(width) if any(row[column] for row in kept)]
    cells = tuple(tuple(row[column] for column in filled) for row in kept)
    if not cells:
        return []
    if len(filled) == 1 or len(cells) == 1:
        lines = ["  ".join(cell for cell in row if cell) for row in cells]
        return [
            block
            for number, (line, place) in enumerate(zip(lines, places, strict=True))
            for block in paragraph(line, page, number > 0, [(0, len(line), place)] if place else ())
        ]
    spots = tuple((number, number + 1, place) for number, place in enumerate(places) if place)
    return [Block("table", rows=cells, page=page, spots=spots)]
