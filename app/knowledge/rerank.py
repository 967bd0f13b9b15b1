"""The last word on the order, where a reranker is configured; without its answer the fused order stands."""

from collections.abc import Sequence
from dataclasses import replace

from app.kernel.logging import get_logger
from app.knowledge.domain import Hit, Stage
from app.knowledge.errors import RerankerUnavailable
from app.knowledge.ports import Reranker

log = get_logger(__name__)


async def reranked(reranker: Reranker | None, query: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits in the reranker's order with its scores; as they came when it does not answer."""
    if reranker is None or len(hits) < 2:
        return list(hits)
    try:
        scores = await reranker.rerank(query, [_read(hit) for hit in hits])
    except RerankerUnavailable:
        log.warning("rerank_skipped", model=reranker.name)
        return list(hits)
    order = sorted(range(len(hits)), key=lambda place: (-scores[place], place))
    return [
        replace(hits[place], score=scores[place], stages={**hits[place].stages, "rerank": Stage(rank, scores[place])})
        for rank, place in enumerate(order, 1)
    ]


def _read(hit: Hit) -> str:
    """What the reranker reads of a hit."""
    if hit.question is not None:
        return f"{hit.question}\n{hit.text}"
    return "\n".join((hit.title, *hit.heading_path, hit.text))
