"""Wire shapes of the desk's offers."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.answering import Citation
from app.conversations import SourceLinks
from app.escalation.suggest.domain import Brief, Suggestion, plain
from app.escalation.suggest.service import Found
from app.kernel.wire import VisibleText, Wire


class CitedView(Wire):
    """A source as the staff opens it."""

    number: int
    title: str
    place: str
    page: int | None
    quote: str
    url: str
    document_id: UUID | None
    faq_id: UUID | None
    chunk_id: UUID | None

    @classmethod
    def of(cls, one: Citation, links: SourceLinks) -> Self:
        """From the domain."""
        return cls(
            number=one.number,
            title=one.title,
            place=" › ".join(one.heading_path),
            page=one.page,
            quote=one.quote,
            url=links.url(
                document_id=one.document_id, faq_id=one.faq_id, chunk_id=one.chunk_id, quote=one.quote, staff=True
            ),
            document_id=one.document_id,
            faq_id=one.faq_id,
            chunk_id=one.chunk_id,
        )


class SuggestionView(Wire):
    """A reply to start from; it is never sent by itself. `composer` says whose words it is made of."""

    question_id: UUID
    question: str
    text: str
    composer: str
    citations: list[CitedView]

    @classmethod
    def of(cls, suggestion: Suggestion, links: SourceLinks) -> Self:
        """From the domain."""
        return cls(
            question_id=suggestion.question_id,
            question=suggestion.question,
            text=suggestion.text,
            composer=suggestion.composer,
            citations=[CitedView.of(one, links) for one in suggestion.citations],
        )


class OfferedView(Wire):
    """The suggestion; null when nothing this customer may read answers what was asked."""

    suggestion: SuggestionView | None


class BriefView(Wire):
    """A conversation in three lines; `by` is extract or model."""

    wanted: str
    done: str
    open: str
    by: str


class BriefedView(Wire):
    """The summary; null while nothing was asked."""

    brief: BriefView | None


class KnowledgeQuery(Wire):
    """What to look for."""

    query: Annotated[VisibleText, Field(max_length=500)]


class PassageView(Wire):
    """A passage; `for_customer` is false for what this customer may not read, which does not belong into a reply."""

    title: str
    place: str
    page: int | None
    text: str
    question: str | None
    url: str
    for_customer: bool

    @classmethod
    def of(cls, found: Found, links: SourceLinks) -> Self:
        """From the domain."""
        hit = found.hit
        ids = {"document_id": hit.document_id, "faq_id": hit.faq_id, "chunk_id": hit.chunk_id}
        return cls(
            title=hit.title,
            place=" › ".join(hit.heading_path),
            page=hit.page,
            text=plain(hit.text),
            question=hit.question,
            url=links.url(**ids, quote=hit.text[:200], staff=True),
            for_customer=found.for_customer,
        )


class PassageList(Wire):
    """Best first."""

    items: list[PassageView]


def told(brief: Brief, done: str, nothing_open: str) -> BriefView:
    """The three lines in words."""
    if brief.lines is not None:
        return BriefView(wanted=brief.lines[0], done=brief.lines[1], open=brief.lines[2], by=brief.by)
    return BriefView(wanted=brief.wanted, done=done, open=brief.open or nothing_open, by=brief.by)
