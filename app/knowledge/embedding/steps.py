"""What is done at each stage of a run; every step finds what is done already, so any of them may run again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

from app.kernel.clock import now
from app.kernel.logging import get_logger
from app.knowledge.defaults import HASHED
from app.knowledge.embedders import Loaded
from app.knowledge.embedding.domain import TARGET, Part, Stage
from app.knowledge.embedding.errors import PartStopped, TooFewLessons
from app.knowledge.embedding.lessons import gather
from app.knowledge.embedding.store import parts, vectors
from app.knowledge.embedding.store import runs as run_rows
from app.knowledge.embedding.threshold import figures_of, fit
from app.knowledge.embedding.tools import EmbedderTools
from app.knowledge.embedding.tuning import FEWEST, Tuned, tune
from app.knowledge.errors import EmbedderUnavailable
from app.knowledge.hashed_embedder import Idf, IdfCounts, pack_idf
from app.knowledge.index import embedded_text
from app.knowledge.options import SearchOptions
from app.knowledge.ports import Vectors
from app.knowledge.search import WEIGHT_FREE
from app.knowledge.store.embedders import lock_embedders, set_state

log = get_logger(__name__)
FIT_BATCH, LONGEST_WRITER_S = 500, 900


@dataclass(frozen=True)
class Step:
    """A part with the embedder it is about; after `deadline` (monotonic) a shard is handed on."""

    tools: EmbedderTools
    part: Part
    loaded: Loaded
    deadline: float


async def learn(step: Step) -> bool:
    """Learns how rare each term is from all passages, as the embedder would read them."""
    if step.loaded.card.fitted is not None:
        return True
    counts = IdfCounts()
    last: UUID | None = None
    while True:
        async with step.tools.database.reading() as session:
            batch = await vectors.chunks_after(session, last, FIT_BATCH)
        if not batch:
            break
        for place, one in enumerate(batch):
            counts.add(embedded_text(one.title, one.chunk))
            if place % 100 == 0:
                await asyncio.sleep(0)  # arithmetic alone must not starve the heartbeat
        last = batch[-1].id
    idf, settings, comparison = counts.idf(), dict(step.loaded.card.settings), {}
    if settings.get("tuned"):
        tuned, told = await _tuned(step, idf)
        idf, settings["lexical_weight"], comparison["tuning"] = tuned.idf, tuned.lexical_weight, told
    async with step.tools.database.transaction() as session:
        if not await parts.extend(session, step.part):
            raise PartStopped
        await vectors.keep_fitted(session, step.loaded.id, pack_idf(idf), settings)
        if comparison:
            await run_rows.change_run(session, step.part.run_id, comparison=comparison)
    return True


async def _tuned(step: Step, idf: Idf) -> tuple[Tuned, dict[str, Any]]:
    """What people's choices teach, and what is told of it. Raises TooFewLessons."""
    found = await gather(step.tools)
    tuned = await asyncio.to_thread(tune, idf, WEIGHT_FREE[0], found.lessons)
    if tuned is None:
        raise TooFewLessons(found=len(found.lessons), least=FEWEST)
    left_out = {"of_regression": found.of_regression, "capped": found.capped, "not_found": found.not_found}
    return tuned, {**tuned.as_dict(), "left_out": left_out}


async def plan(step: Step) -> bool:
    """From now on new chunks get vectors by this embedder too; all that are there already are cut into shards.

    It becomes the future one only now that it is fitted, or processes would embed by a half-learnt one.
    """
    async with step.tools.database.transaction() as session:
        await lock_embedders(session, longest_s=LONGEST_WRITER_S)  # a thick book may just be written
        if not await parts.extend(session, step.part):
            raise PartStopped
        await set_state(session, step.loaded.id, "future")
    async with step.tools.database.transaction() as session:
        if not await parts.extend(session, step.part):
            raise PartStopped
        shards = await parts.cut_shards(session, step.part.run_id, step.tools.pace.shard)
    log.info("embed_shards_cut", run_id=str(step.part.run_id), shards=shards)
    return True


async def fill(step: Step) -> bool:
    """A shard's vectors; False when time was up before its end."""
    return await _fill(step, step.part.first_id, step.part.last_id, deadline=step.deadline)


