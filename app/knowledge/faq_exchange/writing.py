"""Writing what a report showed, all of it in one transaction or nothing."""

import pickle
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from app.kernel.database import Session
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import FaqContent, PreparedChunks
from app.knowledge.errors import FaqImportOutdated, IndexMoved
from app.knowledge.faq_exchange.domain import PlannedRow, RowKind
from app.knowledge.faq_exchange.store import add_many, lock_base
from app.knowledge.faqs import faq_chunks
from app.knowledge.index import Source, prepare_many
from app.knowledge.store.chunks import Owner, Replacement, replace_chunks
from app.knowledge.store.faqs import change_content, find_faqs, limit_chunks, owners_of, versions_of
from app.knowledge.tools import SearchTools

AT_ONCE = 250
Progress = Callable[[int, int], Awaitable[None]]
Rows = Callable[[], AsyncIterator[Sequence[PlannedRow]]]
InTransaction = Callable[[Session], Awaitable[None]]


@dataclass(frozen=True)
class Writing:
    """rows: gives the rows to write, a batch at a time, afresh with each call; source, name: where from and by whom."""

    base_id: UUID
    rows: Rows
    total: int
    source: str
    name: str


@dataclass(frozen=True)
class _Batch:
    """Some rows with what each shall say and its passages, ready for the index."""

    rows: Sequence[PlannedRow]
    contents: Sequence[FaqContent]
    prepared: Sequence[PreparedChunks]


async def write(
    tools: SearchTools, writing: Writing, finish: InTransaction, on_progress: Progress | None = None
) -> None:
    """Embeds first, then writes all rows and calls `finish` in the same transaction.

    What is embedded waits in a file, so that memory does not grow with the import. Raises FaqImportOutdated when the
    base no longer is as the report saw it; nothing is written then.
    """
    with tempfile.TemporaryFile() as spool:
        batches = await _prepare(tools, writing, spool, on_progress)
        try:
            async with tools.database.transaction() as session:
                await lock_base(session, writing.base_id)
                spool.seek(0)
                for number in range(batches):
                    await _write_batch(session, writing, pickle.load(spool))  # noqa: S301  # written above
                    if on_progress is not None:
                        await on_progress(writing.total + (number + 1) * AT_ONCE, 2 * writing.total)
                await finish(session)
        except IndexMoved:
            raise FaqImportOutdated from None


async def _prepare(tools: SearchTools, writing: Writing, spool: IO[bytes], on_progress: Progress | None) -> int:
    batches = done = 0
    async for rows in writing.rows():
        async with tools.database.reading() as session:
            known = await find_faqs(session, [row.faq_id for row in rows if row.faq_id is not None])
        contents = [row.draft.content(known.get(row.faq_id) if row.faq_id else None) for row in rows]
        sources = [
            Source(content.questions[0], faq_chunks(content.questions, content.answer), row.faq_id)
            for row, content in zip(rows, contents, strict=True)
        ]
        pickle.dump(_Batch(rows, contents, await prepare_many(tools, sources)), spool, pickle.HIGHEST_PROTOCOL)
        batches, done = batches + 1, done + len(rows)
        if on_progress is not None:
            await on_progress(done, 2 * writing.total)
    return batches


async def _write_batch(session: Session, writing: Writing, batch: _Batch) -> None:
    base_id = writing.base_id
    await _check(session, base_id, batch)
    fresh = [content for row, content in zip(batch.rows, batch.contents, strict=True) if row.kind is RowKind.ADDED]
    added = iter(await add_many(session, base_id, fresh, writing.source, writing.name))
    replacements: list[Replacement] = []
    limited: list[tuple[UUID, FaqContent, FaqContent | None]] = []
    for row, content, prepared in zip(batch.rows, batch.contents, batch.prepared, strict=True):
        if row.kind is RowKind.ADDED:
            faq_id = next(added)
        else:
            assert row.faq_id is not None, "a changed row names its FAQ"
            faq_id = row.faq_id
            if not await change_content(session, faq_id, base_id, content, writing.name, row.faq_version):
                raise FaqImportOutdated
        replacements.append(Replacement(Owner(base_id, faq_id=faq_id), prepared, 1))
        limited.append((faq_id, content, row.before))
    await replace_chunks(session, base_id, replacements)
    for faq_id, content, before in limited:
        await limit_chunks(session, faq_id, content, before)


async def _check(session: Session, base_id: UUID, batch: _Batch) -> None:
    """Every way to ask still belongs to nobody or to the FAQ of its row, and no FAQ was edited since."""
    expected = {
        canonical_text(question): row.faq_id
        for row, content in zip(batch.rows, batch.contents, strict=True)
        for question in content.questions
    }
    owners = await owners_of(session, base_id, list(expected))
    if any(owner != expected[canonical] for canonical, owner in owners.items()):
        raise FaqImportOutdated
    planned = {row.faq_id: row.faq_version for row in batch.rows if row.faq_id is not None}
    if planned and await versions_of(session, list(planned)) != planned:
        raise FaqImportOutdated
