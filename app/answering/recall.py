"""The third step: passages for the question in its one or two wordings, each passage once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.answering.domain import Passage, Question, Recalled
from app.answering.ports import Passages
from app.answering.understand import Understood
from app.knowledge import (
    Audience,
    FaqHit,
    Hit,
    SearchOptions,
    SearchRequest,
    SearchResult,
    SearchTools,
    search_passages,
)

WANTED, NOTED = 8, 12


@dataclass(frozen=True)
class KnowledgePassages:
    """The port Passages over the knowledge room's search. options, seen: of a test, which keeps every search told."""

    tools: SearchTools
    options: SearchOptions | None = None
    seen: list[SearchResult] | None = None

    async def find(
        self,
        queries: Sequence[str],
        *,
        base_ids: Sequence[UUID] | None,
        audience: str,
        locale: str,
        limit: int,
        tier: str | None = None,
        channel: str | None = None,
    ) -> Recalled:
        """See the port."""
        chosen = None if base_ids is None else list(base_ids)
        request = SearchRequest(
            list(queries), chosen, Audience(audience), limit, locale, tier=tier, channel=channel, noted=NOTED
        )
        if self.seen is not None:
            request = replace(request, options=self.options, explain=True)
        found = await search_passages(self.tools, request)
        if self.seen is not None:
            self.seen.append(found)
        return Recalled(
            passages=tuple(_passage(hit) for hit in found.hits),
            answerable=found.answerable,
            confidence=found.confidence,
            threshold=found.threshold,
            exact=_curated(found.faq_exact),
            near=_curated(found.faq_near),
            ask_from=found.ask_from,
            timings_ms={name: round(ms, 2) for name, ms in found.timings_ms.items()},
            noted=tuple(_passage(hit) for hit in found.noted),
            embedder=found.embedder,
        )


def _passage(hit: Hit) -> Passage:
    return Passage(
        hit.chunk_id,
        hit.document_id,
        hit.faq_id,
        hit.title,
        hit.heading_path,
        hit.page,
        hit.text,
        hit.question,
        hit.score,
        {name: {"rank": stage.rank, "score": round(stage.score, 4)} for name, stage in hit.stages.items()},
    )


def _curated(found: FaqHit | None) -> Passage | None:
    if found is None:
        return None
    return Passage(None, None, found.faq_id, found.question, (), None, found.answer, found.question, found.similarity)


async def recall(passages: Passages, question: Question, understood: Understood) -> Recalled:
    """Asks the knowledge base. Raises Unavailable."""
    found = await passages.find(
        understood.queries,
        base_ids=question.base_ids,
        audience=question.audience,
        locale="zh-CN" if understood.language == "zh" else "en",
        limit=WANTED,
        tier=question.tier,
        channel=question.channel,
    )
    return replace(found, passages=_each_once(found.passages))


def _each_once(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    seen: dict[str, Passage] = {}
    for passage in passages:
        key = str(passage.faq_id) if passage.faq_id is not None else "".join(passage.text.split())
        seen.setdefault(key, passage)
    return tuple(seen.values())
