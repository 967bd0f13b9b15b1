"""Beginning, pausing, resuming and cancelling the run that brings another embedder."""

from typing import Any
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.jobs import Job, ring
from app.kernel.logging import get_logger
from app.knowledge import hashed_embedder
from app.knowledge.defaults import DEFAULTS, HASHED, OPENAI
from app.knowledge.domain import EmbedderCard
from app.knowledge.embedding.candidates import probe, settings_of
from app.knowledge.embedding.domain import TARGET, Candidate, Opened, Run, RunState, Stage
from app.knowledge.embedding.errors import EmbedderTooWide, RunNotOpen
from app.knowledge.embedding.store import parts
from app.knowledge.embedding.store import runs as store
from app.knowledge.embedding.store.vectors import count_chunks, stop_building
from app.knowledge.embedding.tools import EMBED_QUEUE, EMBED_TASK, EmbedderTools
from app.knowledge.errors import NoEmbeddingServer, ReembedRunning
from app.knowledge.store.embedders import (
    HNSW_DIMENSIONS,
    create_embedder,
    drop_embedder,
    find_card,
    lock_embedders,
    set_state,
)

log = get_logger(__name__)
STORABLE = 16_000
"""Numbers a stored vector may have."""
SCANNED = 50_000
"""So many chunks may be compared one by one, when vectors are too long for an index."""
BELL_EXPIRES_S = 60


async def open_run(
    tools: EmbedderTools,
    candidate: Candidate | None,
    *,
    target: float = TARGET,
    then_switch: bool = False,
    actor: Principal | None = None,
    tuned: bool = False,
) -> Opened:
    """Begins to fill a served model's embedder, or (None) a refitted weight-free one; search is not touched.

    tuned: the weight-free one also learns from what people chose.

    Raises ReembedRunning, EmbedderUnavailable, EmbedderTooWide.
    """
    await tools.search.embedders.present()
    settings: dict[str, Any] = {"tuned": True} if tuned else {}
    kind, model, dimensions = HASHED, hashed_embedder.MODEL, hashed_embedder.DIMENSIONS
    if candidate is not None:
        found = await probe(tools, candidate)
        kind, model, dimensions, settings = OPENAI, candidate.model, found.dimensions, settings_of(candidate)
    threshold, calibration = DEFAULTS[kind]
    async with tools.database.transaction() as session:
        await lock_embedders(session, longest_s=25)
        if await store.open_run(session) is not None:
            raise ReembedRunning
        await refuse_too_wide(session, dimensions)
        embedder_id = await create_embedder(
            session,
            kind=kind,
            model=model,
            dimensions=dimensions,
            state="planned",
            threshold=threshold,
            calibration=calibration,
            settings=settings,
        )
        stage = Stage.FIT if kind == HASHED else Stage.PLAN
        run_id = await begin(session, tools, embedder_id, stage, "new", target, then_switch, actor)
        await record_audit(session, actor, "embedder.opened", str(embedder_id), kind=kind, model=model)
    return Opened(embedder_id, run_id)


async def refuse_too_wide(session: Session, dimensions: int) -> None:
    """Raises EmbedderTooWide when such vectors cannot be kept, or searched in time."""
    if dimensions > STORABLE:
        raise EmbedderTooWide(dimensions=dimensions, limit=STORABLE)
    if dimensions > HNSW_DIMENSIONS and await count_chunks(session) > SCANNED:
        raise EmbedderTooWide(dimensions=dimensions, limit=HNSW_DIMENSIONS)


async def begin(
    session: Session,
    tools: EmbedderTools,
    embedder_id: UUID,
    stage: Stage,
    origin: str,
    target: float,
    then_switch: bool,
    actor: Principal | None,
) -> UUID:
    """A running run with its first part, rung for after the commit."""
    run_id = await store.add_run(
        session,
        embedder_id,
        stage,
        origin=origin,
        target=target,
        then_switch=then_switch,
        created_by=actor.name if actor else "",
    )
    await parts.add_part(session, run_id, stage)
    call_hands(session, tools, run_id, 1)
    return run_id


async def chosen_candidate(tools: EmbedderTools, kind: str | None, model: str | None) -> Candidate | None:
    """What `kind` and `model` mean: the settings' server unless told otherwise. Raises NoEmbeddingServer."""
    kind = kind or (OPENAI if tools.configured else HASHED)
    if kind == HASHED:
        return None
    if tools.configured is None or not (model or tools.configured.model):
        raise NoEmbeddingServer
    return Candidate(None, tools.configured.base_url, model or tools.configured.model)


