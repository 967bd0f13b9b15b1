"""What every converter makes of a file: headings, text and tables in reading order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

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

    A heading without text only ends the section before it.
    """

    kind: Literal["heading", "text", "table"]
    text: str = ""
    level: int = 0
    page: int | None = None
    rows: tuple[Row, ...] = ()
    tight: bool = False


@dataclass(slots=True)
class Reading:
    """A document as read. `pictures`: how many images were passed over, `unread_pages`: pages that are only a scan."""

    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    page_count: int | None = None
    pictures: int = 0
    unread_pages: int = 0


def heading(text: str, level: int, page: int | None = None) -> list[Block]:
    """A heading, or nothing when it is blank."""
    text = " ".join(text.translate(INVISIBLE).split())
    return [Block("heading", text[:300], level=level, page=page)] if text else []


def paragraph(text: str, page: int | None = None, tight: bool = False) -> list[Block]:
    """A paragraph, or nothing when it is blank."""
    text = text.translate(INVISIBLE).strip()
    return [Block("text", text, page=page, tight=tight)] if text else []


def table(rows: Sequence[Sequence[str]], page: int | None = None) -> list[Block]:
    """A table without its empty rows and columns; a single column is text."""
    kept = [[" ".join(cell.translate(INVISIBLE).split()) for cell in row] for row in rows]
    kept = [row for row in kept if any(row)]
    width = max((len(row) for row in kept), default=0)
    kept = [row + [""] * (width - len(row)) for row in kept]
    filled = [column for column in range(width) if any(row[column] for row in kept)]
    cells = tuple(tuple(row[column] for column in filled) for row in kept)
    if not cells:
        return []
    if len(filled) == 1 or len(cells) == 1:
        return [b for row in cells for b in paragraph("  ".join(c for c in row if c), page, tight=row is not cells[0])]
    return [Block("table", rows=cells, page=page)]
