"""Making passages ready for the index, outside any transaction: their terms, and their vectors in batches."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.kernel.logging import get_logger
from app.knowledge.domain import NewChunk, PreparedChunk, PreparedChunks
from app.knowledge.embedders import Loaded
from app.knowledge.errors import EmbedderUnavailable
from app.knowledge.lexical import Terms
from app.knowledge.ports import Vectors
from app.knowledge.store.chunks import known_hashes
from app.knowledge.tools import SearchTools
from app.knowledge.words.store import passage_terms

log = get_logger(__name__)
BATCH = 64
Progress = Callable[[int, int], Awaitable[None]]
Ready = Mapping[str, dict[UUID, Vectors]]
"""Vectors that were made before, by the passage's SHA-256 and the embedder."""


@dataclass(frozen=True)
class Source:
    """Passages of one document or FAQ; `replaces` is its id when it may already be in the index."""

    title: str
    chunks: Sequence[NewChunk]
    replaces: UUID | None = None


async def prepare_chunks(
    tools: SearchTools,
    title: str,
    chunks: Sequence[NewChunk],
    *,
    replaces: UUID | None = None,
    on_progress: Progress | None = None,
    ready: Ready | None = None,
) -> PreparedChunks:
    """Terms and vectors of passages; those the document or FAQ `replaces` already has are not embedded again.

    on_progress: called with (done, total) after each batch. ready: used where it has a vector of every embedder.
    Raises EmbedderUnavailable.
    """
    return (await prepare_many(tools, [Source(title, chunks, replaces)], on_progress, ready))[0]


async def prepare_many(
    tools: SearchTools,
    sources: Sequence[Source],
    on_progress: Progress | None = None,
    made: Ready | None = None,
) -> list[PreparedChunks]:
    """The same for many sources, embedded together in batches."""
    embedders = await tools.embedders.in_use(fresh=True)
    ids = frozenset(loaded.id for loaded in embedders)
    known = await _known(tools, [source.replaces for source in sources if source.replaces])
    everything = [(source, chunk, chunk_hash(source.title, chunk)) for source in sources for chunk in source.chunks]
    new = [number for number, (source, _, sha256) in enumerate(everything) if not _taken(known, source, sha256)]
    ready: dict[int, tuple[Terms, dict[UUID, Vectors]]] = {}
    if made:
        for number in [number for number in new if made.get(everything[number][2], {}).keys() >= ids]:
            source, chunk, sha256 = everything[number]
            ready[number] = (passage_terms(source.title, chunk), made[sha256])
        new = [number for number in new if number not in ready]
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        texts = [embedded_text(everything[number][0].title, everything[number][1]) for number in batch]
        for number, vectors in zip(batch, await embed_batch(embedders, texts), strict=True):
            source, chunk, _ = everything[number]
            ready[number] = (passage_terms(source.title, chunk), vectors)
        if on_progress is not None:
            await on_progress(len(everything) - len(new) + start + len(batch), len(everything))
        await asyncio.sleep(0)  # embedding by arithmetic alone must not starve the heartbeat of the job
    prepared: dict[int, list[PreparedChunk]] = {number: [] for number in range(len(sources))}
    owners = [number for number, source in enumerate(sources) for _ in source.chunks]
    for number, (owner, (_, chunk, sha256)) in enumerate(zip(owners, everything, strict=True)):
        terms, by_embedder = ready.get(number, (None, None))
        prepared[owner].append(PreparedChunk(chunk, sha256, terms, by_embedder))
    return [PreparedChunks(source.title, tuple(prepared[number]), ids) for number, source in enumerate(sources)]


async def _known(tools: SearchTools, owner_ids: Sequence[UUID]) -> Counter[tuple[UUID | None, str]]:
    """How often each passage is in the index already: one that comes twice now and was there once is new once."""
    if not owner_ids:
        return Counter()
    async with tools.database.reading() as session:
        return Counter(await known_hashes(session, owner_ids))


def _taken(known: Counter[tuple[UUID | None, str]], source: Source, sha256: str) -> bool:
    key = (source.replaces, sha256)
    known[key] -= 1
    return known[key] >= 0


async def embed_batch(embedders: Sequence[Loaded], texts: Sequence[str]) -> list[dict[UUID, Vectors]]:
    """For each text its vector by each embedder; one that is not yet in use may fail and is filled later.

    Raises EmbedderUnavailable when the present one fails.
    """
    found: list[dict[UUID, Vectors]] = [{} for _ in texts]
    for loaded in embedders:
        try:
            rows = await loaded.embedder.embed(texts, "passage")
        except EmbedderUnavailable as error:
            if loaded.card.state != "future":
                raise
            log.warning("future_embedder_left_out", model=loaded.card.model, code=error.code)
            continue
        for position, row in enumerate(rows):
            found[position][loaded.id] = row
    return found


def chunk_hash(title: str, chunk: NewChunk) -> str:
    """SHA-256 over everything that goes into the index; where it stands in the document does not."""
    parts = (title, chunk.kind, *chunk.heading_path, chunk.question or "", chunk.text)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def embedded_text(title: str, chunk: NewChunk) -> str:
    """What is turned into a vector: the question of an FAQ, else the passage under its headings."""
    if chunk.question is not None:
        return chunk.question
    return "\n".join((title, *chunk.heading_path, chunk.text))
