"""What the page behind a citation shows: the passage in its surroundings, with the quoted words marked."""

import re
from dataclasses import dataclass
from datetime import datetime

from app.knowledge.document_errors import SourceGone
from app.knowledge.document_tools import DocumentTools
from app.knowledge.links import SourceLink
from app.knowledge.parsing.pages import has_pages
from app.knowledge.store import documents as store
from app.knowledge.store.documents import ChunkRecord, DocumentRecord
from app.knowledge.store.eligibility import may_be_shown
from app.knowledge.store.faqs import find_faq

BEFORE, AFTER = 3, 6
PIPE = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Piece:
    """A stretch of a passage; `marked` when it was quoted."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class TableRow:
    """A row of a table; `marked` when it was quoted."""

    cells: list[str]
    marked: bool = False


@dataclass(frozen=True)
class ShownPassage:
    """One passage of the page: text in `pieces`, or a table with its header first.

    `headings` and `page`: what changed since the passage before.
    """

    headings: list[str]
    page: int | None
    pieces: list[Piece]
    table: list[TableRow]
    cited: bool


@dataclass(frozen=True)
class Mark:
    """A stretch of the cited passage on a page, in thousandths of the page."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class ShownPage:
    """The picture of one page. `home`: the page the cited passage begins on."""

    number: int
    count: int
    home: int
    marks: list[Mark]


@dataclass(frozen=True)
class Source:
    """A document around a passage, or a curated answer. `changed`: the passage that was cited is no longer in it.

    `sheet`: a page of it, where it has pages.
    """

    title: str
    file_name: str | None
    updated_at: datetime
    version: int
    passages: list[ShownPassage]
    changed: bool = False
    earlier: bool = False
    later: bool = False
    sheet: ShownPage | None = None


async def open_link(tools: DocumentTools, token: str) -> SourceLink:
    """The link in an address, if what it leads to may still be shown to its holder.

    Nothing of a base for the staff alone, and nothing before or after the time it holds for. Raises SourceGone.
    """
    link = tools.links.read(token)
    owner_id = link.faq_id or link.document_id
    if owner_id is not None and not link.staff:
        async with tools.database.reading() as session:
            if not await may_be_shown(session, owner_id):
                raise SourceGone
    return link


async def find_source(tools: DocumentTools, link: SourceLink, page: int | None = None) -> Source:
    """What to show for a link, with this page of it or the cited one. Raises SourceGone when it was deleted."""
    if link.faq_id is not None:
        return await _faq(tools, link)
    if link.document_id is None:
        raise SourceGone
    async with tools.database.reading() as session:
        document = await store.find_document(session, link.document_id)
        if document is None or document.version == 0:
            raise SourceGone
        at = await store.chunk_position(session, document.id, link.chunk_id) if link.chunk_id else None
        first = max(0, (at or 0) - BEFORE)
        chunks = await store.list_chunks(session, document.id, after=first - 1, limit=BEFORE + AFTER + 2)
    shown = chunks[: BEFORE + AFTER + 1]
    return Source(
        title=document.title,
        file_name=document.file_name,
        updated_at=document.updated_at,
        version=document.version,
        passages=_passages(shown, at, link),
        changed=at is None,
        earlier=first > 0,
        later=len(chunks) > len(shown),
        sheet=_sheet(document, next((chunk for chunk in shown if chunk.position == at), None), page),
    )


def _sheet(document: DocumentRecord, cited: ChunkRecord | None, wanted: int | None) -> ShownPage | None:
    """The wanted page; else the one the cited passage begins on, with its boxes."""
    count = document.page_count or 0
    if not has_pages(document.media_type) or count < 1:
        return None
    boxes = cited.boxes if cited is not None else []
    home = int(boxes[0]["page"]) if boxes else (cited.page if cited is not None else None) or 1
    number = min(max(wanted or home, 1), count)
    marks = [_mark(box) for box in boxes if box["page"] == number]
    return ShownPage(number, count, home, marks)


def _mark(box: dict[str, float]) -> Mark:
    x, y = round(box["x0"] * 1000), round(box["y0"] * 1000)
    return Mark(x, y, max(1, round(box["x1"] * 1000) - x), max(1, round(box["y1"] * 1000) - y))


async def _faq(tools: DocumentTools, link: SourceLink) -> Source:
    assert link.faq_id is not None
    async with tools.database.reading() as session:
        faq = await find_faq(session, link.faq_id)
    if faq is None:
        raise SourceGone
    passage = ShownPassage([], None, mark_quote(faq.answer, link), [], cited=True)
    return Source(faq.questions[0], None, faq.updated_at, 1, [passage])


def _passages(chunks: list[ChunkRecord], at: int | None, link: SourceLink) -> list[ShownPassage]:
    found = []
    path: list[str] = []
    page: int | None = None
    end = 0
    for chunk in chunks:
        cited = chunk.position == at
        same = 0
        while same < min(len(path), len(chunk.heading_path)) and path[same] == chunk.heading_path[same]:
            same += 1
        # Passages of one section overlap a little, so that none begins in the middle of a thought.
        repeated = end - chunk.char_start if not cited and chunk.kind == "text" and not chunk.by_hand else 0
        text = chunk.text[repeated:] if 0 < repeated < len(chunk.text) else chunk.text
        table = table_rows(text, link if cited else None) if chunk.kind == "table" else []
        pieces = [] if table else mark_quote(text, link) if cited else [Piece(text)]
        shown_page = chunk.page if chunk.page != page else None
        found.append(ShownPassage(chunk.heading_path[same:], shown_page, pieces, table, cited))
        path, page, end = chunk.heading_path, chunk.page, chunk.char_end
    return found


def table_rows(text: str, link: SourceLink | None) -> list[TableRow]:
    """The rows of a table written with pipes, nothing for other text; the quoted ones marked, else all of them."""
    lines = text.split("\n")
    if len(lines) < 3 or not all(line.startswith("| ") and line.endswith(" |") for line in lines):
        return []
    rows = [[cell.strip().replace("\\|", "|") for cell in PIPE.split(line[1:-1])] for line in [lines[0], *lines[2:]]]
    if link is None:
        return [TableRow(row) for row in rows]
    wanted = _plain(link.quote)
    quoted = [bool(wanted) and wanted in _plain("".join(row)) for row in rows]
    return [TableRow(row, marked or not any(quoted)) for row, marked in zip(rows, quoted, strict=True)]


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def mark_quote(text: str, link: SourceLink) -> list[Piece]:
    """The text with the quoted words marked; all of it where they are not found as they were quoted."""
    start = _find(text, link.quote)
    if start is None:
        return [Piece(text, marked=True)]
    end, left = start, link.quote_length
    while end < len(text) and left > 0:
        left -= not text[end].isspace()
        end += 1
    pieces = [Piece(text[:start]), Piece(text[start:end], marked=True), Piece(text[end:])]
    return [piece for piece in pieces if piece.text]


def _find(text: str, quote: str) -> int | None:
    """Where a quote begins, whatever blanks and line breaks it was quoted with."""
    letters = [re.escape(letter) for letter in quote if not letter.isspace()]
    match = re.search(r"\s*".join(letters), text) if letters else None
    return match.start() if match else None
