"""Scans are read once and kept, hard ones are marked, and a part of a passage leads to the whole."""

import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from app.kernel.errors import NotFound
from app.knowledge import (
    DocumentTools,
    SearchRequest,
    accept_document,
    delete_document,
    get_document,
    search_passages,
)
from app.knowledge.document_schemas import DocumentView
from app.knowledge.drafts.service import open_draft
from app.knowledge.parsed import ParseSettings
from app.knowledge.parsing.pages import page_picture
from app.knowledge.parsing.store import chunks_on_page
from app.knowledge.store.documents import list_chunks
from tests.adapters.test_parsing_converters import chinese_pdf
from tests.fakes.parser import InProcessParser

Work = Callable[[], Awaitable[list[UUID]]]


def scan(pages: int = 1) -> bytes:
    file = io.BytesIO()
    first, *others = [Image.new("RGB", (300, 420), (250, 250, 250 - n)) for n in range(pages)]
    first.save(file, "TIFF", compression="tiff_deflate", save_all=True, append_images=others)
    return file.getvalue()


def parser_of(tools: DocumentTools) -> InProcessParser:
    assert isinstance(tools.parser, InProcessParser)
    return tools.parser


async def taken(tools: DocumentTools, work: Work, name: str, data: bytes) -> UUID:
    accepted = await accept_document(tools, file_name=name, data=data)
    await work()
    return accepted.document_id


async def test_a_scan_is_read_off_its_pictures_page_by_page(documents: DocumentTools, work: Work) -> None:
    document_id = await taken(documents, work, "scan.tiff", scan(3))
    document = await get_document(documents, document_id)
    assert (document.status, document.page_count, document.unread_pages) == ("ready", 3, 0)
    assert parser_of(documents).recognised == [1, 2, 3]
    assert document.parse_report == {"ocr": {"pages": 3, "confidence": 0.99, "low_pages": []}}
    assert not document.needs_review
    async with documents.database.reading() as session:
        chunks = await list_chunks(session, document_id)
        assert [c.boxes[0]["page"] for c in chunks] == [1]
        [on_page] = await chunks_on_page(session, document_id, 2)
    assert on_page.boxes == [{"page": 2, "x0": 0.1, "y0": 0.45, "x1": 0.9, "y1": 0.5}]


async def test_what_was_read_with_doubt_is_marked_for_review(documents: DocumentTools, work: Work) -> None:
    parser_of(documents).certainty = 0.6
    document = await get_document(documents, await taken(documents, work, "scan.tiff", scan(2)))
    assert document.needs_review and document.parse_report["ocr"]["low_pages"] == [1, 2]
    [remark] = DocumentView.of(document, "zh-CN").remarks
    assert remark.code == "pages_uncertain" and "第 1、2 页" in remark.message


async def test_no_more_pages_are_read_than_allowed_and_none_twice(documents: DocumentTools, work: Work) -> None:
    few = replace(documents, ocr_pages=2)
    object.__setattr__(documents, "ocr_pages", 2)
    document_id = await taken(few, work, "scan.tiff", scan(3))
    document = await get_document(few, document_id)
    assert (document.status, document.unread_pages) == ("ready", 1)
    assert document.parse_report["left_scans"] == [3]
    await open_draft(few, document_id, ParseSettings(size=400), None)
    await work()
    assert parser_of(few).recognised == [1, 2]


async def test_a_scan_with_nothing_on_it_or_ocr_off_has_no_text(documents: DocumentTools, work: Work) -> None:
    parser_of(documents).scanned = "   "
    document = await get_document(documents, await taken(documents, work, "blank.tiff", scan()))
    assert (document.status, document.error_code) == ("failed", "document_no_text")
    parser_of(documents).scanned = "有字"
    object.__setattr__(documents, "ocr_pages", 0)
    document = await get_document(documents, await taken(documents, work, "blank.tiff", scan()))
    assert (document.status, document.error_code) == ("failed", "document_no_text")


async def test_a_page_is_drawn_once_and_its_picture_goes_with_the_document(
    documents: DocumentTools, work: Work, tmp_path: Path
) -> None:
    document_id = await taken(documents, work, "a.pdf", chinese_pdf())
    document = await get_document(documents, document_id)
    first = await page_picture(documents, document, 2, 700)
    assert Image.open(io.BytesIO(first)).size[0] == 800
    assert await page_picture(documents, document, 2, 800) == first
    assert parser_of(documents).drawn == 1
    with pytest.raises(NotFound):
        await page_picture(documents, document, 5, 800)
    await delete_document(documents, document_id)
    assert not [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


async def test_what_is_found_by_a_part_is_told_whole_and_once(documents: DocumentTools, work: Work) -> None:
    rows = "".join(f"第 {n} 条：型号 X{n} 的耳机签收后 {n} 天内可以退货，运费由我们承担。" for n in range(10, 40))
    whole = ParseSettings("size", 800, 0)
    await accept_document(documents, file_name="rows.txt", data=rows.encode(), settings=whole)
    await work()
    found = await search_passages(documents.search, SearchRequest(["型号 X17 的耳机几天内可以退货"], limit=5))
    assert "X17" in found.hits[0].text and 600 < len(found.hits[0].text) * 2 < 1_000
    texts = [hit.text for hit in found.hits]
    assert len(texts) == len(set(texts)) and all(text in rows for text in texts)
