"""Switching or refitting the embedder while search goes on: the future one fills, is measured, and takes over."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import JobTools, Lease, finish, open_job, report_progress, run_job
from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.logging import get_logger
from app.knowledge import hashed_embedder
from app.knowledge.calibration import calibrate
from app.knowledge.defaults import DEFAULTS, HASHED, OPENAI
from app.knowledge.domain import EmbedderCard
from app.knowledge.embedders import Loaded
from app.knowledge.errors import NoEmbeddingServer, ReembedRunning
from app.knowledge.hashed_embedder import IdfCounts, pack_idf
from app.knowledge.index import embedded_text
from app.knowledge.store import reembed as store
from app.knowledge.store.embedders import create_embedder, find_card, list_cards, lock_embedders, set_state
from app.knowledge.tools import SearchTools

log = get_logger(__name__)
REEMBED_JOB, REEMBED_QUEUE, UNIT = "reembed", "embed", "chunks"
BATCH, FIT_BATCH, SWITCH_TRIES = 64, 500, 20


@dataclass(frozen=True)
class EmbedderTools:
    """Search, jobs and what the settings say about an embedding server."""

    search: SearchTools
    jobs: JobTools
    model: str | None = None

    @property
    def database(self) -> Database:
        """The database of search."""
        return self.search.database


@dataclass(frozen=True)
class Opened:
    """A re-embedding that was begun."""

    embedder_id: UUID
    job_id: UUID


async def list_embedders(tools: EmbedderTools) -> list[EmbedderCard]:
    """Present, future and past ones, newest first."""
    await tools.search.embedders.present()
    async with tools.database.reading() as session:
        return await list_cards(session)


async def open_reembed(
    tools: EmbedderTools, kind: str | None = None, model: str | None = None, actor: Principal | None = None
) -> Opened:
    """Makes a future embedder and rings for it to be filled. kind None: what the settings ask for.

    Raises ReembedRunning when another is filling, NoEmbeddingServer, EmbedderUnavailable.
    """
    await tools.search.embedders.present()
    kind = kind or (OPENAI if tools.search.embedders.has_server else HASHED)
    model, dimensions = await _probe(tools, kind, model)
    threshold, calibration = DEFAULTS[kind]
    async with tools.database.transaction() as session:
        await lock_embedders(session)
        _refuse_second(await list_cards(session))
        embedder_id = await create_embedder(
            session,
            kind=kind,
            model=model,
            dimensions=dimensions,
            state="future",
            threshold=threshold,
            calibration=calibration,
        )
        job_id = await open_job(session, tools.jobs.bell, REEMBED_JOB, REEMBED_QUEUE, embedder_id)
        await record_audit(session, actor, "embedder.opened", str(embedder_id), kind=kind, model=model)
    return Opened(embedder_id, job_id)


async def reopen_embedder(tools: EmbedderTools, embedder_id: UUID, actor: Principal | None = None) -> Opened:
    """Brings a past embedder back: what it missed is filled, then it takes over. Raises NotFound, ReembedRunning."""
    async with tools.database.transaction() as session:
        await lock_embedders(session)
        card = await find_card(session, embedder_id)
        if card is None or card.state == "present":
            raise NotFound
        if card.state == "past":
            _refuse_second(await list_cards(session))
            await set_state(session, embedder_id, "future")
        job_id = await open_job(session, tools.jobs.bell, REEMBED_JOB, REEMBED_QUEUE, embedder_id)
        await record_audit(session, actor, "embedder.reopened", str(embedder_id))
    return Opened(embedder_id, job_id)


async def reembed(tools: EmbedderTools, job_id: UUID) -> None:
    """The job: fit, fill, index, calibrate, switch. Every step finds what is done already, so it may run again."""
    await run_job(tools.jobs, job_id, partial(_reembed, tools))


async def _reembed(tools: EmbedderTools, lease: Lease) -> None:
    async with tools.database.reading() as session:
        card = await find_card(session, lease.subject_id)
    if card is None or card.state != "future":
        log.info("reembed_has_nothing_to_do", embedder_id=str(lease.subject_id))
        return
    if card.kind == HASHED and card.fitted is None:
        card = await _fit(tools, lease, card)
    loaded = tools.search.embedders.load(card)
    try:
        await _take_over(tools, lease, loaded)
    finally:
        await loaded.embedder.close()


async def _take_over(tools: EmbedderTools, lease: Lease, loaded: Loaded) -> None:
    card = loaded.card
    await _fill(tools, lease, loaded)
    async with tools.database.reading() as session:
        await store.build_index_beside_writers(session, card.id, card.dimensions)
    threshold, calibration = await calibrate(tools.search, loaded)
    async with tools.database.transaction() as session:
        await store.keep_calibration(session, card.id, threshold, calibration)
    for _ in range(SWITCH_TRIES):
        await _fill(tools, lease, loaded)
        if await _switch(tools, lease, card.id):
            return
    raise ReembedRunning


async def _switch(tools: EmbedderTools, lease: Lease, embedder_id: UUID) -> bool:
    """One transaction that no writer of chunks overlaps; False when a chunk came in since the last filling."""
    async with tools.database.transaction() as session:
        await lock_embedders(session)
        missing, total = await store.count_missing(session, embedder_id)
        if missing:
            return False
        await store.switch_present(session, embedder_id)
        await record_audit(session, None, "embedder.switched", str(embedder_id), chunks=total)
        await finish(session, lease)
    log.info("embedder_switched", embedder_id=str(embedder_id), chunks=total)
    return True


async def _fit(tools: EmbedderTools, lease: Lease, card: EmbedderCard) -> EmbedderCard:
    """Learns how rare each term is from all passages, as the embedder would read them."""
    counts = IdfCounts()
    last: UUID | None = None
    while True:
        async with tools.database.reading() as session:
            batch = await store.chunks_after(session, last, FIT_BATCH)
        if not batch:
            break
        for _, _, title, chunk in batch:
            counts.add(embedded_text(title, chunk))
        last = batch[-1][0]
        await report_progress(tools.database, lease, 0, 0, UNIT)
    async with tools.database.transaction() as session:
        await store.keep_fitted(session, card.id, pack_idf(counts.idf()))
        fitted = await find_card(session, card.id)
    assert fitted is not None
    return fitted


async def _fill(tools: EmbedderTools, lease: Lease, loaded: Loaded) -> None:
    async with tools.database.reading() as session:
        missing, total = await store.count_missing(session, loaded.id)
    while True:
        await report_progress(tools.database, lease, total - missing, total, UNIT)
        async with tools.database.reading() as session:
            batch = await store.missing_chunks(session, loaded.id, BATCH)
        if not batch:
            return
        vectors = await loaded.embedder.embed([embedded_text(title, chunk) for _, _, title, chunk in batch], "passage")
        async with tools.database.transaction() as session:
            await store.add_vectors(
                session, loaded.id, [(chunk_id, base_id) for chunk_id, base_id, _, _ in batch], vectors
            )
        missing = max(0, missing - len(batch))


async def _probe(tools: EmbedderTools, kind: str, model: str | None) -> tuple[str, int]:
    """The model's name and the length of its vectors, asked of the server itself."""
    if kind == HASHED:
        return hashed_embedder.MODEL, hashed_embedder.DIMENSIONS
    name = model or tools.model
    if name is None or not tools.search.embedders.has_server:
        raise NoEmbeddingServer
    return name, await tools.search.embedders.measure(name)


def _refuse_second(cards: list[EmbedderCard]) -> None:
    if any(card.state == "future" for card in cards):
        raise ReembedRunning
