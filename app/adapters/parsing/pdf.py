"""PDF to blocks: lines by geometry, headings by type size, tables by the gaps between columns."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from app.adapters.parsing.blocks import INVISIBLE, Block, Reading, Unreadable, heading, paragraph, table
from app.adapters.parsing.images import frame_count
from app.adapters.parsing.layout import Spot
from app.adapters.parsing.pdf_lines import BROKEN_WORD, Line, lines_of, table_rows, without_running_heads
from app.adapters.parsing.places import Place, Rect
from app.adapters.parsing.scans import Scan, Scans, lines_of_scan

MAX_PAGES = 2_000
PASSWORD_ERROR = 4
SCAN_TEXT = 20
"""A page with a picture and fewer characters than this is a scan."""
LONGEST_HEADING = 120
MACHINE_MADE = re.compile(r"\.(docx?|indd|qxd|pptx?|xlsx?|tex|pdf)\b|^\W*(untitled|anonymous)|^microsoft ", re.I)
MARKS = {mark: None for mark in INVISIBLE if mark != ord("\u00ad")}
"""A soft hyphen still tells that a word goes on in the next line."""
SENTENCE_END = tuple("。！？；.!?;：:")
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
LIST_MARK = re.compile(
    r"^\s*([•●○▪■◆\-–—*]|\(?\d{1,3}[.)、）](?!\d)|[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）)"
)


def read_pdf(data: bytes, scans: Scans) -> Reading:
    """Text, tables and headings of each page; scripts and attachments are never touched."""
    document = open_pdf(data)
    if len(document) > MAX_PAGES:
        raise Unreadable("document_too_complex")
    reading = Reading(page_count=len(document))
    pages: list[list[Line]] = []
    for index in range(len(document)):
        lines, is_scan, pictures = _page(document, index, every_picture=scans.mode == "on")
        scan = scans.look(index + 1) if is_scan or (pictures and scans.mode == "on") else None
        pages.append(lines if scan is None else with_scan(lines, scan))
        reading.unread_pages += is_scan and scan is None
        reading.pictures += pictures if scan is None else 0
    reading.blocks = blocks_of(pages)
    reading.title = _title(document)
    return reading


def read_image(data: bytes, scans: Scans) -> Reading:
    """What stands on each frame of an image file."""
    frames = frame_count(data)
    found = [scans.look(number) for number in range(1, frames + 1)]
    unread = found.count(None)
    pages = [lines_of_scan(scan) if scan is not None else [] for scan in found]
    return Reading(blocks_of(pages), page_count=frames, pictures=unread, unread_pages=unread)


def open_pdf(data: bytes) -> Any:
    """The document. Raises Unreadable."""
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == PASSWORD_ERROR or "password" in str(error).lower()
        raise Unreadable("document_locked" if locked else "document_broken") from None


def blocks_of(pages: Sequence[Sequence[Line]]) -> list[Block]:
    """Headings, paragraphs and tables from the lines of all pages."""
    pages = without_running_heads(pages)
    body = _body_size(pages)
    return [block for number, lines in enumerate(pages, start=1) for block in _blocks(lines, body, number)]


def with_scan(lines: Sequence[Line], scan: Scan) -> list[Line]:
    """The lines of a page together with those read off it, where it has no text of its own."""
    own = [line.rect for line in lines if line.rect is not None]
    read = [line for line in lines_of_scan(scan) if not any(_covers(rect, line.rect) for rect in own)]
    return [*lines, *read]


def _covers(own: Rect, read: Rect | None) -> bool:
    if read is None:
        return False
    x, y = (read[0] + read[2]) / 2, (read[1] + read[3]) / 2
    return own[0] <= x <= own[2] and own[1] <= y <= own[3]


def _page(document: Any, index: int, *, every_picture: bool) -> tuple[list[Line], bool, int]:
    """The page's lines, whether it is only a scan, and how many pictures it has."""
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return [], False, 0
    try:
        _hide(page)
        lines = lines_of(page)
        few = sum(len(line.text) for line in lines) < SCAN_TEXT
        pictures = 0
        if few or every_picture:
            kinds = (pdfium_c.FPDF_PAGEOBJ_IMAGE,)
            pictures = sum(1 for _ in page.get_objects(filter=kinds, max_depth=3))
        return lines, few and pictures > 0, pictures
    finally:
        page.close()


def _hide(page: Any) -> None:
    """Takes out text that is never painted; over a picture it is what someone has read off it, and stays."""
    unseen = [
        found
        for found in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_TEXT,), max_depth=1)
        if pdfium_c.FPDFTextObj_GetTextRenderMode(found.raw) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
    ]
    if unseen and not any(True for _ in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=3)):
        for found in unseen:
            page.remove_obj(found)


