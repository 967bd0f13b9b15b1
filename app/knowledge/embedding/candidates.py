"""Candidates: served models that could become the embedder, asked on demand whether and how fast they answer."""

from dataclasses import asdict, replace
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import numpy as np

from app.accounts import Principal, record_audit
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.knowledge.defaults import OPENAI
from app.knowledge.domain import EmbedderCard
from app.knowledge.embedding.domain import Candidate, Probe
from app.knowledge.embedding.errors import (
    BadAddress,
    CandidateExists,
    CandidateUsed,
    EmbedderDimensions,
)
from app.knowledge.embedding.store import candidates as store
from app.knowledge.embedding.tools import EmbedderTools
from app.knowledge.errors import EmbedderUnavailable
from app.knowledge.store.embedders import HNSW_DIMENSIONS

SAMPLE = (
    "签收后七天内可以无理由退货，商品需保持完好，赠品一并退回。",
    "The invoice is sent to your e-mail address once the order is complete.",
)
TIMED = 16


def settings_of(candidate: Candidate) -> dict[str, Any]:
    """What an embedder keeps of its candidate, to find its server; that of the settings is looked up there."""
    found: dict[str, Any] = {"wanted_dimensions": candidate.dimensions}
    found |= {"query_prefix": candidate.query_prefix, "passage_prefix": candidate.passage_prefix}
    if candidate.id is not None:
        found |= {"candidate_id": str(candidate.id), "base_url": candidate.base_url}
    found["sealed_key"] = candidate.sealed_key
    return {name: value for name, value in found.items() if value is not None}


def _unknown(candidate: Candidate) -> EmbedderCard:
    """A card of a model nothing is known about; dimensions 0 lets vectors of any length pass."""
    settings = settings_of(candidate)
    if candidate.base_url:
        settings["base_url"] = candidate.base_url
    return EmbedderCard(new_id(), OPENAI, candidate.model, 0, "planned", settings, None, 0.0, {}, now())


async def probe(tools: EmbedderTools, candidate: Candidate) -> Probe:
    """Asks for vectors of a few texts, one request to learn their length and one that is timed.

    Raises EmbedderUnavailable or one of its kinds.
    """
    embedder = tools.search.embedders.load(_unknown(candidate)).embedder
    try:
        first = await embedder.embed(SAMPLE[:1], "query")
        started = perf_counter()
        timed = await embedder.embed([SAMPLE[place % 2] + str(place) for place in range(TIMED)], "passage")
        seconds = perf_counter() - started
    finally:
        await embedder.close()
    if first.shape[1] != timed.shape[1]:
        raise EmbedderDimensions(expected=first.shape[1], found=timed.shape[1])
    width = int(np.asarray(timed).shape[1])
    return Probe(width, round(seconds * 1000, 1), round(TIMED / max(seconds, 1e-6), 1), width <= HNSW_DIMENSIONS)


async def try_candidate(tools: EmbedderTools, candidate: Candidate) -> Probe:
    """The same, with what went wrong as part of the answer; remembered for a candidate in the list."""
    try:
        found = await probe(tools, candidate)
    except EmbedderUnavailable as error:
        found = Probe(0, 0.0, 0.0, False, error.code, error.values)
    if candidate.id is not None:
        async with tools.database.transaction() as session:
            kept = {**asdict(found), "at": now().isoformat()}
            await store.change_candidate(session, candidate.id, probe=kept)
    return found


def checked_address(base_url: str) -> str:
    """Raises BadAddress unless it is an http(s) address with a host and without a name or key in it."""
    try:
        parts = urlsplit(base_url.strip())
        fine = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password
        fine = fine and not parts.query and not parts.fragment and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine:
        raise BadAddress
    return base_url.strip().rstrip("/")


async def add_candidate(
    tools: EmbedderTools, candidate: Candidate, key: str | None, actor: Principal | None = None
) -> Candidate:
    """Into the list, its key sealed. Raises BadAddress, CandidateExists."""
    sealed = tools.sealer.seal(key) if key and tools.sealer else None
    ready = replace(candidate, base_url=checked_address(candidate.base_url), sealed_key=sealed)
    async with tools.database.transaction() as session:
        added = await store.add_candidate(session, ready, actor.name if actor else "")
        if added is None:
            raise CandidateExists
        await record_audit(session, actor, "embedder.candidate_added", str(added.id), model=added.model)
    return added


async def change_candidate(
    tools: EmbedderTools,
    candidate_id: UUID,
    *,
    base_url: str | None = None,
    key: str | None = None,
    actor: Principal | None = None,
) -> Candidate:
    """Another address or key for the same model, also for embedders made from it. Raises NotFound, BadAddress."""
    values: dict[str, Any] = {}
    if base_url is not None:
        values["base_url"] = checked_address(base_url)
    if key is not None:
        values["sealed_key"] = tools.sealer.seal(key) if key and tools.sealer else None
    async with tools.database.transaction() as session:
        if await store.find_candidate(session, candidate_id) is None:
            raise NotFound
        if values:
            await store.change_candidate(session, candidate_id, **values)
        await record_audit(session, actor, "embedder.candidate_changed", str(candidate_id), what=sorted(values))
    async with tools.database.reading() as session:
        found = await store.find_candidate(session, candidate_id)
    assert found is not None
    return found


async def delete_candidate(tools: EmbedderTools, candidate_id: UUID, actor: Principal | None = None) -> None:
    """Out of the list. Raises NotFound, CandidateUsed while an embedder of it is kept."""
    async with tools.database.transaction() as session:
        if await store.find_candidate(session, candidate_id) is None:
            raise NotFound
        if await store.is_used(session, candidate_id):
            raise CandidateUsed
        await store.delete_candidate(session, candidate_id)
        await record_audit(session, actor, "embedder.candidate_deleted", str(candidate_id))


async def find_candidate(tools: EmbedderTools, candidate_id: UUID) -> Candidate:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find_candidate(session, candidate_id)
    if found is None:
        raise NotFound
    return found


async def list_candidates(tools: EmbedderTools) -> list[Candidate]:
    """The server of the settings first, if there is one, then those that were added."""
    async with tools.database.reading() as session:
        added = await store.list_candidates(session)
    return [*([tools.configured] if tools.configured else []), *added]
