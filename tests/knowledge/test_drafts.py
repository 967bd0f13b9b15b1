"""A document is read with other settings beside what search serves, compared, and then taken whole or dropped."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest

from app.jobs import cancel_job
from app.kernel.errors import NotFound
from app.knowledge import DocumentTools, SearchRequest, accept_document, edit_chunk, get_document, search_passages
from app.knowledge.document_errors import DocumentBusy
from app.knowledge.drafts.domain import Change, DraftState, Group
from app.knowledge.drafts.errors import DraftImpossible, DraftNotReady, DraftOutdated
from app.knowledge.drafts.service import accept_draft, discard_draft, open_draft, show_draft
from app.knowledge.parsed import ParseSettings
from app.knowledge.store.documents import ChunkRecord, list_chunks
from tests.fakes.bell import FakeBell
from tests.knowledge.test_archives import zipped

Work = Callable[[], Awaitable[list[UUID]]]
SMALLER = ParseSettings(size=300, overlap=0)
TERMS = "# 条款\n\n" + "".join(f"第 {n} 条：型号 X{n} 签收后七天内可以退货，运费由我们承担。\n\n" for n in range(40))
EDIT = "型号 X0 签收后十五天内可以退货，运费由我们承担。"


@pytest.fixture
async def document_id(documents: DocumentTools, work: Work) -> UUID:
    accepted = await accept_document(documents, file_name="terms.md", data=TERMS.encode())
    await work()
    return accepted.document_id


async def passages(tools: DocumentTools, document_id: UUID) -> list[ChunkRecord]:
    async with tools.database.reading() as session:
        return await list_chunks(session, document_id)


async def compared(tools: DocumentTools, document_id: UUID) -> tuple[Group, ...]:
    comparison = (await show_draft(tools, document_id)).comparison
    assert comparison is not None
    return comparison.groups


async def test_a_draft_changes_nothing_until_it_is_taken_whole(
    documents: DocumentTools, work: Work, document_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await get_document(documents, document_id)
    await open_draft(documents, document_id, SMALLER, None)
    with pytest.raises(DraftNotReady):
        await accept_draft(documents, document_id, (await show_draft(documents, document_id)).seen, None)
    await work()
    shown = await show_draft(documents, document_id)
    assert await get_document(documents, document_id) == before and shown.draft.state == DraftState.READY
    groups = await compared(documents, document_id)
    assert {group.change for group in groups} <= {Change.RECUT, Change.CHANGED}
    assert sum(len(group.before) for group in groups) == before.chunk_count < sum(len(group.after) for group in groups)
    present = await documents.search.embedders.present()
    monkeypatch.setattr(type(present.embedder), "embed", None)  # its vectors were made with the draft
    await accept_draft(documents, document_id, shown.seen, None)
    after = await get_document(documents, document_id)
    assert (after.settings, after.version) == (SMALLER, before.version)
    assert [one.text for one in await passages(documents, document_id)] == [
        one.text for group in groups for one in group.after
    ]
    monkeypatch.undo()
    found = await search_passages(documents.search, SearchRequest(["型号 X17 几天内可以退货"], limit=1))
    assert "X17" in found.hits[0].text
    with pytest.raises(NotFound):
        await show_draft(documents, document_id)


async def test_the_same_settings_change_nothing_and_a_new_draft_drops_the_one_before(
    documents: DocumentTools, work: Work, document_id: UUID, bell: FakeBell, tmp_path: Path
) -> None:
    await open_draft(documents, document_id, SMALLER, None)
    old = bell.rung.pop()
    await open_draft(documents, document_id, ParseSettings(), None)
    bell.rung.append(old)
    await work()
    groups = await compared(documents, document_id)
    assert {group.change for group in groups} == {Change.SAME}
    assert len(list((tmp_path / "blobs").rglob("*draft*"))) == 2
    await discard_draft(documents, document_id, None)
    assert not list((tmp_path / "blobs").rglob("*draft*"))


async def test_hand_work_that_would_be_lost_is_named_and_a_later_edit_asks_for_another_look(
    documents: DocumentTools, work: Work, document_id: UUID
) -> None:
    first, second, *_ = await passages(documents, document_id)
    await edit_chunk(documents.search, first.id, revision=1, text=EDIT)
    await open_draft(documents, document_id, SMALLER, None)
    await work()
    shown = await show_draft(documents, document_id)
    assert shown.comparison is not None
    assert [one.text for one in shown.comparison.dropped] == [EDIT] and not shown.comparison.kept
    await edit_chunk(documents.search, second.id, revision=1, text=EDIT)
    with pytest.raises(DraftOutdated):
        await accept_draft(documents, document_id, shown.seen, None)
    again = await show_draft(documents, document_id)
    assert again.comparison is not None and len(again.comparison.dropped) == 2
    await accept_draft(documents, document_id, again.seen, None)
    assert EDIT not in [one.text for one in await passages(documents, document_id)]


async def test_a_draft_of_older_bytes_cannot_be_taken(documents: DocumentTools, work: Work, document_id: UUID) -> None:
    await open_draft(documents, document_id, SMALLER, None)
    await work()
    seen = (await show_draft(documents, document_id)).seen
    await accept_document(documents, file_name="terms.md", data=TERMS.replace("七天", "八天").encode())
    with pytest.raises(DocumentBusy):
        await open_draft(documents, document_id, SMALLER, None)
    await work()
    assert (await show_draft(documents, document_id)).outdated
    with pytest.raises(DraftOutdated):
        await accept_draft(documents, document_id, seen, None)


async def test_a_draft_that_cannot_be_read_says_why(documents: DocumentTools, work: Work, document_id: UUID) -> None:
    job_id = await open_draft(documents, document_id, SMALLER, None)
    await cancel_job(documents.jobs, job_id)
    shown = await show_draft(documents, document_id)
    assert (shown.draft.state, shown.draft.error_code) == ("failed", "job_cancelled")
    archive = await accept_document(documents, file_name="a.zip", data=zipped(("a.md", b"# A\n\nB")))
    with pytest.raises(DraftImpossible):
        await open_draft(documents, archive.document_id, SMALLER, None)
