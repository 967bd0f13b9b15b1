"""The routes of reading: pages and what stands on them, a preview that writes nothing, and who may do what."""

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


async def test_settings_are_tried_taken_and_refused_when_they_make_no_sense(
    admin: httpx.AsyncClient, kefu: Served, address: str
) -> None:
    settings = {"method": "rows", "size": 400, "overlap": 0, "ocr": "off"}
    trial = (await admin.post(f"{address}/parse-preview", json={"settings": settings})).json()
    assert (trial["total"], trial["unchanged"]) == (len(trial["chunks"]), trial["total"] - trial["added"])
    assert trial["added"] == 8 and trial["removed"] == 4, "two rows of each table, by themselves"
    assert (await admin.get(f"{address}/parse-settings")).json()["settings"]["method"] == "headings"
    for wrong in ({"method": "x"}, {"size": 10}, {"size": 300, "overlap": 200}, {"extra": 1}):
        assert (await admin.post(f"{address}/parse-preview", json={"settings": wrong})).status_code == 422
    accepted = await admin.post(f"{address}/reparse", json={"settings": settings})
    assert accepted.status_code == 202 and accepted.headers["location"] == address
    assert (await admin.get(f"{address}/parse-settings")).json()["settings"] == settings
    again = await admin.post(f"{address}/reparse", json={"settings": settings})
    assert (again.status_code, again.json()["code"]) == (409, "document_busy")
    agent = await kefu.keyed(Role.AGENT)
    assert (await agent.post(f"{address}/reparse", json={"settings": settings})).status_code == 403


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
