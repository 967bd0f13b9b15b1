"""A throwaway base for evaluations and benchmarks: filled through the real index, seen by nobody else, then dropped."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from app.kernel.database import Session
from app.knowledge.domain import Audience, NewChunk
from app.knowledge.faqs import faq_chunks
from app.knowledge.index import Source, prepare_many
from app.knowledge.store.bases import add_base, add_plain_documents, drop_base
from app.knowledge.store.chunks import Owner, Replacement, replace_chunks
from app.knowledge.store.faqs import add_faq_row
from app.knowledge.tools import SearchTools

Split = Callable[[str], list[NewChunk]]
AT_ONCE = 500


@dataclass(frozen=True)
class ScratchText:
    """One text of a corpus; with questions it becomes an FAQ whose answer is the text."""

    name: str
    title: str
    text: str
    questions: tuple[str, ...] = ()


def whole(text: str) -> list[NewChunk]:
    """The text as one passage."""
    return [NewChunk(0, (), None, text, 0, len(text))]


@asynccontextmanager
async def scratch_base(tools: SearchTools) -> AsyncIterator[UUID]:
    """A base that no search finds unless it asks for the audience `scratch`; gone afterwards."""
    async with tools.database.transaction() as session:
        base_id = await add_base(session, "scratch", audience=Audience.SCRATCH)
    try:
        yield base_id
    finally:
        async with tools.database.transaction() as session:
            await drop_base(session, base_id)


async def add_scratch_texts(
    tools: SearchTools, base_id: UUID, texts: Sequence[ScratchText], split: Split = whole
) -> dict[UUID, str]:
    """Puts the texts in as documents or FAQs. Returns the name of each document and FAQ id."""
    names: dict[UUID, str] = {}
    for start in range(0, len(texts), AT_ONCE):
        batch = texts[start : start + AT_ONCE]
        prepared = await prepare_many(tools, [Source(text.title, _chunks(text, split)) for text in batch])
        async with tools.database.transaction() as session:
            owners = await _add_owners(session, base_id, batch)
            replacements = [Replacement(owner, ready, 1) for owner, ready in zip(owners, prepared, strict=True)]
            await replace_chunks(session, base_id, replacements)
        names.update((owner.id, text.name) for owner, text in zip(owners, batch, strict=True))
    return names


async def _add_owners(session: Session, base_id: UUID, texts: Sequence[ScratchText]) -> list[Owner]:
    plain = [(text.title, text.name) for text in texts if not text.questions]
    documents = iter(await add_plain_documents(session, base_id, plain) if plain else [])
    owners: list[Owner] = []
    for text in texts:
        if text.questions:
            faq_id = await add_faq_row(session, base_id, text.questions, text.text, (), "scratch", "")
            owners.append(Owner(base_id, faq_id=faq_id))
        else:
            owners.append(Owner(base_id, document_id=next(documents)))
    return owners


def _chunks(text: ScratchText, split: Split) -> list[NewChunk]:
    if text.questions:
        return faq_chunks(text.questions, text.text)
    return split(text.text)
