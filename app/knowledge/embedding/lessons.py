"""Makes lessons of what people chose: each question is asked again, and what else is found was passed over."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.knowledge.canonical import canonical_text
from app.knowledge.domain import Audience, Hit, SearchRequest
from app.knowledge.embedding.ports import Pick
from app.knowledge.embedding.tools import EmbedderTools
from app.knowledge.embedding.tuning import Lesson
from app.knowledge.options import SearchOptions
from app.knowledge.search import search_passages

FOUND, PASSED_OVER = 20, 8
MOST_PICKS, MOST_OF_A_GROUP = 4_000, 2
"""One conversation's votes bring in two lessons at most, so that a crowd of fake votes moves little."""


@dataclass(frozen=True)
class Gathered:
    """Lessons, and why other picks are none: the regression asks them, too many of one conversation, not found."""

    lessons: list[Lesson]
    of_regression: int
    capped: int
    not_found: int


async def gather(tools: EmbedderTools) -> Gathered:
    """Lessons from every pick, but none that a regression question also asks: it must stay a fair judge."""
    picks = await tools.picks.newest(MOST_PICKS)
    asked = {canonical_text(said) for said in await tools.bank.texts()} if tools.bank else set()
    fair = [pick for pick in picks if canonical_text(pick.question) not in asked]
    kept = _capped(fair)
    lessons = [lesson for pick in kept if (lesson := await _lesson(tools, pick)) is not None]
    return Gathered(lessons, len(picks) - len(fair), len(fair) - len(kept), len(kept) - len(lessons))


def _capped(picks: Sequence[Pick]) -> list[Pick]:
    counted: dict[str, int] = {}
    kept = []
    for pick in picks:
        counted[pick.group] = counted.get(pick.group, 0) + 1
        if counted[pick.group] <= MOST_OF_A_GROUP:
            kept.append(pick)
    return kept


async def _lesson(tools: EmbedderTools, pick: Pick) -> Lesson | None:
    """None when search does not find the chosen passage, or nothing else."""
    request = SearchRequest([pick.question], audience=Audience.STAFF, limit=FOUND, options=SearchOptions(rerank=False))
    hits = (await search_passages(tools.search, request)).hits
    chosen = next((hit for hit in hits if _is_chosen(hit, pick)), None)
    others = [hit for hit in hits if not _is_chosen(hit, pick)][:PASSED_OVER]
    if chosen is None or not others:
        return None
    scores = tuple(_by_words(hit) for hit in (chosen, *others))
    return Lesson(pick.question, _read(chosen), tuple(map(_read, others)), pick.group, scores)


def _is_chosen(hit: Hit, pick: Pick) -> bool:
    return hit.chunk_id in pick.chunk_ids or hit.faq_id in pick.faq_ids


def _by_words(hit: Hit) -> float:
    return hit.stages["lexical"].score if "lexical" in hit.stages else 0.0


def _read(hit: Hit) -> str:
    """The text as the embedder reads it."""
    return hit.question if hit.question is not None else "\n".join((hit.title, *hit.heading_path, hit.text))
