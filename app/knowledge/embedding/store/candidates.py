"""SQL of candidates: served models that could become the embedder."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update

from app.kernel.database import Session
from app.knowledge.embedding.domain import Candidate
from app.knowledge.embedding.tables import CandidateRow
from app.knowledge.tables import EmbedderRow


def _of(row: CandidateRow) -> Candidate:
    return Candidate(
        id=row.id,
        base_url=row.base_url,
        model=row.model,
        sealed_key=row.sealed_key,
        dimensions=row.dimensions,
        query_prefix=row.query_prefix,
        passage_prefix=row.passage_prefix,
        probe=row.probe,
        created_at=row.created_at,
    )


async def add_candidate(session: Session, candidate: Candidate, created_by: str) -> Candidate | None:
    """None when that model at that address with that length is there already."""
    same = select(CandidateRow.id).where(
        CandidateRow.base_url == candidate.base_url,
        CandidateRow.model == candidate.model,
        func.coalesce(CandidateRow.dimensions, 0) == (candidate.dimensions or 0),
    )
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": 0x6B656602})
    if (await session.scalars(same)).first() is not None:
        return None
    row = CandidateRow(
        base_url=candidate.base_url,
        model=candidate.model,
        sealed_key=candidate.sealed_key,
        dimensions=candidate.dimensions,
        query_prefix=candidate.query_prefix,
        passage_prefix=candidate.passage_prefix,
        probe=candidate.probe,
        created_by=created_by,
    )
    session.add(row)
    await session.flush()
    return _of(row)


async def list_candidates(session: Session) -> list[Candidate]:
    """Oldest first."""
    return [_of(row) for row in await session.scalars(select(CandidateRow).order_by(CandidateRow.id))]


async def find_candidate(session: Session, candidate_id: UUID) -> Candidate | None:
    """One candidate."""
    row = await session.get(CandidateRow, candidate_id)
    return _of(row) if row else None


async def change_candidate(session: Session, candidate_id: UUID, **values: Any) -> None:
    """Sets columns; embedders that came from it find their server by the new address and key."""
    await session.execute(update(CandidateRow).where(CandidateRow.id == candidate_id).values(**values))
    moved = {name: value for name, value in values.items() if name in ("base_url", "sealed_key")}
    if moved:
        await session.execute(
            update(EmbedderRow)
            .where(EmbedderRow.settings["candidate_id"].astext == str(candidate_id))
            .values(settings=EmbedderRow.settings.concat(moved))
        )


async def is_used(session: Session, candidate_id: UUID) -> bool:
    """Whether an embedder that is kept came from it."""
    found = await session.scalars(
        select(EmbedderRow.id).where(EmbedderRow.settings["candidate_id"].astext == str(candidate_id))
    )
    return found.first() is not None


async def delete_candidate(session: Session, candidate_id: UUID) -> None:
    """Forgets it."""
    await session.execute(delete(CandidateRow).where(CandidateRow.id == candidate_id))