async def index(step: Step) -> bool:
    """What came in while the embedder's server was away, then the vector index beside readers and writers.

    Search compares weight-free vectors only with what the words have found, so those have no index.
    """
    await _fill(step, None, None, deadline=None)
    if not step.loaded.neural:
        return True
    async with step.tools.database.reading() as session:
        await vectors.build_index_beside_writers(session, step.loaded.id, step.loaded.card.dimensions)
    return True


async def find_threshold(step: Step) -> bool:
    """From which confidence on its answers are believed: fitted on the regression questions where there are enough."""
    await _patiently(step, ["kefu"])  # with its server away all would be found by words alone
    bank = step.tools.bank
    measured = await bank.measure(SearchOptions(embedder_id=step.loaded.id)) if bank else None
    async with step.tools.database.reading() as session:
        run = await run_rows.find_run(session, step.part.run_id)
    target = run.target if run else TARGET
    threshold, calibration = await fit(step.tools, step.loaded, target, measured)
    async with step.tools.database.transaction() as session:
        if not await parts.extend(session, step.part):
            raise PartStopped
        await vectors.keep_calibration(session, step.loaded.id, threshold, calibration)
    return True


async def compare(step: Step) -> bool:
    """The regression questions, asked of the present embedder and of this one, and what the gate says."""
    bank = step.tools.bank
    async with step.tools.database.reading() as session:
        run = await run_rows.find_run(session, step.part.run_id)
    known = run.comparison if run else {}
    found: dict[str, Any] = {"at": now().isoformat(), **{name: known[name] for name in known if name == "tuning"}}
    if bank is not None:
        await _patiently(step, ["kefu"])
        before = await bank.measure(None)
        after = await bank.measure(SearchOptions(embedder_id=step.loaded.id))
        await _patiently(step, ["kefu"])
        verdict = await bank.verdict(before, after)
        found |= {"present": figures_of(before), "future": figures_of(after)}
        found["verdict"] = {"passes": verdict.passes, "reasons": list(verdict.reasons)}
    async with step.tools.database.transaction() as session:
        if not await parts.extend(session, step.part):
            raise PartStopped
        await run_rows.change_run(session, step.part.run_id, comparison=found)
    return True


async def _fill(step: Step, first: UUID | None, last: UUID | None, deadline: float | None) -> bool:
    tools, loaded = step.tools, step.loaded
    size = tools.pace.own_batch if loaded.card.kind == HASHED else tools.pace.batch
    counted = step.part.stage is Stage.FILL
    after: UUID | None = None
    while True:
        async with tools.database.reading() as session:
            batch = await vectors.missing_chunks(session, loaded.id, size, after=after, first=first, last=last)
        if not batch:
            return True
        found = await _patiently(step, [embedded_text(one.title, one.chunk) for one in batch])
        async with tools.database.transaction() as session:
            if not await parts.extend(session, step.part, len(batch) if counted else 0):
                raise PartStopped
            await vectors.add_vectors(session, loaded.id, batch, found)
            await run_rows.sample(session, step.part.run_id)
        after = batch[-1].id
        if deadline is not None and monotonic() >= deadline:
            return False


async def _patiently(step: Step, texts: Sequence[str]) -> Vectors:
    """Vectors, however busy the server is for a while. Raises EmbedderUnavailable in the end."""
    pace = step.tools.pace
    for wait in (*pace.waits, None):
        try:
            return await step.loaded.embedder.embed(texts, "passage")
        except EmbedderUnavailable as error:
            if not error.passing or wait is None:
                raise
            asked = min(error.retry_after_s or 0, pace.longest_wait)
            log.info("embedder_waited_for", code=error.code, seconds=max(wait, asked))
            await asyncio.sleep(max(wait, asked))
    raise AssertionError("the last wait is None")


STEPS: dict[Stage, Callable[[Step], Awaitable[bool]]] = {
    Stage.FIT: learn,
    Stage.PLAN: plan,
    Stage.FILL: fill,
    Stage.INDEX: index,
    Stage.CALIBRATE: find_threshold,
    Stage.COMPARE: compare,
}
