"""SQL of editing: chunks with their revisions, the past states, and the marks of hand work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, select, text, update

from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.domain import NewChunk
from app.knowledge.editing.domain import EditedDocument, Passage, PastState
from app.knowledge.editing.tables import ChunkHistoryRow
from app.knowledge.tables import ChunkRow, DocumentRow, DocumentVersionRow

_PASSAGE = [getattr(ChunkRow, name) for name in Passage.__dataclass_fields__]
_DOCUMENT = [getattr(DocumentRow, name) for name in EditedDocument.__dataclass_fields__]
_PAST = [getattr(ChunkHistoryRow, name) for name in PastState.__dataclass_fields__]
HISTORY_SHOWN = 100


def _passage(row: Any) -> Passage:
    values = dict(zip(Passage.__dataclass_fields__, row, strict=True))
    values["heading_path"] = tuple(values["heading_path"])
    values["origins"] = None if values["origins"] is None else tuple(values["origins"])
    return Passage(**values)


def _alive(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
        .where(DocumentRow.deleted_at.is_(None))
    )


async def find_passage(session: Session, chunk_id: UUID) -> Passage | None:
    """A chunk of a document that is not deleted."""
    row = (await session.execute(_alive(*_PASSAGE).where(ChunkRow.id == chunk_id))).one_or_none()
    return None if row is None else _passage(row)


async def list_passages(
    session: Session, document_id: UUID, *, after: int = -1, limit: int | None = None, words: str = ""
) -> list[Passage]:
    """A document's chunks in order, disabled ones too; `words` must occur in them."""
    statement = (
        select(*_PASSAGE)
        .where(ChunkRow.document_id == document_id, ChunkRow.position > after)
        .order_by(ChunkRow.position, ChunkRow.id)
        .limit(limit)
    )
    if words:
        statement = statement.where(ChunkRow.text.icontains(words, autoescape=True))
    return [_passage(row) for row in await session.execute(statement)]


async def next_passage(session: Session, passage: Passage) -> Passage | None:
    """The chunk behind one."""
    found = await list_passages(session, passage.document_id, after=passage.position, limit=1)
    return found[0] if found else None


async def find_edited_document(session: Session, document_id: UUID, *, lock: bool = False) -> EditedDocument | None:
    """A document that is not deleted; with `lock`, whoever else changes it waits."""
    statement = select(*_DOCUMENT).where(DocumentRow.id == document_id, DocumentRow.deleted_at.is_(None))
    if lock:
        statement = statement.with_for_update(of=DocumentRow)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else EditedDocument(*row)


async def count_edit(session: Session, document: EditedDocument, more_chunks: int = 0) -> None:
    """The document was changed by hand once more."""
    await session.execute(
        update(DocumentRow)
        .where(DocumentRow.id == document.id)
        .values(edits=DocumentRow.edits + 1, chunk_count=DocumentRow.chunk_count + more_chunks, updated_at=now())
    )


async def remember(
    session: Session, passage: Passage, action: str, by: str, other: dict[str, Any] | None = None
) -> None:
    """Keeps the state that an action ends."""
    session.add(
        ChunkHistoryRow(
            id=new_id(),
            document_id=passage.document_id,
            chunk_id=passage.id,
            revision=passage.revision,
            action=action,
            text=passage.text,
            heading_path=list(passage.heading_path),
            origins=None if passage.origins is None else list(passage.origins),
            other=other,
            by=by,
        )
    )
    await session.flush()


async def past_states(session: Session, chunk_id: UUID) -> list[PastState]:
    """What a chunk was before, the latest first."""
    statement = (
        select(*_PAST)
        .where(ChunkHistoryRow.chunk_id == chunk_id)
        .order_by(ChunkHistoryRow.revision.desc())
        .limit(HISTORY_SHOWN)
    )
    found = []
    for row in await session.execute(statement):
        values = dict(zip(PastState.__dataclass_fields__, row, strict=True))
        values["heading_path"] = tuple(values["heading_path"])
        values["origins"] = None if values["origins"] is None else tuple(values["origins"])
        found.append(PastState(**values))
    return found


async def change_passage(session: Session, passage: Passage, by: str, **values: object) -> None:
    """New values for a chunk, under its next revision."""
    await session.execute(
        update(ChunkRow)
        .where(ChunkRow.id == passage.id)
        .values(revision=passage.revision + 1, edited_at=now(), edited_by=by, **values)
    )