def call_hands(session: Session, tools: EmbedderTools, run_id: UUID, count: int) -> None:
    """Asks for so many workers after the commit; each shares in the work until nothing is left."""
    for _ in range(count):
        ring(session, tools.bell, Job(EMBED_TASK, EMBED_QUEUE, run_id, expires_s=BELL_EXPIRES_S))


async def pause(tools: EmbedderTools, run_id: UUID, actor: Principal | None = None) -> None:
    """Workers stop after the batch they are at; what is filled stays. Raises NotFound, RunNotOpen."""
    async with tools.database.transaction() as session:
        await _in_state(session, run_id, RunState.RUNNING)
        await store.change_run(session, run_id, state=RunState.PAUSED)
        await parts.free_all(session, run_id)
        await record_audit(session, actor, "embedder.paused", str(run_id))


async def resume(tools: EmbedderTools, run_id: UUID, actor: Principal | None = None) -> None:
    """Goes on where it stopped, after a pause or a failure. Raises NotFound, RunNotOpen."""
    async with tools.database.transaction() as session:
        await _in_state(session, run_id, RunState.PAUSED, RunState.FAILED)
        await parts.free_all(session, run_id)
        await store.change_run(session, run_id, state=RunState.RUNNING, error_code=None, error_values={}, samples=[])
        free, _ = await parts.claimable(session, run_id)
        call_hands(session, tools, run_id, max(1, min(free, tools.pace.parallel)))
        await record_audit(session, actor, "embedder.resumed", str(run_id))


async def cancel(tools: EmbedderTools, run_id: UUID, actor: Principal | None = None) -> None:
    """Gives the future embedder up with all its vectors; a past one that was to come back stays past.

    The present one is not touched. Raises NotFound, RunNotOpen.
    """
    async with tools.database.transaction() as session:
        await lock_embedders(session, longest_s=25)
        run = await _in_state(session, run_id, *store.OPEN, alone=True)
        await store.change_run(session, run_id, state=RunState.CANCELLED)
        await parts.drop_parts(session, run_id)
        if run.origin == "past":
            await set_state(session, run.embedder_id, "past")
        else:
            await stop_building(session, run.embedder_id)
            await drop_embedder(session, run.embedder_id)
        await record_audit(session, actor, "embedder.cancelled", str(run.embedder_id))


async def fail(tools: EmbedderTools, run_id: UUID, code: str, values: dict[str, Any]) -> None:
    """The run stands still until somebody resumes it; `code` has a sentence in the texts."""
    async with tools.database.transaction() as session:
        run = await store.lock_run(session, run_id)
        if run is None or run.state is not RunState.RUNNING:
            return
        plain = {name: value for name, value in values.items() if isinstance(value, int | float | str)}
        await store.change_run(session, run_id, state=RunState.FAILED, error_code=code, error_values=plain)
        await parts.free_all(session, run_id)
    log.warning("reembed_failed", run_id=str(run_id), code=code)


async def _in_state(session: Session, run_id: UUID, *states: RunState, alone: bool = False) -> Run:
    run = await store.lock_run(session, run_id, alone=alone)
    if run is None:
        raise NotFound
    if run.state not in states:
        raise RunNotOpen(state=run.state.value)
    return run


async def card_of_run(tools: EmbedderTools, run: Run) -> EmbedderCard | None:
    """The embedder a run is about; None when it is gone."""
    async with tools.database.reading() as session:
        return await find_card(session, run.embedder_id)


async def compare_again(tools: EmbedderTools, run_id: UUID, actor: Principal | None = None) -> None:
    """Back to fitting the threshold and comparing, as after more regression questions. Raises NotFound, RunNotOpen."""
    async with tools.database.transaction() as session:
        await _in_state(session, run_id, RunState.READY)
        await parts.drop_parts(session, run_id, Stage.CALIBRATE, Stage.COMPARE)
        await parts.add_part(session, run_id, Stage.CALIBRATE)
        await store.change_run(session, run_id, state=RunState.RUNNING, stage=Stage.CALIBRATE)
        call_hands(session, tools, run_id, 1)
        await record_audit(session, actor, "embedder.compared_again", str(run_id))
