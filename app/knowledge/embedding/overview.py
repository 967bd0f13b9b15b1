"""What people see of embedders: the present one, past ones, candidates, and the run on its way."""

from dataclasses import dataclass, replace
from time import time

from app.knowledge.defaults import HASHED
from app.knowledge.domain import EmbedderCard
from app.knowledge.embedding.candidates import list_candidates
from app.knowledge.embedding.domain import Candidate, Progress, Run, RunState
from app.knowledge.embedding.store import parts, vectors
from app.knowledge.embedding.store import runs as store
from app.knowledge.embedding.tools import EmbedderTools
from app.knowledge.store.embedders import list_cards, partition_name

SHORTEST_WINDOW_S = 1.0


@dataclass(frozen=True)
class Overview:
    """cards: newest first; sizes: bytes on disk in the same order; unused_server: one is configured, yet not in use."""

    cards: list[EmbedderCard]
    sizes: list[int]
    candidates: list[Candidate]
    chunks: int
    run: Run | None
    progress: Progress | None
    unused_server: bool


async def list_embedders(tools: EmbedderTools) -> list[EmbedderCard]:
    """All embedders, newest first."""
    await tools.search.embedders.present()
    async with tools.database.reading() as session:
        return await list_cards(session)


async def overview(tools: EmbedderTools) -> Overview:
    """Everything the page shows."""
    cards = await list_embedders(tools)
    candidates = await list_candidates(tools)
    async with tools.database.reading() as session:
        run = await store.last_run(session)
        found = await parts.progress(session, run.id, run.embedder_id) if run else None
        bytes_of = await vectors.sizes(session)
        chunks = await vectors.count_chunks(session)
    present = next(card for card in cards if card.state == "present")
    filling = run is not None and run.state in store.OPEN
    return Overview(
        cards,
        [bytes_of.get(partition_name(card.id), 0) for card in cards],
        candidates,
        chunks,
        run,
        with_rate(run, found) if run and found else None,
        tools.configured is not None and present.kind == HASHED and not filling,
    )


def with_rate(run: Run, progress: Progress) -> Progress:
    """Adds chunks a second over the last samples, up to now, so that a standstill shows; and the time left by it."""
    if run.state is not RunState.RUNNING or not run.samples:
        return progress
    first_at, first_done = run.samples[0]
    seconds = time() - first_at
    if seconds < SHORTEST_WINDOW_S or progress.done <= first_done:
        return progress
    per_s = (progress.done - first_done) / seconds
    return replace(progress, per_s=round(per_s, 2), seconds_left=round((progress.total - progress.done) / per_s, 1))
