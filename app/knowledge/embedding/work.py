"""The worker's side of a run: take a free part, do it under a lease, hand the place on, and move the run forward."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from uuid import UUID

from app.kernel.database import Session
from app.kernel.errors import AppError, Unavailable
from app.kernel.logging import get_logger
from app.knowledge.domain import EmbedderCard
from app.knowledge.embedders import Loaded
from app.knowledge.embedding import steps
from app.knowledge.embedding.change_over import settle
from app.knowledge.embedding.domain import STAGES, Part, Run, RunState, Stage
from app.knowledge.embedding.errors import PartStopped, ReembedGaveUp
from app.knowledge.embedding.runs import call_hands, fail
from app.knowledge.embedding.store import parts
from app.knowledge.embedding.store import runs as store
from app.knowledge.embedding.tools import EmbedderTools
from app.knowledge.errors import EmbedderUnavailable
from app.knowledge.store.embedders import find_card

log = get_logger(__name__)
MOST_TRIES = 5


async def work(tools: EmbedderTools, run_id: UUID) -> None:
    """One worker's turn: parts until its slice of time is over, then it rings for a successor.

    Any number may work at once, be killed or rung twice: a part has one holder, its vectors are written once.
    """
    deadline = monotonic() + tools.pace.slice_s
    loaded: Loaded | None = None
    try:
        while True:
            async with tools.database.transaction() as session:
                part = await parts.claim(session, run_id, tools.pace.parallel)
                card = await find_card(session, part.embedder_id) if part else None
            if part is None or card is None:
                break
            loaded = await _loaded(tools, card, loaded)
            if not await _do(tools, steps.Step(tools, part, loaded, deadline)):
                return
            if monotonic() >= deadline:
                async with tools.database.transaction() as session:
                    call_hands(session, tools, run_id, 1)
                return
    finally:
        if loaded is not None:
            await loaded.embedder.close()
    await settle(tools, run_id)


async def _loaded(tools: EmbedderTools, card: EmbedderCard, before: Loaded | None) -> Loaded:
    """The embedder of a row as it is now; its server or what it learnt may have changed since the last part."""
    if before is not None and before.card == card:
        return before
    if before is not None:
        await before.embedder.close()
    return tools.search.embedders.load(card)


async def _do(tools: EmbedderTools, step: steps.Step) -> bool:
    """One part; False when this worker's turn is over."""
    part = step.part
    try:
        if part.tries > MOST_TRIES:
            raise ReembedGaveUp
        async with _kept_alive(tools, part):
            ended = await steps.STEPS[part.stage](step)
    except PartStopped:
        return False
    except EmbedderUnavailable as error:
        await fail(tools, part.run_id, error.code, error.values)
        return False
    except Unavailable:
        log.warning("embed_part_waits", run_id=str(part.run_id), stage=part.stage.value)
        return False  # the database: the lease lapses, and whoever comes next goes on
    except AppError as error:
        await fail(tools, part.run_id, error.code, error.values)
        return False
    except Exception as error:
        async with tools.database.reading() as session:
            run = await store.find_run(session, part.run_id)
        if run is None or run.state is not RunState.RUNNING:
            return False  # cancelled meanwhile: the vectors' table is gone
        log.error("embed_part_crashed", run_id=str(part.run_id), error=type(error).__name__, exc_info=error)
        async with tools.database.transaction() as session:
            await parts.release(session, part, forgive=False)
        return False
    async with tools.database.transaction() as session:
        if ended:
            await _finish(session, tools, part)
        else:
            await parts.release(session, part, forgive=True)
    return True


async def _finish(session: Session, tools: EmbedderTools, part: Part) -> None:
    """The part is done; the last one of a stage moves the run on."""
    run = await store.lock_run(session, part.run_id)
    if run is None or not await parts.end(session, part) or run.state is not RunState.RUNNING:
        return
    await store.change_run(session, run.id)
    if run.stage is part.stage and not await parts.left(session, run.id, part.stage):
        await _advance(session, tools, run)


async def _advance(session: Session, tools: EmbedderTools, run: Run) -> None:
    following = STAGES[STAGES.index(run.stage) + 1 :]
    if not following:
        await store.change_run(session, run.id, state=RunState.READY)
        log.info("embedder_ready", run_id=str(run.id), embedder_id=str(run.embedder_id))
        return
    stage = following[0]
    if stage is Stage.FILL:  # its shards were cut by the stage before
        shards = await parts.left(session, run.id, stage)
        if shards:
            await store.change_run(session, run.id, stage=stage)
            call_hands(session, tools, run.id, min(shards, tools.pace.parallel) - 1)
            return
        stage = Stage.INDEX
    await parts.drop_parts(session, run.id, stage)
    await parts.add_part(session, run.id, stage)
    await store.change_run(session, run.id, stage=stage)


@asynccontextmanager
async def _kept_alive(tools: EmbedderTools, part: Part) -> AsyncIterator[None]:
    """Extends the lease while the body runs; a run that stands still interrupts the body where it waits."""
    body = asyncio.current_task()
    assert body is not None
    interrupted = False

    async def beat() -> None:
        nonlocal interrupted
        while True:
            await asyncio.sleep(tools.pace.beat_s)
            try:
                async with tools.database.transaction() as session:
                    held = await parts.extend(session, part)
                    await store.sample(session, part.run_id)
            except Exception as error:
                log.warning("embed_beat_missed", run_id=str(part.run_id), error=type(error).__name__)
                continue
            if not held:
                interrupted = True
                body.cancel()
                return

    beating = asyncio.create_task(beat())
    try:
        yield
    except asyncio.CancelledError:
        if not interrupted:
            raise
        body.uncancel()
        raise PartStopped from None
    finally:
        beating.cancel()
        await asyncio.wait({beating})


async def tend(tools: EmbedderTools) -> int:
    """Rings for a run whose workers died or whose bells were lost; returns how many times. Safe to run anywhere."""
    async with tools.database.transaction() as session:
        run = await store.open_run(session)
        if run is None or run.state in (RunState.PAUSED, RunState.FAILED):
            return 0
        if run.state is RunState.READY:
            wanted = int(run.then_switch)
        else:
            free, taken = await parts.claimable(session, run.id)
            wanted = max(0, min(free, tools.pace.parallel - taken))
        if not wanted or not await store.note_ring(session, run.id):
            return 0
        call_hands(session, tools, run.id, wanted)
    log.info("embed_hands_called", run_id=str(run.id), hands=wanted)
    return wanted
