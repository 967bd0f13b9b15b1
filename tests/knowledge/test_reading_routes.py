"""The routes of reading: pages and what stands on them, and a preview that writes nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from app.accounts import Role
from app.adapters.blob_store import open_blob_store
from app.kernel.ids import new_id
from app.kernel.settings import signing_secret
from app.knowledge import DocumentTools, SourceLinks, ingest_document
from tests.adapters.test_parsing_converters import chinese_pdf
from tests.serving import Served, serving, settings_for


@pytest.fixture
async def kefu(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(settings_for(database_url, redis_url, tmp_path, upload_limit_mb=1)) as served:
        yield served


@pytest.fixture
def worker(kefu: Served, documents: DocumentTools) -> DocumentTools:
    return replace(documents, blobs=open_blob_store(kefu.settings), links=SourceLinks(signing_secret(kefu.settings)))


@pytest.fixture
async def admin(kefu: Served) -> httpx.AsyncClient:
    return await kefu.keyed(Role.ADMIN)


@pytest.fixture
async def address(admin: httpx.AsyncClient, worker: DocumentTools) -> str:
    """Of a PDF of four pages that was read in."""
    taken = (await admin.post("/api/v1/documents", files={"file": ("a.pdf", chinese_pdf())})).json()
    await ingest_document(worker, UUID(taken["job_id"]))
    return f"/api/v1/documents/{taken['document_id']}"


async def test_a_page_is_a_picture_with_numbered_passages(admin: httpx.AsyncClient, address: str) -> None:
    picture = await admin.get(f"{address}/pages/2.png?width=300")
    assert picture.headers["content-type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    page = (await admin.get(f"{address}/pages/2")).json()
    assert (page["page_count"], [chunk["heading"] for chunk in page["chunks"]]) == (4, ["第 2 章 换货"] * 2)
    boxes = [box for chunk in page["chunks"] for box in chunk["boxes"]]
    assert boxes and all(box["page"] == 2 and 0 <= box["x0"] < box["x1"] <= 1 for box in boxes)
    chunk_id = page["chunks"][0]["chunk_id"]
    assert (await admin.get(f"{address}/chunks/{chunk_id}/page")).json() == {"chunk_id": chunk_id, "page": 2}
    for missing in ("pages/9.png", "pages/9", f"chunks/{new_id()}/page"):
        assert (await admin.get(f"{address}/{missing}")).status_code == 404


async def test_a_file_is_cut_for_a_look_before_it_is_uploaded_and_then_as_it_was_seen(
    admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    form = {"settings": '{"method": "rows", "size": 400, "overlap": 0, "ocr": "off"}'}
    file = {"file": ("a.pdf", chinese_pdf())}
    seen = (await admin.post("/api/v1/documents/preview", files=file, data=form)).json()
    assert (seen["total"], seen["archive"], seen["unread_scans"]) == (len(seen["chunks"]), False, 0)
    assert (await admin.get("/api/v1/documents")).json()["items"] == []
    taken = (await admin.post("/api/v1/documents", files=file, data=form)).json()
    await ingest_document(worker, UUID(taken["job_id"]))
    address = f"/api/v1/documents/{taken['document_id']}"
    assert (await admin.get(address)).json()["chunk_count"] == seen["total"]
    assert (await admin.get(f"{address}/parse-settings")).json()["settings"]["method"] == "rows"
    for wrong in ('{"method": "x"}', '{"size": 10}', '{"size": 300, "overlap": 200}', "{", '{"extra": 1}'):
        refused = await admin.post("/api/v1/documents/preview", files=file, data={"settings": wrong})
        assert refused.status_code in (400, 422), wrong
    locked = await admin.post("/api/v1/documents/preview", files={"file": ("a.exe", b"MZ" * 40)})
    assert (locked.status_code, locked.json()["code"]) == (415, "document_unsupported")


async def test_a_citation_shows_the_page_with_its_passage_marked(
    admin: httpx.AsyncClient, worker: DocumentTools, address: str
) -> None:
    page = (await admin.get(f"{address}/pages/3")).json()
    document_id = UUID(address.rpartition("/")[2])
    url = worker.links.url(document_id=document_id, chunk_id=UUID(page["chunks"][0]["chunk_id"]), quote="三十日内")
    shown = await admin.get(url)
    assert f'src="{url}/pages/3.png?width=800"' in shown.text and "<rect " in shown.text and "<mark>" in shown.text
    other = await admin.get(f"{url}?page=2")
    assert f"{url}/pages/2.png" in other.text and "<rect " not in other.text
    assert (await admin.get(f"{url}/pages/3.png")).content.startswith(b"\x89PNG")
    assert (await admin.get(f"{url}x/pages/3.png")).status_code == 404
