"""FAQs: curated answers with many ways to ask for each."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import Faq, NewChunk
from app.knowledge.errors import FaqExists
from app.knowledge.index import prepare_chunks
from app.knowledge.store.bases import base_exists
from app.knowledge.store.chunks import Owner, Replacement, remove_chunks, replace_chunks
from app.knowledge.store.faqs import (
    add_faq_row,
    change_faq_row,
    faqs_asking,
    find_faq,
    list_faq_rows,
    remove_faq_row,
)
from app.knowledge.tables import DEFAULT_BASE
from app.knowledge.tools import SearchTools

LONGEST_QUESTION, LONGEST_ANSWER, MOST_QUESTIONS = 500, 8_000, 200


def faq_chunks(questions: Sequence[str], answer: str) -> list[NewChunk]:
    """One passage for each way to ask, all with the answer as their text."""
    return [
        NewChunk(position, (), None, answer, 0, len(answer), "faq", question)
        for position, question in enumerate(questions)
    ]


def distinct(questions: Iterable[str]) -> tuple[str, ...]:
    """The ways to ask that differ by more than politeness and spelling, in order."""
    by_canonical: dict[str, str] = {}
    for question in questions:
        if question.strip():
            by_canonical.setdefault(canonical_text(question), question.strip())
    return tuple(by_canonical.values())


async def add_faq(
    tools: SearchTools,
    questions: Sequence[str],
    answer: str,
    base_id: UUID | None = None,
    tags: Sequence[str] = (),
    actor: Principal | None = None,
    source: str = "",
) -> UUID:
    """A new FAQ, searchable at once. Raises FaqExists when the base answers one of the questions already, NotFound."""
    base_id = base_id or DEFAULT_BASE
    questions = distinct(questions)
    async with tools.database.reading() as session:
        if not await base_exists(session, base_id):
            raise NotFound
    prepared = await prepare_chunks(tools, questions[0], faq_chunks(questions, answer))
    async with tools.database.transaction() as session:
        await _refuse_known(session, base_id, questions, except_for=None)
        faq_id = await add_faq_row(session, base_id, questions, answer, tags, source, _name(actor))
        await replace_chunks(session, base_id, [Replacement(Owner(base_id, faq_id=faq_id), prepared, 1)])
        await record_audit(session, actor, "faq.added", str(faq_id))
    return faq_id


async def change_faq(
    tools: SearchTools,
    faq_id: UUID,
    questions: Sequence[str],
    answer: str,
    tags: Sequence[str] = (),
    actor: Principal | None = None,
) -> None:
    """Other questions or another answer; unchanged ways to ask are not embedded again. Raises NotFound, FaqExists."""
    known = await get_faq(tools, faq_id)
    questions = distinct(questions)
    prepared = await prepare_chunks(tools, questions[0], faq_chunks(questions, answer), replaces=faq_id)
    async with tools.database.transaction() as session:
        await _refuse_known(session, known.base_id, questions, except_for=faq_id)
        await change_faq_row(session, faq_id, known.base_id, questions, answer, tags)
        owner = Owner(known.base_id, faq_id=faq_id)
        await replace_chunks(session, known.base_id, [Replacement(owner, prepared, 1)])
        await record_audit(session, actor, "faq.changed", str(faq_id))


async def get_faq(tools: SearchTools, faq_id: UUID) -> Faq:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await find_faq(session, faq_id)
    if found is None:
        raise NotFound
    return found


async def list_faqs(
    tools: SearchTools, *, base_id: UUID | None = None, words: str = "", before: UUID | None = None, limit: int = 50
) -> list[Faq]:
    """Newest first, behind `before`."""
    async with tools.database.reading() as session:
        return await list_faq_rows(session, base_id=base_id, words=words, before=before, limit=limit)


async def delete_faq(tools: SearchTools, faq_id: UUID, actor: Principal | None = None) -> None:
    """Out of search at once. Raises NotFound."""
    async with tools.database.transaction() as session:
        known = await find_faq(session, faq_id)
        if known is None:
            raise NotFound
        await remove_chunks(session, known.base_id, faq_id)
        await remove_faq_row(session, faq_id)
        await record_audit(session, actor, "faq.deleted", str(faq_id))


async def _refuse_known(session: Session, base_id: UUID, questions: Sequence[str], except_for: UUID | None) -> None:
    for faq in (await faqs_asking(session, base_id, [canonical_text(one) for one in questions])).values():
        if faq.id != except_for:
            raise FaqExists(extra={"faq_id": str(faq.id)}, question=faq.questions[0])


def _name(actor: Principal | None) -> str:
    return actor.name if actor else ""
