"""One document from bytes to passages; runs inside the locked-down child."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from app.adapters.langchain_splitter import USUAL, Passage, TooManyPassages, sentence_splitter
from app.adapters.parsing.blocks import Reading, Unreadable
from app.adapters.parsing.markup import read_html
from app.adapters.parsing.methods import cut_document
from app.adapters.parsing.office import read_docx, read_pptx
from app.adapters.parsing.pdf import read_image, read_pdf
from app.adapters.parsing.plain import read_mail, read_markdown, read_page, read_text
from app.adapters.parsing.scans import Scans
from app.adapters.parsing.sheets import read_csv, read_xlsx
from app.knowledge.parsed import ParseSettings

READERS: dict[str, Callable[[bytes], Reading]] = {
    "markdown": read_markdown,
    "text": read_text,
    "html": read_page,
    "csv": read_csv,
    "xlsx": read_xlsx,
    "mail": read_mail,
}
WITH_PICTURES: dict[str, Callable[[bytes, Scans], Reading]] = {
    "docx": read_docx,
    "pptx": read_pptx,
    "pdf": read_pdf,
    "image": read_image,
}
TITLE_WITHIN = 10
"""The first main heading among this many blocks is the title of a document that names itself nowhere else."""
TOO_HEAVY = (MemoryError, RecursionError, TooManyPassages)


def warm_up() -> None:
    """Loads what is otherwise loaded at its first use, so that children find it there."""
    sentence_splitter()
    read_html("<p>x</p>")
    read_text("客服".encode("gb18030") * 20)


def read(
    data: bytes, file_type: str, file_name: str, cut: ParseSettings = USUAL, scans: Scans | None = None
) -> dict[str, Any]:
    """The document as plain values, ready for JSON. Raises Unreadable.

    `scans`: what was read off its pictures so far; a document of nothing but pictures still to be read is no failure.
    """
    scans = scans or Scans()
    try:
        reading = WITH_PICTURES[file_type](data, scans) if file_type in WITH_PICTURES else READERS[file_type](data)
        passages = cut_document(reading.blocks, cut)
    except Unreadable:
        raise
    except TOO_HEAVY:
        raise Unreadable("document_too_complex") from None
    except Exception as error:
        # A library that stumbles over a file says so in its own words; the file is what is wrong.
        raise Unreadable("document_broken", cause=type(error).__name__) from error
    blank = not any(character.isalnum() for passage in passages for character in passage.text)
    if blank and not scans.wanted:
        raise Unreadable(
            "document_no_text" if reading.pictures or reading.unread_pages or scans.used else "document_empty"
        )
    return {
        "title": title_of(reading, file_type, file_name),
        "page_count": reading.page_count,
        "unread_pages": reading.unread_pages,
        "pictures": reading.pictures,
        "wanted_scans": scans.wanted,
        "report": scans.report(),
        "passages": [] if blank else [_plain(passage) for passage in passages],
    }


def _plain(p: Passage) -> list[Any]:
    boxes = [[box.page, *(round(edge, 4) for edge in box.rect)] for box in p.boxes]
    return [p.kind, list(p.heading_path), p.page, p.char_start, p.char_end, p.text, boxes, p.parent]


def title_of(reading: Reading, file_type: str, file_name: str) -> str:
    """What the document calls itself, else its first heading, else its file name; a sheet's name is no title."""
    if reading.title:
        return reading.title[:200]
    for block in reading.blocks[: TITLE_WITHIN if file_type != "xlsx" else 0]:
        if block.kind == "heading" and block.text and block.level <= 2:
            return block.text[:200]
    return PurePath(file_name).stem[:200] or file_name[:200]