async def set_disabled(session: Session, ids: Sequence[UUID], by: str | None, how: str | None = None) -> None:
    """Marks chunks as disabled by somebody, or as enabled again (None)."""
    moment: datetime | None = None if by is None else now()
    await session.execute(
        update(ChunkRow).where(ChunkRow.id.in_(ids)).values(disabled_at=moment, disabled_by=by, disabled_with=how)
    )


_MAKE_ROOM = text("UPDATE chunk SET position = position + :by WHERE document_id = :document AND position > :after")


async def make_room(session: Session, document_id: UUID, after: int, by: int = 1) -> None:
    """Moves the chunks behind a position on (or back, with a negative `by`)."""
    await session.execute(_MAKE_ROOM, {"document": document_id, "after": after, "by": by})


async def add_passage(
    session: Session,
    document: EditedDocument,
    chunk: NewChunk,
    *,
    origins: Sequence[str] | None,
    original_text: str | None,
    by: str,
    revision: int = 1,
) -> UUID:
    """A row for a chunk that hand work made; it is not in the index yet."""
    chunk_id = chunk.chunk_id or new_id()
    await session.execute(
        insert(ChunkRow).values(
            id=chunk_id,
            base_id=document.base_id,
            document_id=document.id,
            version_number=document.version,
            position=chunk.position,
            kind=chunk.kind,
            title=document.title,
            heading_path=list(chunk.heading_path),
            page=chunk.page,
            char_start=chunk.char_start,
            char_end=chunk.char_end,
            text=chunk.text,
            sha256="",
            boxes=[box.as_json() for box in chunk.boxes],
            parent=chunk.parent,
            valid_from=document.valid_from,
            valid_until=document.valid_until,
            revision=revision,
            origins=None if origins is None else list(origins),
            original_text=original_text,
            edited_at=now(),
            edited_by=by,
        )
    )
    return chunk_id


async def drop_passage(session: Session, chunk_id: UUID) -> None:
    """Removes a chunk's row; it must be out of the index already."""
    await session.execute(delete(ChunkRow).where(ChunkRow.id == chunk_id))


async def restore_marks(session: Session, kept: Sequence[Passage]) -> None:
    """Writes the marks of hand work onto rows that a new version made anew under the same ids."""
    for passage in kept:
        await session.execute(
            update(ChunkRow)
            .where(ChunkRow.id == passage.id)
            .values(
                revision=passage.revision,
                origins=None if passage.origins is None else list(passage.origins),
                original_text=passage.original_text,
                edited_at=passage.edited_at,
                edited_by=passage.edited_by,
                disabled_at=passage.disabled_at,
                disabled_by=passage.disabled_by,
                disabled_with=passage.disabled_with,
            )
        )


async def still_indexed(session: Session, document_id: UUID) -> list[UUID]:
    """The chunks of a document that nobody disabled."""
    statement = select(ChunkRow.id).where(ChunkRow.document_id == document_id, ChunkRow.disabled_at.is_(None))
    return list(await session.scalars(statement))


async def waiting_passages(session: Session, document_id: UUID, limit: int) -> list[Passage]:
    """Chunks that were disabled with their document."""
    statement = (
        select(*_PASSAGE)
        .where(ChunkRow.document_id == document_id, ChunkRow.disabled_with == "document")
        .order_by(ChunkRow.position)
        .limit(limit)
    )
    return [_passage(row) for row in await session.execute(statement)]


async def count_waiting(session: Session, document_id: UUID) -> int:
    """How many chunks were disabled with their document."""
    statement = select(func.count()).where(ChunkRow.document_id == document_id, ChunkRow.disabled_with == "document")
    return int(await session.scalar(statement) or 0)


async def report_kept(
    session: Session, document_id: UUID, number: int, chunk_count: int, kept: int, dropped: Sequence[dict[str, Any]]
) -> None:
    """Writes into a version what became of the hand work."""
    row = DocumentVersionRow
    await session.execute(
        update(row)
        .where(row.document_id == document_id, row.number == number)
        .values(chunk_count=chunk_count, hand_kept=kept, hand_dropped=list(dropped))
    )
