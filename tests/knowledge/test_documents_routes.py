"""The public contract of documents: upload, look, list, chunks, delete, and the page behind a citation."""

import asyncio
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
from app.knowledge import DocumentTools, SourceLinks, delete_document, ingest_document
from app.knowledge.store import documents as store
from tests.serving import Served, serving, settings_for

RETURNS = "# 退货政策\n\n## 期限\n\n签收后七天内可以退货。\n\n## 运费\n\n质量问题由我们承担运费。\n"
FILE = {"file": ("returns.md", RETURNS.encode())}


@pytest.fixture
async def kefu(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(settings_for(database_url, redis_url, tmp_path, upload_limit_mb=1)) as served:
        yield served


@pytest.fixture
def served_documents(kefu: Served, documents: DocumentTools) -> DocumentTools:
    """The tools of a worker beside the served application: its bytes, its key for links."""
    return replace(documents, blobs=open_blob_store(kefu.settings), links=SourceLinks(signing_secret(kefu.settings)))


@pytest.fixture
async def admin(kefu: Served) -> httpx.AsyncClient:
    return await kefu.keyed(Role.ADMIN)


async def upload(client: httpx.AsyncClient, name: str = "returns.md", data: bytes | None = None) -> dict[str, str]:
    answer = await client.post("/api/v1/documents", files={"file": (name, RETURNS.encode() if data is None else data)})
    assert answer.status_code == 202, answer.text
    found: dict[str, str] = answer.json()
    return found


async def read_in(documents: DocumentTools, accepted: dict[str, str]) -> None:
    await ingest_document(documents, UUID(accepted["job_id"]))


async def test_an_upload_is_taken_and_can_be_followed(
    admin: httpx.AsyncClient, served_documents: DocumentTools
) -> None:
    answer = await admin.post("/api/v1/documents", files=FILE)
    accepted = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/documents/{accepted['document_id']}"
    assert set(accepted) == {"document_id", "job_id", "duplicate"} and accepted["duplicate"] is False
    shown = (await admin.get(answer.headers["location"])).json()
    assert (shown["status"], shown["version"], shown["title"]) == ("queued", 0, "returns")
    job = (await admin.get(f"/api/v1/jobs/{accepted['job_id']}")).json()
    assert (job["kind"], job["state"], job["subject_id"]) == ("ingest_document", "queued", accepted["document_id"])
    await read_in(served_documents, accepted)
    ready = (await admin.get(answer.headers["location"])).json()
    assert (ready["status"], ready["version"], ready["title"], ready["chunk_count"]) == ("ready", 1, "退货政策", 2)
    assert ready["error"] is None and len(ready["sha256"]) == 64
    again = await admin.post("/api/v1/documents", files=FILE)
    assert (again.status_code, again.json()) == (202, {**accepted, "duplicate": True})


async def test_chunks_come_in_pages_in_their_order(admin: httpx.AsyncClient, served_documents: DocumentTools) -> None:
    accepted = await upload(admin)
    await read_in(served_documents, accepted)
    url = f"/api/v1/documents/{accepted['document_id']}/chunks"
    first = (await admin.get(url, params={"limit": 1})).json()
    second = (await admin.get(url, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [c["text"] for c in first["items"] + second["items"]] == [
        "签收后七天内可以退货。",
        "质量问题由我们承担运费。",
    ]
    assert first["items"][0]["heading_path"] == ["退货政策", "期限"] and second["next_cursor"] is None
    assert (await admin.get(url, params={"limit": 101})).status_code == 422
    assert (await admin.get(url, params={"cursor": "forged"})).json()["code"] == "bad_cursor"


async def test_the_list_filters_and_pages(admin: httpx.AsyncClient) -> None:
    names = ["手册.md", "价目表.md", "退货.md"]
    for number, name in enumerate(names):
        await upload(admin, name, f"# 第 {number} 份\n\n内容 {number}".encode())
    first = (await admin.get("/api/v1/documents", params={"limit": 2})).json()
    rest = (await admin.get("/api/v1/documents", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [d["file_name"] for d in first["items"] + rest["items"]] == names[::-1]
    found = (await admin.get("/api/v1/documents", params={"q": "价目"})).json()["items"]
    assert [d["file_name"] for d in found] == ["价目表.md"]
    assert (await admin.get("/api/v1/documents", params={"status": "ready"})).json()["items"] == []
    assert len((await admin.get("/api/v1/documents", params={"status": "queued"})).json()["items"]) == 3
    for odd in ("%", "_", "\\", "'; drop table document;--"):
        answer = await admin.get("/api/v1/documents", params={"q": odd})
        assert (answer.status_code, answer.json()["items"]) == (200, []), odd
    for bad in ("limit=101", "limit=0", "status=lost", "cursor=%00", "base_id=17"):
        assert (await admin.get(f"/api/v1/documents?{bad}")).status_code == 422, bad


async def test_a_deleted_document_is_gone(admin: httpx.AsyncClient, served_documents: DocumentTools) -> None:
    accepted = await upload(admin)
    await read_in(served_documents, accepted)
    url = f"/api/v1/documents/{accepted['document_id']}"
    assert (await admin.delete(url)).status_code == 204
    for answer in (await admin.get(url), await admin.delete(url), await admin.get(url + "/chunks")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await admin.get("/api/v1/documents")).json()["items"] == []


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("a.md", b"", 422, "document_empty"),
        ("a.md", b" \n ", 422, "document_empty"),
        ("a.txt", b"x" * (1024 * 1024 + 1), 413, "document_too_large"),
        ("a.txt", b"x" * (3 * 1024 * 1024), 413, "document_too_large"),
        ("a.exe", b"MZ\x90\x00", 415, "document_unsupported"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 415, "document_old_format"),
        ("A.RTF", b"{\\rtf1 x}", 415, "document_old_format"),
        ("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 415, "document_old_format"),
        ("a.svg", b"<svg><script>alert(1)</script></svg>", 415, "document_unsupported"),
        ("a.pdf", b"<html>", 415, "document_type_mismatch"),
        ("a.pdf", b"MZ\x90\x00", 415, "document_type_mismatch"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_refused_at_once(
    admin: httpx.AsyncClient, name: str, data: bytes, status: int, code: str
) -> None:
    for language in ("zh-CN", "en"):
        answer = await admin.post(
            "/api/v1/documents", files={"file": (name, data)}, headers={"Accept-Language": language}
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "{" not in answer.json()["detail"]
    assert (await admin.get("/api/v1/documents")).json()["items"] == []


async def test_a_form_without_a_file_or_with_odd_fields_is_refused(admin: httpx.AsyncClient) -> None:
    cases: list[tuple[dict[str, object], int, str]] = [
        ({"data": {"source": "x"}}, 422, "document_missing"),
        ({"files": {"other": ("a.md", b"x")}}, 422, "document_missing"),
        ({"files": [("file", ("a.md", b"x")), ("file", ("b.md", b"y"))]}, 422, "document_missing"),
        ({"files": FILE, "data": {"owner": "me"}}, 422, "invalid_request"),
        ({"files": FILE, "data": {"base_id": "17"}}, 422, "invalid_request"),
        ({"files": FILE, "data": {"source": "a\x00b"}}, 422, "invalid_request"),
        ({"files": FILE, "data": {"base_id": str(new_id())}}, 404, "not_found"),
        ({"json": {"file": "x"}}, 422, "document_missing"),
        ({"content": b"no form at all", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400, "upload"),
    ]
    for request, status, code in cases:
        answer = await admin.post("/api/v1/documents", **request)  # type: ignore[arg-type]  # what httpx takes
        assert (answer.status_code, answer.json()["code"].startswith(code)) == (status, True), (request, answer.text)
    assert (await admin.get("/api/v1/documents")).json()["items"] == []


HALF_AN_UPLOAD = (
    b"POST /api/v1/documents HTTP/1.1\r\nHost: kefu\r\nAuthorization: %s\r\nContent-Length: 2000\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\nhalf of it'
)


async def test_an_upload_that_is_cut_leaves_nothing_and_the_server_goes_on(
    kefu: Served, admin: httpx.AsyncClient, tmp_path: Path
) -> None:
    address = httpx.URL(kefu.url)
    _, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(HALF_AN_UPLOAD % admin.headers["Authorization"].encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await admin.get("/api/v1/documents")).json()["items"] == []
    assert not list((tmp_path / "blobs").rglob("documents/*"))
    assert (await upload(admin))["duplicate"] is False


async def test_only_an_admin_uploads_and_nobody_sends_megabytes_to_be_told_so(kefu: Served) -> None:
    assert (await kefu.client().post("/api/v1/documents", files=FILE)).status_code == 401
    agent = await kefu.keyed(Role.AGENT)
    assert (await agent.post("/api/v1/documents", files=FILE)).status_code == 403
    assert (await agent.get("/api/v1/documents")).status_code == 200
    signed_in = await kefu.signed_in(Role.ADMIN)
    token = signed_in.headers.pop("X-CSRF-Token")
    assert (await signed_in.post("/api/v1/documents", files=FILE)).json()["code"] == "csrf_failed"
    signed_in.headers["X-CSRF-Token"] = token
    assert (await signed_in.post("/api/v1/documents", files=FILE)).status_code == 202


async def test_a_failed_document_tells_why_in_both_languages(
    admin: httpx.AsyncClient, served_documents: DocumentTools
) -> None:
    accepted = await upload(admin, "a.pdf", b"%PDF-1.7 nothing")
    await read_in(served_documents, accepted)
    url = f"/api/v1/documents/{accepted['document_id']}"
    zh = (await admin.get(url, headers={"Accept-Language": "zh-CN"})).json()
    en = (await admin.get(url, headers={"Accept-Language": "en"})).json()
    assert zh["status"] == "failed" and zh["error"]["code"] == "document_broken"
    assert "损坏" in zh["error"]["message"] and "damaged" in en["error"]["message"]
    job = (await admin.get(f"/api/v1/jobs/{accepted['job_id']}")).json()
    assert (job["state"], job["error"]["code"]) == ("failed", "document_broken")


@pytest.fixture
async def cited(admin: httpx.AsyncClient, served_documents: DocumentTools) -> tuple[UUID, UUID]:
    """A document and its second passage."""
    accepted = await upload(admin)
    await read_in(served_documents, accepted)
    document_id = UUID(accepted["document_id"])
    async with served_documents.database.reading() as session:
        chunks = await store.list_chunks(session, document_id)
    return document_id, chunks[1].id


async def test_a_citation_opens_its_passage_without_a_sign_in(
    kefu: Served, served_documents: DocumentTools, cited: tuple[UUID, UUID]
) -> None:
    document_id, chunk_id = cited
    url = served_documents.links.url(document_id=document_id, chunk_id=chunk_id, quote="由我们承担运费")
    answer = await kefu.client().get(url)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    assert "<mark>由我们承担运费</mark>" in answer.text and "签收后七天内可以退货" in answer.text
    assert answer.text.count('class="source-passage cited"') == 1
    file = await kefu.client().get(url + "/file")
    assert file.content == RETURNS.encode()
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["content-type"] == "application/octet-stream"


async def test_a_citation_of_a_passage_that_was_replaced_says_so(
    kefu: Served, admin: httpx.AsyncClient, served_documents: DocumentTools, cited: tuple[UUID, UUID]
) -> None:
    document_id, chunk_id = cited
    await read_in(served_documents, await upload(admin, data="# 退货政策\n\n全部改写了。".encode()))
    url = served_documents.links.url(document_id=document_id, chunk_id=chunk_id, quote="由我们承担运费")
    answer = await kefu.client(**{"Accept-Language": "zh-CN"}).get(url)
    assert answer.status_code == 200
    assert "全部改写了" in answer.text and "已经更新" in answer.text and "<mark>" not in answer.text


async def test_a_damaged_expired_or_orphaned_link_is_gone(
    kefu: Served, served_documents: DocumentTools, cited: tuple[UUID, UUID]
) -> None:
    document_id, chunk_id = cited
    links = served_documents.links
    good = links.url(document_id=document_id, chunk_id=chunk_id)
    over = SourceLinks(b"t" * 40, lifetime_s=-1)
    foreign = SourceLinks(b"f" * 40)
    client = kefu.client()
    with pytest.raises(Exception, match="source_gone"):
        over.read(over.url(document_id=document_id).removeprefix("/sources/"))
    for url in (good[:-2] + "xx", foreign.url(document_id=document_id), "/sources/x", links.url(faq_id=new_id())):
        for path in (url, url + "/file"):
            answer = await client.get(path, headers={"Accept": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (404, "source_gone"), path
    await delete_document(served_documents, document_id)
    assert (await client.get(good)).status_code == 404
