"""What a new version of a document does with hand work: keep what still fits, tell what does not."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.kernel.clock import iso
from app.kernel.database import Session
from app.knowledge.domain import NewChunk
from app.knowledge.editing import store
from app.knowledge.editing.carry import carry
from app.knowledge.editing.domain import KeptWork, Passage
from app.knowledge.errors import IndexMoved
from app.knowledge.store.chunks import set_validity
from app.knowledge.store.passages import take_out
from app.knowledge.tools import SearchTools

LONGEST_REPORT = 200


async def keep_hand_work(tools: SearchTools, document_id: UUID, parsed: Sequence[NewChunk]) -> KeptWork:
    """The passages of a new version with the hand work on the present one that still fits. Read outside the swap."""
    async with tools.database.reading() as session:
        document = await store.find_edited_document(session, document_id)
        if document is None:
            return KeptWork(tuple(parsed), (), (), 0)
        before = await store.list_passages(session, document_id)
    return carry(parsed, before, document.edits)


async def settle_hand_work(session: Session, document_id: UUID, number: int, work: KeptWork) -> None:
    """Part of the swap, behind the new chunks: marks, disabled chunks out of the index, the report of what was kept.

    Raises IndexMoved when somebody edited a chunk after the work was read.
    """
    document = await store.find_edited_document(session, document_id)
    if document is None or document.edits != work.edits:
        raise IndexMoved
    await store.restore_marks(session, work.kept)
    await take_out(session, document.base_id, [one.id for one in work.kept if one.disabled_at is not None])
    if document.disabled_at is not None:
        ids = await store.still_indexed(session, document_id)
        await take_out(session, document.base_id, ids)
        await store.set_disabled(session, ids, "system", "document")
    if document.valid_from is not None or document.valid_until is not None:
        await set_validity(session, document_id, document.valid_from, document.valid_until)
    dropped = [_told(passage) for passage in work.dropped[:LONGEST_REPORT]]
    await store.report_kept(session, document_id, number, len(work.chunks), len(work.kept), dropped)


def _told(passage: Passage) -> dict[str, Any]:
    return {
        "chunk_id": str(passage.id),
        "position": passage.position,
        "heading_path": list(passage.heading_path),
        "text": passage.text if passage.origins is not None else None,
        "original_text": passage.original_text or passage.text,
        "disabled": passage.disabled_at is not None,
        "by": passage.edited_by or passage.disabled_by or "",
        "at": iso(passage.edited_at) if passage.edited_at else None,
    }
