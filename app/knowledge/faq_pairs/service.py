"""Finding FAQs that mean the same, and making one of two."""

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import Lease, finish, list_jobs, open_job, report_progress, run_job
from app.jobs.domain import JobRecord, JobState
from app.kernel.errors import Conflict, Invalid, NotFound
from app.knowledge.domain import Faq, FaqContent
from app.knowledge.faq_pairs import store
from app.knowledge.faq_pairs.alike import alike
from app.knowledge.faqs import MOST_QUESTIONS, changed_meanwhile, distinct, faq_chunks, get_faq
from app.knowledge.index import prepare_chunks
from app.knowledge.store.chunks import Owner, Replacement, remove_chunks, replace_chunks
from app.knowledge.store.faqs import change_content, find_faqs, limit_chunks, remove_faq_row, versions_of
from app.knowledge.tools import FaqTools

PAIRS_JOB, QUEUE, UNIT = "faq_pairs", "ingest", "questions"
WAITING = (JobState.QUEUED, JobState.RUNNING)


class TooManyPhrasings(Invalid):
    """Together they have more ways to ask than one FAQ may have."""

    code = "faq_too_many_phrasings"


class DifferentBases(Conflict):
    """FAQs of two bases stay two."""

    code = "faq_different_bases"


@dataclass(frozen=True)
class ShownPair:
    """Two FAQs with the questions they are most alike by."""

    one: Faq
    other: Faq
    one_question: str
    other_question: str
    score: float


async def open_search(tools: FaqTools) -> UUID:
    """Rings for a new comparison of all FAQs, or gives the one that is under way."""
    running = await list_jobs(tools.jobs.database, states=WAITING, kind=PAIRS_JOB, limit=1)
    if running:
        return running[0].id
    async with tools.search.database.transaction() as session:
        present = await tools.search.embedders.present()
        return await open_job(session, tools.jobs.bell, PAIRS_JOB, QUEUE, present.id)


async def latest_search(tools: FaqTools) -> JobRecord | None:
    """The newest comparison."""
    found = await list_jobs(tools.jobs.database, kind=PAIRS_JOB, limit=1)
    return found[0] if found else None


async def find_pairs(tools: FaqTools, job_id: UUID) -> None:
    """The job: compares all questions and keeps the pairs."""
    await run_job(tools.jobs, job_id, partial(_find, tools))


async def _find(tools: FaqTools, lease: Lease) -> None:
    present = await tools.search.embedders.present(fresh=True)
    async with tools.search.database.reading() as session:
        asked, vectors = await store.asked_with_vectors(session, present.id, present.card.dimensions)
    await report_progress(tools.jobs.database, lease, 0, len(asked), UNIT)
    pairs = await asyncio.to_thread(alike, asked, vectors)
    await report_progress(tools.jobs.database, lease, len(asked), len(asked), UNIT)
    async with tools.search.database.transaction() as session:
        present_ids = await versions_of(session, list({one for pair in pairs for one in (pair.one_id, pair.other_id)}))
        await store.keep_pairs(session, [pair for pair in pairs if {pair.one_id, pair.other_id} <= set(present_ids)])
        await finish(session, lease)


async def pairs_page(tools: FaqTools, base_id: UUID | None, offset: int, limit: int) -> tuple[list[ShownPair], int]:
    """Pairs to look at, most alike first, and how many there are in all."""
    async with tools.search.database.reading() as session:
        pairs = await store.list_pairs(session, base_id, offset, limit)
        known = await find_faqs(session, list({one for pair in pairs for one in (pair.one_id, pair.other_id)}))
        total = await store.count_pairs(session, base_id)
    shown = [
        ShownPair(known[pair.one_id], known[pair.other_id], pair.one_question, pair.other_question, pair.score)
        for pair in pairs
        if pair.one_id in known and pair.other_id in known
    ]
    return shown, total


async def dismiss_pair(tools: FaqTools, one_id: UUID, other_id: UUID, actor: Principal) -> None:
    """They do not mean the same, and will not be shown again. Raises NotFound."""
    async with tools.search.database.transaction() as session:
        if not await store.dismiss(session, one_id, other_id, actor.name):
            raise NotFound
        await record_audit(session, actor, "faq.pair_dismissed", str(one_id), other=str(other_id))


@dataclass(frozen=True)
class Merge:
    """`keep` gets the phrasings and tags of `remove`, which goes; answer: the one kept. The versions are those seen."""

    keep_id: UUID
    keep_version: int
    remove_id: UUID
    remove_version: int
    answer: str


async def merge(tools: FaqTools, wish: Merge, actor: Principal) -> Faq:
    """Makes one FAQ of two. Raises NotFound, FaqChanged, TooManyPhrasings, DifferentBases."""
    keep, remove = await get_faq(tools.search, wish.keep_id), await get_faq(tools.search, wish.remove_id)
    for known, seen in ((keep, wish.keep_version), (remove, wish.remove_version)):
        if known.version != seen:
            raise changed_meanwhile(known)
    if keep.base_id != remove.base_id or keep.id == remove.id:
        raise DifferentBases
    content = _united(keep, remove, wish.answer)
    chunks = faq_chunks(content.questions, content.answer)
    prepared = await prepare_chunks(tools.search, content.questions[0], chunks, replaces=keep.id)
    async with tools.search.database.transaction() as session:
        if await versions_of(session, [remove.id]) != {remove.id: remove.version}:
            raise changed_meanwhile(await get_faq(tools.search, remove.id))
        await remove_chunks(session, remove.base_id, remove.id)
        await remove_faq_row(session, remove.id)
        if not await change_content(session, keep.id, keep.base_id, content, actor.name, keep.version):
            raise changed_meanwhile(await get_faq(tools.search, keep.id))
        await replace_chunks(session, keep.base_id, [Replacement(Owner(keep.base_id, faq_id=keep.id), prepared, 1)])
        await limit_chunks(session, keep.id, content, FaqContent.of(keep))
        await store.forget_pairs_of(session, keep.id)
        await record_audit(
            session, actor, "faq.merged", str(keep.id), removed=str(remove.id), removed_question=remove.questions[0]
        )
    return await get_faq(tools.search, keep.id)


def _united(keep: Faq, remove: Faq, answer: str) -> FaqContent:
    questions = distinct((*keep.questions, *remove.questions))
    if len(questions) > MOST_QUESTIONS:
        raise TooManyPhrasings
    tags = tuple(dict.fromkeys((*keep.tags, *remove.tags)))
    return replace(FaqContent.of(keep), questions=questions, answer=answer.strip(), tags=tags)
