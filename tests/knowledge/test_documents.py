"""A document comes in once, is read in by a worker, gets versions under its source, and leaves at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.jobs import JobState, cancel_job, claim, get_job
from app.kernel.database import Database
from app.kernel.errors import NotFound, Unavailable
from app.kernel.ids import new_id
from app.knowledge import (
    DEFAULT_BASE,
    DocumentTools,
    accept_document,
    delete_document,
    get_document,
    ingest_document,
)
from app.knowledge.document_errors import (
    DocumentEmpty,
    DocumentTooLarge,
    DocumentTypeMismatch,
    DocumentUnsupported,
)
from app.knowledge.parsed import DocumentParser, ParsedDocument
from app.knowledge.store import documents as store
from app.knowledge.store.chunks import lock_base
from app.knowledge.store.documents import ChunkRecord
from tests.fakes.bell import FakeBell

Work = Callable[[], Awaitable[list[UUID]]]
RETURNS = "# 退货政策\n\n## 期限\n\n签收后七天内可以退货。\n\n## 运费\n\n质量问题由我们承担运费。\n"
WARRANTY = RETURNS + "\n## 保修\n\n整机保修两年，电池保修一年。\n"


async def chunks_of(tools: DocumentTools, document_id: UUID) -> list[ChunkRecord]:
    async with tools.database.reading() as session:
        return await store.list_chunks(session, document_id)


async def test_a_document_is_read_in_by_the_job_it_rings_for(documents: DocumentTools, bell: FakeBell) -> None:
    accepted = await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    assert [(job.name, job.queue, job.subject_id) for job in bell.rung] == [
        ("ingest_document", "ingest", accepted.job_id)
    ]
    before = await get_document(documents, accepted.document_id)
    assert (before.status, before.version, before.chunk_count) == ("queued", 0, 0)
    assert accepted.job_id is not None
    await ingest_document(documents, accepted.job_id)
    after = await get_document(documents, accepted.document_id)
    assert (after.status, after.version, after.title, after.chunk_count) == ("ready", 1, "退货政策", 2)
    job = await get_job(documents.database, accepted.job_id)
    assert (job.state, job.done, job.total, job.unit) == (JobState.SUCCEEDED, 2, 2, "chunks")
    found = await chunks_of(documents, accepted.document_id)
    assert [(c.heading_path, c.text) for c in found] == [
        (["退货政策", "期限"], "签收后七天内可以退货。"),
        (["退货政策", "运费"], "质量问题由我们承担运费。"),
    ]


async def test_the_same_bytes_are_one_document_whatever_they_are_called(
    documents: DocumentTools, work: Work, bell: FakeBell
) -> None:
    first = await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    while_waiting = await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    assert len(await work()) == 1
    later = await accept_document(documents, file_name="copy.md", data=RETURNS.encode())
    assert {first.document_id} == {while_waiting.document_id, later.document_id}
    assert (first.duplicate, while_waiting.duplicate, later.duplicate) == (False, True, True)
    assert later.job_id == first.job_id and not bell.rung


async def test_a_file_is_taken_while_a_thick_book_goes_into_the_same_base(documents: DocumentTools) -> None:
    async with documents.database.transaction() as book:
        await lock_base(book, DEFAULT_BASE)
        taken = accept_document(documents, file_name="a.md", data="# 甲\n\n可以退货。".encode())
        accepted = await asyncio.wait_for(taken, 4)
    assert (await get_document(documents, accepted.document_id)).status == "queued"


async def test_only_bytes_in_use_stay_in_the_blob_store(documents: DocumentTools, work: Work, tmp_path: Path) -> None:
    for _ in range(2):
        await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    await work()
    accepted = await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    assert len([p for p in (tmp_path / "blobs").rglob("*") if p.is_file()]) == 1
    await delete_document(documents, accepted.document_id)
    assert not [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()]


async def test_other_bytes_under_a_source_are_its_next_version_and_equal_passages_stay(
    documents: DocumentTools, work: Work
) -> None:
    first = await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    await work()
    old = await chunks_of(documents, first.document_id)
    second = await accept_document(documents, file_name="returns.md", data=WARRANTY.encode())
    assert (second.document_id, second.duplicate) == (first.document_id, False)
    waiting = await get_document(documents, first.document_id)
    assert (waiting.status, waiting.version, waiting.pending_version) == ("queued", 1, 2)
    assert await chunks_of(documents, first.document_id) == old, "the old version is served until the swap"
    await work()
    ready = await get_document(documents, first.document_id)
    assert (ready.status, ready.version, ready.pending_version, ready.chunk_count) == ("ready", 2, None, 3)
    new = await chunks_of(documents, first.document_id)
    assert [c.id for c in new[:2]] == [c.id for c in old]


async def test_a_source_that_goes_back_to_its_first_bytes_gets_a_third_version(
    documents: DocumentTools, work: Work
) -> None:
    for words in (RETURNS, WARRANTY, RETURNS):
        accepted = await accept_document(documents, file_name="a.md", source="handbook", data=words.encode())
        await work()
    document = await get_document(documents, accepted.document_id)
    assert (document.version, document.chunk_count) == (3, 2)


async def test_a_newer_upload_overtakes_one_that_is_still_waiting(documents: DocumentTools, bell: FakeBell) -> None:
    await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    newer = await accept_document(documents, file_name="returns.md", data=WARRANTY.encode())
    first_job, second_job = (job.subject_id for job in bell.rung)
    await ingest_document(documents, second_job)
    await ingest_document(documents, first_job)
    document = await get_document(documents, newer.document_id)
    assert (document.status, document.version, document.chunk_count) == ("ready", 2, 3)
    assert (await get_job(documents.database, first_job)).state is JobState.SUCCEEDED


async def test_a_file_that_cannot_be_read_fails_with_a_code_and_the_old_version_stays(
    documents: DocumentTools, work: Work
) -> None:
    good = await accept_document(documents, file_name="a.md", source="s", data=RETURNS.encode())
    await work()
    bad = await accept_document(documents, file_name="a.pdf", source="s", data=b"%PDF-1.7\nnothing")
    await work()
    document = await get_document(documents, good.document_id)
    assert bad.document_id == good.document_id
    assert (document.status, document.error_code, document.version) == ("failed", "document_broken", 1)
    assert len(await chunks_of(documents, good.document_id)) == 2
    assert bad.job_id is not None
    job = await get_job(documents.database, bad.job_id)
    assert (job.state, job.error_code) == (JobState.FAILED, "document_broken")


async def test_a_failed_file_that_comes_again_is_tried_again(documents: DocumentTools, work: Work) -> None:
    first = await accept_document(documents, file_name="a.pdf", data=b"%PDF-1.7\nnothing")
    await work()
    again = await accept_document(documents, file_name="a.pdf", data=b"%PDF-1.7\nnothing")
    assert (again.document_id, again.duplicate) == (first.document_id, False)
    assert again.job_id != first.job_id
    assert len(await work()) == 1
    assert (await get_document(documents, first.document_id)).status == "failed"


async def test_a_deleted_document_leaves_at_once_and_its_job_has_nothing_to_do(
    documents: DocumentTools, work: Work, bell: FakeBell
) -> None:
    accepted = await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    await work()
    await accept_document(documents, file_name="returns.md", data=WARRANTY.encode())
    await delete_document(documents, accepted.document_id)
    assert await chunks_of(documents, accepted.document_id) == []
    (job_id,) = await work()
    assert (await get_job(documents.database, job_id)).state is JobState.SUCCEEDED
    assert await chunks_of(documents, accepted.document_id) == []
    for call in (get_document, delete_document):
        with pytest.raises(NotFound):
            await call(documents, accepted.document_id)
    anew = await accept_document(documents, file_name="returns.md", data=WARRANTY.encode())
    assert anew.document_id != accepted.document_id and not anew.duplicate


class DeletesWhileReading:
    """A parser during whose work somebody deletes the document."""

    def __init__(self, inner: DocumentParser, tools: DocumentTools):
        self.inner, self.tools = inner, tools
        self.document_id = new_id()

    async def parse(self, data: bytes, file_name: str, file_type: str, *others: object) -> ParsedDocument:
        parsed = await self.inner.parse(data, file_name, file_type)
        await delete_document(self.tools, self.document_id)
        return parsed


async def test_a_document_deleted_while_it_is_read_ends_deleted(documents: DocumentTools) -> None:
    parser = DeletesWhileReading(documents.parser, documents)
    tools = replace(documents, parser=parser)
    accepted = await accept_document(tools, file_name="returns.md", data=RETURNS.encode())
    parser.document_id = accepted.document_id
    assert accepted.job_id is not None
    await ingest_document(tools, accepted.job_id)
    assert await chunks_of(tools, accepted.document_id) == []


async def test_a_worker_that_dies_midway_leaves_a_job_another_one_finishes(
    documents: DocumentTools, database: Database
) -> None:
    accepted = await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    assert accepted.job_id is not None
    assert await claim(database, accepted.job_id) is not None
    async with database.transaction() as session:
        await store.set_status(session, accepted.document_id, 1, "embedding")
    await ingest_document(documents, accepted.job_id)
    assert (await get_document(documents, accepted.document_id)).status == "embedding", "the dead one has the lease"
    async with database.transaction() as session:
        await session.execute(text("UPDATE job SET due_at = now() - interval '1 second'"))
    await ingest_document(documents, accepted.job_id)
    assert (await get_document(documents, accepted.document_id)).status == "ready"


class Down:
    """A parser that cannot be started."""

    async def parse(self, data: bytes, file_name: str, file_type: str, *others: object) -> ParsedDocument:
        raise Unavailable


async def test_a_job_given_up_after_three_tries_leaves_its_document_failed(
    documents: DocumentTools, database: Database
) -> None:
    tools = replace(documents, parser=Down())
    accepted = await accept_document(tools, file_name="returns.md", data=RETURNS.encode())
    assert accepted.job_id is not None
    for status in ("parsing", "parsing", "failed"):
        async with database.transaction() as session:
            await session.execute(text("UPDATE job SET due_at = now() - interval '1 second'"))
        await ingest_document(tools, accepted.job_id)
        assert (await get_document(documents, accepted.document_id)).status == status
    document = await get_document(documents, accepted.document_id)
    assert (document.error_code, document.pending_version) == ("unavailable", None)


async def test_a_cancelled_job_leaves_its_document_failed(documents: DocumentTools) -> None:
    accepted = await accept_document(documents, file_name="returns.md", data=RETURNS.encode())
    assert accepted.job_id is not None
    await cancel_job(documents.jobs, accepted.job_id)
    document = await get_document(documents, accepted.document_id)
    assert (document.status, document.error_code) == ("failed", "job_cancelled")


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.md", b"", DocumentEmpty),
        ("a.txt", b" \n\t\r\n", DocumentEmpty),
        ("a.txt", b"x" * (1024 * 1024 + 1), DocumentTooLarge),
        ("a.exe", b"MZ\x90\x00", DocumentUnsupported),
        ("noextension", b"text", DocumentUnsupported),
        ("a.pdf", b"<html><body>not a pdf", DocumentTypeMismatch),
        ("a.docx", b"%PDF-1.7", DocumentTypeMismatch),
        ("a.md", b"\x89PNG\r\n\x1a\n", DocumentTypeMismatch),
        ("a.csv", b"PK\x03\x04rest", DocumentTypeMismatch),
        ("a.txt", bytes(range(32)) * 20, DocumentTypeMismatch),
    ],
)
async def test_what_shows_at_once_is_refused_and_leaves_nothing(
    documents: DocumentTools, bell: FakeBell, tmp_path: Path, name: str, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await accept_document(documents, file_name=name, data=data)
    assert not bell.rung and not [p for p in tmp_path.rglob("*") if p.is_file()]


async def test_an_unknown_base_is_not_found(documents: DocumentTools) -> None:
    with pytest.raises(NotFound):
        await accept_document(documents, file_name="a.md", data=b"text", base_id=new_id())


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/returns.md", "returns.md"),
        ("C:\\Users\\lin\\returns.md", "returns.md"),
        ("a\r\nSet-Cookie: x.md", "aSet-Cookie_ x.md"),
        ("\u202etxt.md", "txt.md"),
        ("长" * 300 + ".md", "长" * 197 + ".md"),
        ("退货 🎧.md", "退货 🎧.md"),
    ],
)
async def test_a_file_name_is_shown_without_paths_and_tricks(documents: DocumentTools, name: str, cleaned: str) -> None:
    accepted = await accept_document(documents, file_name=name, data=b"# x\n\ntext")
    document = await get_document(documents, accepted.document_id)
    assert (document.file_name, document.source) == (cleaned, cleaned)
