"""SQL of what a passage is known by when its id is gone, and of what a test of search may choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.kernel.database import Session
from app.knowledge.tables import BaseRow, ChunkRow, DocumentRow, EmbedderRow, FaqPhrasingRow


@dataclass(frozen=True)
class Reference:
    """A passage by what stays when its document is read in anew: source and hash, or the questions of its FAQ."""

    source: str = ""
    title: str = ""
    sha256: str = ""
    faq_id: UUID | None = None
    canonicals: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BaseChoice:
    """A base a test may be kept to."""

    id: UUID
    name: str
    audience: str


@dataclass(frozen=True)
class EmbedderChoice:
    """An embedder with vectors in the index. target: the share of foreign questions its threshold lets through."""

    id: UUID
    model: str
    kind: str
    state: str
    threshold: float
    target: float | None


async def references_of(session: Session, chunk_ids: Sequence[UUID]) -> dict[UUID, Reference]:
    """What each passage is known by."""
    found = await session.execute(
        select(ChunkRow.id, ChunkRow.sha256, ChunkRow.title, ChunkRow.faq_id, DocumentRow.source, DocumentRow.title)
        .outerjoin(DocumentRow, DocumentRow.id == ChunkRow.document_id)
        .where(ChunkRow.id.in_(chunk_ids))
    )
    rows = found.all()
    asked = await session.execute(
        select(FaqPhrasingRow.faq_id, func.array_agg(FaqPhrasingRow.canonical))
        .where(FaqPhrasingRow.faq_id.in_({row[3] for row in rows if row[3] is not None}))
        .group_by(FaqPhrasingRow.faq_id)
    )
    canonicals: dict[UUID | None, frozenset[str]] = {faq_id: frozenset(said) for faq_id, said in asked}
    return {
        chunk_id: Reference(source or "", document or title, sha256, faq_id, canonicals.get(faq_id, frozenset()))
        for chunk_id, sha256, title, faq_id, source, document in rows
    }


async def reference_to(session: Session, subject_id: UUID) -> Reference | None:
    """What an FAQ, or a passage, is known by; None when it is gone."""
    statement = select(ChunkRow.id).where((ChunkRow.faq_id == subject_id) | (ChunkRow.id == subject_id)).limit(1)
    chunk_id = await session.scalar(statement)
    return None if chunk_id is None else (await references_of(session, [chunk_id])).get(chunk_id)


async def base_choices(session: Session) -> list[BaseChoice]:
    """Every base people read, by name."""
    rows = await session.execute(
        select(BaseRow.id, BaseRow.name, BaseRow.audience).where(BaseRow.audience != "scratch").order_by(BaseRow.name)
    )
    return [BaseChoice(*row) for row in rows]


async def embedder_choices(session: Session) -> list[EmbedderChoice]:
    """The present embedder, the future one, then past ones."""
    rows = await session.execute(
        select(
            EmbedderRow.id,
            EmbedderRow.model,
            EmbedderRow.kind,
            EmbedderRow.state,
            EmbedderRow.threshold,
            EmbedderRow.calibration,
        ).order_by(func.array_position(["present", "future", "past"], EmbedderRow.state), EmbedderRow.id.desc())
    )
    return [
        EmbedderChoice(embedder_id, model, kind, state, threshold, calibration.get("target"))
        for embedder_id, model, kind, state, threshold, calibration in rows
    ]
