"""What a customer may want to know next: curated questions and sections found beside the cited ones, never made up."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from app.answering.choices import LONGEST_OFFER, OFFERED, spoken
from app.answering.domain import Citation, Events, Finished, Language, Outcome, Passage
from app.answering.language import language_of, plain, terms
from app.answering.near_match import likeness
from app.answering.planted import gives_orders
from app.answering.wants_person import wants_person

# From here on two questions are one, and an answer to the first has answered the second.
SAME = 0.75
SHORTEST = 4


def next_questions(
    asked: str, found: Sequence[Passage], citations: Sequence[Citation], language: Language
) -> tuple[str, ...]:
    """Up to three, nearest first: FAQs that search found too, then other sections of the cited documents."""
    used = {citation.chunk_id for citation in citations if citation.chunk_id} | {
        citation.faq_id for citation in citations if citation.faq_id
    }
    documents = {citation.document_id for citation in citations if citation.document_id}
    about = terms(asked)
    offers: dict[str, None] = {}
    for passage in found:
        if passage.question and passage.chunk_id not in used and passage.faq_id not in used:
            _add(offers, passage.question, asked, language)
    for passage in found:
        near = passage.document_id in documents and passage.chunk_id not in used
        if near and passage.question is None and passage.heading_path and about & terms(passage.text):
            _add(offers, spoken(passage.heading_path[-1]), asked, language)
    # A single one would be taken by the next 好的, which only says that the answer was understood.
    return tuple(offers)[:OFFERED] if len(offers) > 1 else ()


async def followed(events: Events, asked: str, found: Sequence[Passage], language: Language) -> Events:
    """The same answer with what may be asked next at its end."""
    async with aclosing(events) as answered:
        async for event in answered:
            if isinstance(event, Finished) and event.outcome in (Outcome.ANSWERED, Outcome.FAQ):
                offers = event.suggestions or next_questions(asked, found, event.citations, language)
                yield replace(event, suggestions=offers)
            else:
                yield event


def _add(offers: dict[str, None], offer: str, asked: str, language: Language) -> None:
    words = offer.strip()
    fits = SHORTEST <= len(words) <= LONGEST_OFFER and language_of(words, language) == language
    if not fits or wants_person(words) or gives_orders(words) or plain(words) == plain(asked):
        return
    if all(likeness(words, known).score < SAME for known in (asked, *offers)):
        offers[words] = None
