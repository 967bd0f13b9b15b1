"""Puts passages into a test's index without a file."""

from collections.abc import Sequence
from uuid import UUID

from app.knowledge import DEFAULT_BASE, NewChunk, SearchTools
from app.knowledge.index import prepare_chunks
from app.knowledge.store.bases import add_base, add_plain_documents
from app.knowledge.store.chunks import replace_document_chunks


def passages(*texts: str) -> list[NewChunk]:
    """Passages one after the other."""
    return [NewChunk(position, (), None, text) for position, text in enumerate(texts)]


async def add_document(
    tools: SearchTools, title: str, chunks: Sequence[NewChunk], base_id: UUID = DEFAULT_BASE
) -> UUID:
    """A ready document with these passages."""
    async with tools.database.transaction() as session:
        [document_id] = await add_plain_documents(session, base_id, [(title, title)])
    await index_document(tools, document_id, title, chunks, 1, base_id)
    return document_id


async def index_document(
    tools: SearchTools,
    document_id: UUID,
    title: str,
    chunks: Sequence[NewChunk],
    version: int,
    base_id: UUID = DEFAULT_BASE,
) -> int:
    """Swaps its passages; gives back how many had to be embedded."""
    prepared = await prepare_chunks(tools, title, chunks, replaces=document_id)
    async with tools.database.transaction() as session:
        await replace_document_chunks(
            session, base_id=base_id, document_id=document_id, version_number=version, prepared=prepared
        )
    return prepared.embedded


async def add_test_base(tools: SearchTools, name: str, audience: str = "public") -> UUID:
    """Another base."""
    async with tools.database.transaction() as session:
        return await add_base(session, name, audience=audience)
