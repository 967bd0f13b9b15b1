"""Changing words: every change a version, passages with changed protected terms indexed anew while search goes on."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import JobTools, Lease, finish, open_job, report_progress, run_job
from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.logging import get_logger
from app.knowledge.errors import WordsChanged
from app.knowledge.events import SearchChanged
from app.knowledge.ports import QuestionBank
from app.knowledge.store.bases import base_exists
from app.knowledge.store.passages import hold_index
from app.knowledge.tools import SearchTools
from app.knowledge.words import store
from app.knowledge.words.domain import (
    WordList,
    WordsVersion,
    changed_protected,
    list_to_json,
)
from app.knowledge.words.indexing import swap_terms

log = get_logger(__name__)
REINDEX_JOB, QUEUE, UNIT = "words_reindex", "ingest", "chunks"
BATCH = 200


@dataclass(frozen=True)
class WordsTools:
    """Search, jobs, and the regression questions a change is measured by."""

    search: SearchTools
    jobs: JobTools
    bank: QuestionBank

    @property
    def database(self) -> Database:
        """The database of search."""
        return self.search.database


async def current_words(tools: WordsTools, base_id: UUID | None) -> WordsVersion:
    """The list in force; version 0 is empty. Raises NotFound for the base."""
    await _known(tools, base_id)
    async with tools.database.reading() as session:
        return await store.version_of(session, base_id)


async def word_versions(tools: WordsTools, base_id: UUID | None, limit: int = 50) -> list[WordsVersion]:
    """The newest versions. Raises NotFound for the base."""
    await _known(tools, base_id)
    async with tools.database.reading() as session:
        return await store.versions(session, base_id, limit)


async def save_words(
    tools: WordsTools,
    base_id: UUID | None,
    words: WordList,
    seen: int,
    actor: Principal | None = None,
    action: str = "saved",
) -> WordsVersion:
    """A scope's list from now on; seen: the version it was made from.

    Raises WordsChanged with the present list when it is another one by now, TooManyWords, NotFound for the base.
    """
    await _known(tools, base_id)
    words = words.within_limits()
    async with tools.database.transaction() as session:
        await store.lock_words(session, base_id)
        current = await store.version_of(session, base_id)
        if current.number != seen:
            raise changed_meanwhile(current)
        if current.words == words:
            return current
        name = actor.name if actor else ""
        version_id = await store.add_version(session, base_id, current.number + 1, words, action, name)
        if changed_protected(current.words, words).protected:
            job_id = await open_job(session, tools.jobs.bell, REINDEX_JOB, QUEUE, version_id)
            await store.note_job(session, version_id, job_id)
        await tools.jobs.announcer.announce(session, SearchChanged("words", str(base_id or "")))
        await record_audit(session, actor, f"words.{action}", str(base_id or "shared"), version=current.number + 1)
    await tools.search.embedders.present(fresh=True)
    return await current_words(tools, base_id)


async def roll_back(
    tools: WordsTools, base_id: UUID | None, number: int, seen: int, actor: Principal | None = None
) -> WordsVersion:
    """An earlier list again, as a new version. number 0: none at all. Raises NotFound, WordsChanged."""
    words = WordList()
    if number:
        async with tools.database.reading() as session:
            earlier = await store.version_of(session, base_id, number)
        if earlier.number != number:
            raise NotFound
        words = earlier.words
    return await save_words(tools, base_id, words, seen, actor, "rolled_back")


def changed_meanwhile(current: WordsVersion) -> WordsChanged:
    """The conflict, with the list as it is now."""
    synonyms, protected = list_to_json(current.words)
    theirs = {"number": current.number, "synonyms": synonyms, "protected": protected}
    return WordsChanged(extra={"theirs": theirs}, name=current.created_by or "—")


async def reindex_words(tools: WordsTools, job_id: UUID) -> None:
    """The job: indexes the passages anew that say a protected term which came or went."""
    await run_job(tools.jobs, job_id, partial(_reindex, tools))


async def _reindex(tools: WordsTools, lease: Lease) -> None:
    async with tools.database.reading() as session:
        version = await store.find_version(session, lease.subject_id)
        if version is None:
            return
        before = await store.version_of(session, version.base_id, version.number - 1) if version.number > 1 else None
        bases = await store.bases_of(session, version.base_id)
        total = await store.count_indexed(session, bases)
    changed = changed_protected(before.words if before else WordList(), version.words)
    done = touched = 0
    for base_id in bases:
        after: UUID | None = None
        while True:
            async with tools.database.reading() as session:
                page = await store.indexed_after(session, base_id, after, BATCH)
            if not page:
                break
            after, done = page[-1][0], done + len(page)
            ids = [chunk_id for chunk_id, title, chunk in page if store.says(title, chunk, changed)]
            if ids:
                touched += await _index_anew(tools, base_id, ids)
            await report_progress(tools.database, lease, min(done, total), total, UNIT)
    async with tools.database.transaction() as session:
        await store.note_reindexed(session, lease.subject_id, touched)
        await finish(session, lease)
    log.info("words_reindexed", version_id=str(lease.subject_id), touched=touched, looked_at=done)


async def _index_anew(tools: WordsTools, base_id: UUID, ids: list[UUID]) -> int:
    """In one transaction, so that search finds each passage by its old terms or by its new ones."""
    async with tools.database.transaction() as session:
        await hold_index(session, base_id)
        words = (await store.load_book(session)).of_base(base_id)
        return await swap_terms(session, base_id, ids, words)


async def _known(tools: WordsTools, base_id: UUID | None) -> None:
    if base_id is None:
        return
    async with tools.database.reading() as session:
        if not await base_exists(session, base_id):
            raise NotFound
