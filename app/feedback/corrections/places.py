"""Where a right answer could belong: the nearest FAQs, the passages the bot cited; and what people replied."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.feedback.domain import RatedAnswer
from app.feedback.service import FeedbackTools
from app.kernel.errors import NotFound
from app.knowledge import Audience, Faq, SearchRequest, SearchTools, get_faq, get_passage, search_passages

NEAREST, LOOKED_AT = 3, 20


@dataclass(frozen=True)
class NearFaq:
    """An FAQ that comes close. score in [0, 1]: of its nearest way to ask."""

    faq: Faq
    question: str
    score: float


@dataclass(frozen=True)
class CitedPassage:
    """What the answer in question rested on, as it reads now. faq_id: a curated answer; version: to edit it by."""

    number: int
    title: str
    heading_path: tuple[str, ...]
    quote: str
    text: str
    version: int
    chunk_id: UUID | None
    faq_id: UUID | None


@dataclass(frozen=True)
class Places:
    """Everything the form under an answer offers. replies: what people sent in the same conversation afterwards."""

    answer: RatedAnswer
    faqs: tuple[NearFaq, ...]
    passages: tuple[CitedPassage, ...]
    replies: tuple[str, ...]


async def places_of(tools: FeedbackTools, search: SearchTools, message_id: UUID) -> Places:
    """Raises NotFound."""
    answer = await tools.answers.get(message_id)
    replies = await tools.answers.replies_after(message_id)
    return Places(answer, await nearest_faqs(search, answer.question), await _cited(search, answer), replies)


async def nearest_faqs(search: SearchTools, question: str, limit: int = NEAREST) -> tuple[NearFaq, ...]:
    """The curated answers whose questions come nearest, each once, best first."""
    found = await search_passages(search, SearchRequest([question], None, Audience.STAFF, LOOKED_AT))
    nearest: dict[UUID, NearFaq] = {}
    for hit in found.hits:
        if hit.faq_id is None or hit.faq_id in nearest or len(nearest) == limit:
            continue
        vector = hit.stages.get("vector")
        score = max(0.0, min(1.0, vector.score if vector else hit.score))
        try:
            nearest[hit.faq_id] = NearFaq(await get_faq(search, hit.faq_id), hit.question or hit.title, round(score, 2))
        except NotFound:
            continue  # deleted since the search
    return tuple(sorted(nearest.values(), key=lambda near: -near.score))


async def _cited(search: SearchTools, answer: RatedAnswer) -> tuple[CitedPassage, ...]:
    found: list[CitedPassage] = []
    for one in answer.citations:
        try:
            if one.faq_id is not None:
                faq = await get_faq(search, one.faq_id)
                shown: tuple[str, Sequence[str], str, int] = (faq.questions[0], (), faq.answer, faq.version)
            elif one.chunk_id is not None:
                passage = await get_passage(search, one.chunk_id)
                shown = (passage.title, passage.heading_path, passage.text, passage.revision)
            else:
                continue
        except NotFound:
            continue  # gone since it was cited
        title, path, text, version = shown
        chunk_id = None if one.faq_id is not None else one.chunk_id
        found.append(CitedPassage(one.number, title, tuple(path), one.quote, text, version, chunk_id, one.faq_id))
    return tuple(found)