def _title(document: Any) -> str:
    found = str(document.get_metadata_value("Title") or "").replace("\x00", "").strip()
    # Printers leave file names such as "Microsoft Word - x.doc" and "untitled" there.
    machine_made = MACHINE_MADE.search(found)
    return "" if machine_made else " ".join(found.split())[:200]


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The type size most characters are set in."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _blocks(lines: Sequence[Line], body: float, page: int) -> Iterator[Block]:
    for kind, run in groupby(_kinds(lines, body), key=lambda pair: pair[0]):
        members = [line for _, line in run]
        if kind == "heading":
            yield from _heading(members, body, page)
        elif kind == "row":
            yield from table(table_rows(members), page, [place_of(line, page) for line in members])
        else:
            yield from _paragraphs(members, page)


def _kinds(lines: Sequence[Line], body: float) -> list[tuple[str, Line]]:
    """Names each line: rows come at least in threes, or in twos with the same number of cells."""
    kinds = ["heading" if _is_heading(line, body) else "row" if len(line.cells) > 1 else "text" for line in lines]
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and kinds[end] == "row":
            end += 1
        run = lines[start:end]
        same = len({len(line.cells) for line in run}) == 1
        if run and len(run) < (2 if same else 3):
            kinds[start:end] = ["text"] * len(run)
        start = end + 1
    return list(zip(kinds, lines, strict=True))


def _is_heading(line: Line, body: float) -> bool:
    large = line.size >= body * 1.15 or (line.bold and line.size >= body * 0.98)
    return (
        body > 0
        and large
        and len(line.cells) == 1
        and 2 <= len(line.text) <= LONGEST_HEADING
        and not line.text.endswith(tuple("。！；,，;"))
        and any(character.isalpha() for character in line.text)
    )


def _heading(lines: Sequence[Line], body: float, page: int) -> Iterator[Block]:
    """Lines of one size that follow each other are one heading that was too long for its line."""
    for size, run in groupby(lines, key=lambda line: round(line.size, 1)):
        level = 1 if size >= body * 1.6 else 2 if size >= body * 1.3 else 3 if size >= body * 1.12 else 4
        members = list(run)
        if sum(len(line.text) for line in members) <= LONGEST_HEADING:
            text, spots = _joined(members, page)
            yield from heading(text, level, page, spots)
        else:
            for line in members:
                text, spots = _joined([line], page)
                yield from heading(text, level, page, spots)


def _paragraphs(lines: Sequence[Line], page: int) -> Iterator[Block]:
    """Joins lines that were broken for width only."""
    width = max(line.right - line.left for line in lines)
    step = median([a.base - b.base for a, b in pairwise(lines)] or [0.0])
    gathered: list[Line] = []
    for line in lines:
        if gathered and _starts_anew(gathered[-1], line, width, step):
            text, spots = _joined(gathered, page)
            yield from paragraph(text, page, spots=spots)
            gathered = []
        gathered.append(line)
    text, spots = _joined(gathered, page)
    yield from paragraph(text, page, spots=spots)


def _starts_anew(before: Line, line: Line, width: float, step: float) -> bool:
    apart = before.base - line.base
    if step > 0 and apart < -step and line.left > before.right:  # the next column
        return before.right - before.left < width * 0.75 or before.text.endswith(SENTENCE_END)
    if step > 0 and (apart > step * 1.5 or apart < -step):
        return True
    short = before.right - before.left < width * 0.75
    if LIST_MARK.match(line.text) or len(line.cells) > 1 or len(before.cells) > 1:
        return True
    return short and (before.text.endswith(SENTENCE_END) or line.left > before.left + line.size)


def _joined(lines: Sequence[Line], page: int) -> tuple[str, list[Spot]]:
    """One paragraph from its lines: no blank between Chinese characters, no hyphen where a word was broken."""
    joined = ""
    spots: list[Spot] = []
    for line in lines:
        text = line.text.translate(MARKS).strip()
        if not joined or not text:
            pass
        elif joined.endswith((BROKEN_WORD, "\u00ad")):
            joined = joined[:-1]
        elif HAN.match(joined[-1]) and HAN.match(text[:1]):
            pass
        elif re.search(r"[a-z]-$", joined) and text[:1].islower():
            joined = joined[:-1]
        else:
            joined += " "
        if (place := place_of(line, page)) is not None:
            spots.append((len(joined), len(joined) + len(text), place))
        joined += text
    return joined.replace(BROKEN_WORD, ""), spots


def place_of(line: Line, page: int) -> Place | None:
    """Where a line stands."""
    return None if line.rect is None else Place(page, line.rect)
