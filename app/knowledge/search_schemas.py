"""Wire shapes of search."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from app.kernel.paging import Limit
from app.kernel.wire import VisibleText, Wire
from app.knowledge.domain import FaqHit, Hit, SearchResult, Stage


class SearchBody(Wire):
    """What to look for, where and for whom; without `base_ids` in all bases, without `audience` all you may read.

    tier: of a signed-in customer. channel: where it is asked; without it channels are left out of account.
    """

    query: Annotated[VisibleText, Field(min_length=1, max_length=4_000)]
    limit: Limit = 10
    base_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)] | None = None
    audience: Literal["public", "signed_in", "staff"] | None = None
    tier: Annotated[VisibleText, Field(max_length=50)] | None = None
    channel: Annotated[VisibleText, Field(max_length=50)] | None = None


class StageView(Wire):
    """Place and score in one stage."""

    rank: int
    score: float

    @classmethod
    def of(cls, stage: Stage | None) -> Self | None:
        """From the domain."""
        return cls(rank=stage.rank, score=round(stage.score, 6)) if stage else None


class StagesView(Wire):
    """How each stage of the search saw a passage; absent: it had no part in it."""

    lexical: StageView | None = None
    vector: StageView | None = None
    fused: StageView
    rerank: StageView | None = None


class HitView(Wire):
    """One passage."""

    chunk_id: UUID
    document_id: UUID | None
    faq_id: UUID | None
    base_id: UUID
    title: str
    heading_path: list[str]
    page: int | None
    text: str
    question: str | None
    score: float
    stages: StagesView

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """From the domain."""
        fused = StageView.of(hit.stages["fused"])
        assert fused is not None
        return cls(
            chunk_id=hit.chunk_id,
            document_id=hit.document_id,
            faq_id=hit.faq_id,
            base_id=hit.base_id,
            title=hit.title,
            heading_path=list(hit.heading_path),
            page=hit.page,
            text=hit.text,
            question=hit.question,
            score=round(hit.score, 6),
            stages=StagesView(
                lexical=StageView.of(hit.stages.get("lexical")),
                vector=StageView.of(hit.stages.get("vector")),
                fused=fused,
                rerank=StageView.of(hit.stages.get("rerank")),
            ),
        )


class FaqHitView(Wire):
    """A curated answer that would be given as it stands, without a model."""

    faq_id: UUID
    question: str
    answer: str
    similarity: float

    @classmethod
    def of(cls, hit: FaqHit | None) -> Self | None:
        """From the domain."""
        if hit is None:
            return None
        return cls(faq_id=hit.faq_id, question=hit.question, answer=hit.answer, similarity=round(hit.similarity, 4))


class SearchView(Wire):
    """The hit test: exactly what the bot would see."""

    hits: list[HitView]
    answerable: bool
    confidence: float
    threshold: float
    embedder: str
    faq_exact: FaqHitView | None = None
    faq_near: FaqHitView | None = None
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, result: SearchResult) -> Self:
        """From the domain."""
        return cls(
            hits=[HitView.of(hit) for hit in result.hits],
            answerable=result.answerable,
            confidence=round(result.confidence, 4),
            threshold=result.threshold,
            embedder=result.embedder,
            faq_exact=FaqHitView.of(result.faq_exact),
            faq_near=FaqHitView.of(result.faq_near),
            timings_ms={name: round(spent, 2) for name, spent in result.timings_ms.items()},
        )
