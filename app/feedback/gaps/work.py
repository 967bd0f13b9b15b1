"""The job that groups: reads failed questions in the order they came, and puts each into the gap it belongs to."""

import asyncio
import hashlib
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import numpy as np

from app.conversations import AskedQuestion, read_questions
from app.feedback.gaps.domain import GROUP_JOB, QUEUE, REOPENS_AFTER, UNIT, Waiting
from app.feedback.gaps.fitting import fit
from app.feedback.gaps.grouping import Groups, Placed, Vectors
from app.feedback.gaps.store import signs
from app.feedback.gaps.tools import GapTools
from app.jobs import JobState, Lease, list_jobs, open_job, report_progress, run_job
from app.kernel.logging import get_logger
from app.kernel.personal import without_personal_values
from app.knowledge import Loaded, canonical_text

log = get_logger(__name__)
BATCH, LONGEST = 1_000, 500
WAITING = (JobState.QUEUED, JobState.RUNNING)


async def tend_gaps(tools: GapTools) -> UUID | None:
    """Rings for the grouping when questions wait and nobody is at it; the job that is, or None."""
    running = await list_jobs(tools.database, states=WAITING, kind=GROUP_JOB, limit=1)
    if running:
        return running[0].id
    async with tools.database.transaction() as session:
        if not await signs.count_waiting(session):
            return None
        present = await tools.search.embedders.present()
        return await open_job(session, tools.jobs.bell, GROUP_JOB, QUEUE, present.id)


async def do_grouping(tools: GapTools, job_id: UUID) -> None:
    """The job."""
    await run_job(tools.jobs, job_id, partial(_work, tools))


async def _work(tools: GapTools, lease: Lease) -> None:
    present = await tools.search.embedders.present(fresh=True)
    async with tools.database.reading() as session:
        total = await signs.count_waiting(session)
    groups = await load_groups(tools, present)
    done = 0
    while found := await group_some(tools, present, groups):
        done += found
        await report_progress(tools.database, lease, done, max(done, total), UNIT)
    log.info("gaps_grouped", questions=done, gaps=len(groups.first_of), least=groups.least)


async def load_groups(tools: GapTools, present: Loaded) -> Groups:
    """The groups as they are kept, under the likeness fitted for this embedder. Raises EmbedderUnavailable."""
    least = await _least(tools, present)
    async with tools.database.reading() as session:
        kept = await signs.exemplars(session)
    groups = Groups(least, present.neural, present.card.dimensions)
    old = [one for one in kept if one[3] != present.id]
    renewed = {}
    if old:
        vectors = await present.embedder.embed([text for _, _, text, _, _ in old], "query")
        renewed = {one[0]: vector for one, vector in zip(old, vectors, strict=True)}
        async with tools.database.transaction() as session:
            await signs.renew_vectors(session, present.id, [(one, packed(v)) for one, v in renewed.items()])
    for question_id, gap_id, text, _, vector in kept:
        groups.add(gap_id, text, renewed[question_id] if question_id in renewed else unpacked(vector))
    return groups


async def _least(tools: GapTools, present: Loaded) -> float:
    async with tools.database.reading() as session:
        known = await signs.find_fit(session, present.id)
    if known is not None:
        return known[0]
    fitted = await fit(lambda texts: present.embedder.embed(texts, "query"), neural=present.neural)
    async with tools.database.transaction() as session:
        await signs.keep_fit(session, present.id, fitted.least, vars(fitted))
    log.info("gaps_fitted", model=present.card.model, least=fitted.least, precision=fitted.precision)
    return fitted.least


async def group_some(tools: GapTools, present: Loaded, groups: Groups) -> int:
    """The next batch; how many questions it dealt with."""
    async with tools.database.reading() as session:
        ids = await signs.waiting_ids(session, BATCH)
        asked = {one.message_id: one for one in await read_questions(session, ids)}
        waiting = [_waiting(asked[one]) for one in ids if one in asked]
        known = await signs.gaps_asking(session, [one.canonical for one in waiting])
    once: dict[str, Waiting] = {}
    for one in waiting:
        if one.canonical not in known:
            once.setdefault(one.canonical, one)
    fresh = list(once.values())
    vectors = await present.embedder.embed([one.text for one in fresh], "query") if fresh else None
    placed = [] if vectors is None else await asyncio.to_thread(groups.place, [one.text for one in fresh], vectors)
    await _keep(tools, present, waiting, known, fresh, placed, vectors)
    async with tools.database.transaction() as session:
        await signs.forget(session, [one for one in ids if one not in asked])
    return len(ids)


async def _keep(
    tools: GapTools,
    present: Loaded,
    waiting: Sequence[Waiting],
    known: dict[str, UUID],
    fresh: Sequence[Waiting],
    placed: Sequence[Placed],
    vectors: Vectors | None,
) -> None:
    where = known | {one.canonical: spot.group for one, spot in zip(fresh, placed, strict=True)}
    standing = {
        one.question_id: packed(vectors[row])
        for row, (one, spot) in enumerate(zip(fresh, placed, strict=True))
        if spot.is_exemplar and vectors is not None
    }
    begun = [
        (spot.group, without_personal_values(one.text), one.locale)
        for one, spot in zip(fresh, placed, strict=True)
        if spot.begins
    ]
    async with tools.database.transaction() as session:
        await signs.add_gaps(session, begun)
        rows = [(one, where[one.canonical], standing.get(one.question_id)) for one in waiting]
        await signs.place(session, present.id, rows)
        await signs.reopen_asked_again(session, list(set(where.values())), REOPENS_AFTER)


def _waiting(asked: AskedQuestion) -> Waiting:
    """A stranger is known by the conversation, a customer the company vouches for by a digest of who that is."""
    text = " ".join(asked.text.split())[:LONGEST]
    source = f"c:{asked.conversation_id}"
    if asked.visitor:
        source = f"v:{hashlib.sha256(asked.visitor.encode()).hexdigest()[:24]}"
    return Waiting(asked.message_id, text, canonical_text(text), asked.locale, source)


def packed(vector: Vectors) -> bytes:
    """A vector as it is kept: half precision."""
    return np.asarray(vector, dtype=np.float16).tobytes()


def unpacked(kept: bytes) -> Vectors:
    """The vector again."""
    return np.frombuffer(kept, dtype=np.float16).astype(np.float32)
