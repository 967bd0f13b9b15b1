"""FAQs: curated answers with many ways to ask for each."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import Faq, FaqContent, FaqFilter, NewChunk
from app.knowledge.errors import FaqChanged, FaqExists
from app.knowledge.index import prepare_chunks
from app.knowledge.store.bases import base_exists
from app.knowledge.store.chunks import Owner, Replacement, remove_chunks, replace_chunks
from app.knowledge.store.faqs import (
    add_content,
    change_content,
    faqs_asking,
    find_faq,
    limit_chunks,
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
    """The ways to ask that differ by more than politeness and spelling, in order, each on one line."""
    by_canonical: dict[str, str] = {}
    for question in questions:
        if said := " ".join(question.split()):
            by_canonical.setdefault(canonical_text(said), said)
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
    """A new FAQ that holds always and everywhere, searchable at once. Raises as `create_faq`."""
    content = FaqContent(tuple(questions), answer, tuple(tags))
    return await create_faq(tools, content, base_id or DEFAULT_BASE, actor, source)


async def create_faq(
    tools: SearchTools, content: FaqContent, base_id: UUID, actor: Principal | None = None, source: str = ""
) -> UUID:
    """A new FAQ, searchable at once. Raises FaqExists when the base answers one of the questions already, NotFound."""
    content = _tidy(content)
    async with tools.database.reading() as session:
        if not await base_exists(session, base_id):
            raise NotFound
    prepared = await prepare_chunks(tools, content.questions[0], faq_chunks(content.questions, content.answer))
    async with tools.database.transaction() as session:
        await refuse_known(session, base_id, content.questions, except_for=None)
        faq_id = await add_content(session, base_id, content, source, _name(actor))
        await replace_chunks(session, base_id, [Replacement(Owner(base_id, faq_id=faq_id), prepared, 1)])
        await limit_chunks(session, faq_id, content)
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
    """Other questions, answer and tags, whoever changed it last. Raises as `edit_faq`."""
    known = await get_faq(tools, faq_id)
    limits = (known.channels, known.valid_from, known.valid_until)
    await edit_faq(tools, faq_id, FaqContent(tuple(questions), answer, tuple(tags), *limits), actor)


async def edit_faq(
    tools: SearchTools,
    faq_id: UUID,
    content: FaqContent,
    actor: Principal | None = None,
    expected: int | None = None,
) -> None:
    """Everything an FAQ says from now on; unchanged ways to ask are not embedded again.

    expected: the version the editor saw. Raises NotFound, FaqExists, FaqChanged when it is another by now.
    """
    known = await get_faq(tools, faq_id)
    if expected is not None and known.version != expected:
        raise changed_meanwhile(known)
    content = _tidy(content)
    if content == FaqContent.of(known):
        return
    chunks = faq_chunks(content.questions, content.answer)
    prepared = await prepare_chunks(tools, content.questions[0], chunks, replaces=faq_id)
    async with tools.database.transaction() as session:
        await refuse_known(session, known.base_id, content.questions, except_for=faq_id)
        if not await change_content(session, faq_id, known.base_id, content, _name(actor), known.version):
            present = await find_faq(session, faq_id)
            raise NotFound if present is None else changed_meanwhile(present)
        owner = Owner(known.base_id, faq_id=faq_id)
        await replace_chunks(session, known.base_id, [Replacement(owner, prepared, 1)])
        await limit_chunks(session, faq_id, content, FaqContent.of(known))
        await record_audit(session, actor, "faq.changed", str(faq_id), version=known.version + 1)


def changed_meanwhile(present: Faq) -> FaqChanged:
    """The conflict, with the other's text, so that both can be laid side by side."""
    theirs = {
        "version": present.version,
        "questions": list(present.questions),
        "answer": present.answer,
        "tags": list(present.tags),
        "channels": list(present.channels),
        "valid_from": present.valid_from.isoformat() if present.valid_from else None,
        "valid_until": present.valid_until.isoformat() if present.valid_until else None,
        "updated_by": present.updated_by,
        "updated_at": present.updated_at.isoformat(),
    }
    return FaqChanged(extra={"theirs": theirs}, name=present.updated_by or "—")


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
    return await find_some(tools, FaqFilter(base_id=base_id, words=words), before=before, limit=limit)


async def find_some(tools: SearchTools, wanted: FaqFilter, *, before: UUID | None, limit: int) -> list[Faq]:
    """What a filter lets through, newest first, behind `before`."""
    async with tools.database.reading() as session:
        return await list_faq_rows(session, wanted, before=before, limit=limit)


async def questions_taken(
    tools: SearchTools, base_id: UUID, questions: Sequence[str], except_for: UUID | None
) -> dict[int, Faq]:
    """Per place in `questions` the other FAQ of the base that has that question already."""
    canonicals = [canonical_text(question) for question in questions]
    async with tools.database.reading() as session:
        known = await faqs_asking(session, base_id, [one for one in canonicals if one])
    return {
        place: known[canonical]
        for place, canonical in enumerate(canonicals)
        if canonical in known and known[canonical].id != except_for
    }


async def delete_faq(tools: SearchTools, faq_id: UUID, actor: Principal | None = None) -> None:
    """Out of search at once. Raises NotFound."""
    async with tools.database.transaction() as session:
        known = await find_faq(session, faq_id)
        if known is None:
            raise NotFound
        await remove_chunks(session, known.base_id, faq_id)
        await remove_faq_row(session, faq_id)
        await record_audit(session, actor, "faq.deleted", str(faq_id))


def _tidy(content: FaqContent) -> FaqContent:
    tags = tuple(dict.fromkeys(tag.strip() for tag in content.tags if tag.strip()))
    channels = tuple(sorted({channel.strip() for channel in content.channels if channel.strip()}))
    limits = (content.valid_from, content.valid_until)
    return FaqContent(distinct(content.questions), content.answer.strip(), tags, channels, *limits)


async def refuse_known(session: Session, base_id: UUID, questions: Sequence[str], except_for: UUID | None) -> None:
    """Raises FaqExists, which names the FAQ of the base that has one of the questions already."""
    for faq in (await faqs_asking(session, base_id, [canonical_text(one) for one in questions])).values():
        if faq.id != except_for:
            raise FaqExists(extra={"faq_id": str(faq.id)}, question=faq.questions[0])


def _name(actor: Principal | None) -> str:
    return actor.name if actor else ""
