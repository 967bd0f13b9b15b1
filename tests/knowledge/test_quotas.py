"""A base and the whole company hold no more than they may, and what does not fit leaves nothing behind."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.knowledge import DocumentTools, Quota, accept_document, delete_document
from app.knowledge.bases.domain import Base, BaseSettings
from app.knowledge.bases.service import add_base, get_base
from app.knowledge.document_errors import BaseBytesFull, BaseDocumentsFull, CompanyBytesFull, CompanyDocumentsFull
from app.knowledge.shelf.moving import move_document
from tests.knowledge.test_drafts import Work

KIB = 1024


def blobs(folder: Path) -> int:
    return sum(path.is_file() for path in (folder / "blobs").rglob("*"))


async def base_of(tools: DocumentTools, **limits: int) -> Base:
    return await add_base(tools, BaseSettings(f"limited {limits}", **limits))


async def put(tools: DocumentTools, base: Base, name: str, size: int) -> UUID:
    data = (name * size)[:size].encode()
    return (await accept_document(tools, file_name=f"{name}.txt", data=data, base_id=base.id)).document_id


async def test_a_full_base_takes_new_versions_but_no_new_document(documents: DocumentTools, tmp_path: Path) -> None:
    base = await base_of(documents, most_documents=2)
    first = await put(documents, base, "a", KIB)
    await put(documents, base, "b", KIB)
    with pytest.raises(BaseDocumentsFull) as refused:
        await put(documents, base, "c", KIB)
    assert refused.value.values == {"limit": 2, "held": 2} and blobs(tmp_path) == 2
    await put(documents, base, "a", KIB + 1)
    await delete_document(documents, first)
    await put(documents, base, "c", KIB)
    assert (await get_base(documents, base.id)).content.documents == 2


async def test_every_kept_version_counts_in_bytes(documents: DocumentTools, tmp_path: Path) -> None:
    base = await base_of(documents, most_bytes=3 * KIB)
    await put(documents, base, "a", KIB)
    await put(documents, base, "a", KIB + 1)
    with pytest.raises(BaseBytesFull):
        await put(documents, base, "a", KIB + 2)
    assert (await get_base(documents, base.id)).content.bytes == 2 * KIB + 1 and blobs(tmp_path) == 2


async def test_of_uploads_at_the_same_moment_only_as_many_as_fit_are_taken(
    documents: DocumentTools, tmp_path: Path
) -> None:
    one, other = await base_of(documents), await base_of(documents, most_bytes=10 * KIB)
    small = replace(documents, quota=Quota(documents=2, bytes=20 * KIB))
    named = [(base, f"{letter}{number}") for number, base in enumerate((one, other)) for letter in "abcd"]
    outcomes = await asyncio.gather(*(put(small, base, name, KIB) for base, name in named), return_exceptions=True)
    assert sum(isinstance(outcome, UUID) for outcome in outcomes) == 2 == blobs(tmp_path)
    assert sum(isinstance(outcome, CompanyDocumentsFull) for outcome in outcomes) == 6
    with pytest.raises(CompanyBytesFull):
        await put(replace(documents, quota=Quota(bytes=2 * KIB)), one, "e", KIB)


async def test_a_document_does_not_move_into_a_full_base(documents: DocumentTools, work: Work) -> None:
    base, full = await base_of(documents), await base_of(documents, most_documents=0)
    document_id = await put(documents, base, "a", KIB)
    await work()
    with pytest.raises(BaseDocumentsFull):
        await move_document(documents, document_id, full.id, None)
