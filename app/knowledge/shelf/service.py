"""The shelf's doings: list with uses, change a document's card, tell what a deletion touches, mark due reviews."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.clock import now
from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.logging import get_logger
from app.knowledge.ports import Use, UseCount
from app.knowledge.shelf import store
from app.knowledge.shelf.domain import USES_DAYS, CardChange, Facts, Impact, Listed, Sort, Wanted
from app.knowledge.shelf.errors import ValidityReversed
from app.knowledge.shelf.tools import ShelfTools
from app.knowledge.store.chunks import set_validity

log = get_logger(__name__)


def _recently() -> datetime:
    return now() - timedelta(days=USES_DAYS)


async def list_shelf(
    tools: ShelfTools, wanted: Wanted, *, sort: Sort, rising: bool, behind: tuple[str, UUID] | None, limit: int
) -> list[Listed]:
    """Documents in order with their uses of the last 30 days. Raises BadCursor."""
    every = await tools.uses.counts("document", None, _recently()) if sort == "uses" else {}
    async with tools.database.reading() as session:
        found = await store.list_documents(
            session, wanted, sort=sort, rising=rising, behind=behind, limit=limit, uses=every
        )
    if sort == "uses":
        return found
    uses = await tools.uses.counts("document", [one.document.id for one in found], _recently())
    return [replace(one, use=uses.get(one.document.id)) for one in found]


async def look_at(tools: ShelfTools, document_id: UUID) -> Listed:
    """One document with its uses of the last 30 days. Raises NotFound."""
    async with tools.database.reading() as session:
        document = await store.find_document(session, document_id)
        if document is None:
            raise NotFound
        name = await store.base_name(session, document.base_id)
    uses = await tools.uses.counts("document", [document_id], _recently())
    return Listed(document, name, uses.get(document_id), "")


async def shelf_facts(tools: ShelfTools, wanted: Wanted) -> Facts:
    """Figures over the whole shelf and what can be filtered by."""
    today = datetime.combine(datetime.now(UTC).date(), datetime.min.time(), UTC)
    used = await tools.uses.counts("document", None, today)
    async with tools.database.reading() as session:
        matching, _ = await store.count_documents(session, wanted)
        documents, chunks = await store.count_documents(session, Wanted())
        expiring, _ = await store.count_documents(session, Wanted(expiring=True))
        due, _ = await store.count_documents(session, Wanted(needs_review=True))
        owners, tags, bases = await store.owners_and_tags(session)
    return Facts(
        matching=matching,
        documents=documents,
        chunks=chunks,
        used_today=sum(use.answers for use in used.values()),
        expiring=expiring,
        needs_review=due,
        owners=owners,
        tags=tags,
        bases=bases,
    )


async def change_card(tools: ShelfTools, document_id: UUID, change: CardChange, actor: Principal | None) -> None:
    """Owner, tags, validity and review date; validity holds from the next search on.

    Raises NotFound, ValidityReversed.
    """
    values = store.as_values(change, change.given)
    if "review_on" in change.given:
        today = now().date()
        values["review_due_at"] = now() if change.review_on is not None and change.review_on <= today else None
    async with tools.database.transaction() as session:
        document = await store.lock_document(session, document_id)
        if document is None:
            raise NotFound
        if not values:
            return
        start = change.valid_from if "valid_from" in change.given else document.valid_from
        end = change.valid_until if "valid_until" in change.given else document.valid_until
        if start is not None and end is not None and end <= start:
            raise ValidityReversed
        await store.set_card(session, document_id, **values)
        if {"valid_from", "valid_until"} & change.given:
            await set_validity(session, document_id, start, end)
        await record_audit(session, actor, "document.changed", str(document_id), fields=sorted(change.given))


async def deletion_impact(tools: ShelfTools, document_id: UUID) -> Impact:
    """What deleting a document touches. Raises NotFound."""
    async with tools.database.reading() as session:
        document = await store.find_document(session, document_id)
        if document is None:
            raise NotFound
        faqs = await store.faqs_from(session, document)
    ever = await tools.uses.counts("document", [document_id], None)
    recent = await tools.uses.counts("document", [document_id], _recently())
    names = list({document.source, document.file_name, document.title})
    return Impact(
        chunks=document.chunk_count,
        answers=_answers(ever, document_id),
        recent_answers=_answers(recent, document_id),
        faqs=faqs,
        regression_questions=None if tools.questions is None else await tools.questions.expecting(names),
    )


def _answers(counted: dict[UUID, UseCount], id: UUID) -> int:
    return counted[id].answers if id in counted else 0


async def document_uses(tools: ShelfTools, document_id: UUID, before: UUID | None, limit: int) -> list[Use]:
    """The answers that quoted a document, newest first. Raises NotFound."""
    await look_at(tools, document_id)
    return await tools.uses.answers("document", document_id, before, limit)


async def mark_due_reviews(database: Database) -> int:
    """The daily reminder: documents whose review date has come are marked, and the list shows them."""
    async with database.transaction() as session:
        marked = await store.mark_due(session, now().date())
    if marked:
        log.info("reviews_due", documents=marked)
    return marked
