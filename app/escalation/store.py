"""All SQL of escalation."""

from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.escalation.domain import DeskNote, NoteKind
from app.escalation.tables import DeskNoteRow, SurveyRow
from app.kernel.clock import now
from app.kernel.database import Session


class Verdict(Protocol):
    """What is kept of a verdict."""

    @property
    def score(self) -> int: ...
    @property
    def resolved(self) -> bool | None: ...
    @property
    def comment(self) -> str | None: ...


async def put_survey(session: Session, conversation_id: UUID, part: str, verdict: Verdict) -> None:
    """Keeps a verdict on a part, or replaces the one there is."""
    values = {
        "score": verdict.score,
        "resolved": verdict.resolved,
        "comment": verdict.comment,
        "changed_at": now(),
    }
    statement = insert(SurveyRow).values(conversation_id=conversation_id, part=part, created_at=now(), **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["conversation_id", "part"], set_=values))


async def find_surveys(session: Session, conversation_id: UUID) -> list[SurveyRow]:
    """The verdicts on a conversation, the person's part first."""
    statement = select(SurveyRow).where(SurveyRow.conversation_id == conversation_id).order_by(SurveyRow.part)
    return list(await session.scalars(statement))


async def add_note(session: Session, conversation_id: UUID, note: DeskNote) -> None:
    """Keeps what one of the staff wrote."""
    values = {
        "id": note.id,
        "conversation_id": conversation_id,
        "after_seq": note.after_seq,
        "kind": note.kind.value,
        "text": note.text,
        "outcome": note.outcome,
        "category": note.category,
        "author_id": note.author_id,
        "to_id": note.to_id,
        "author_name": note.author_name,
        "created_at": note.at,
    }
    await session.execute(insert(DeskNoteRow).values(values))


async def list_notes(session: Session, conversation_id: UUID) -> list[DeskNote]:
    """Everything the staff wrote about a conversation, in order."""
    statement = select(DeskNoteRow).where(DeskNoteRow.conversation_id == conversation_id)
    rows = await session.scalars(statement.order_by(DeskNoteRow.created_at, DeskNoteRow.id))
    return [
        DeskNote(
            row.id,
            NoteKind(row.kind),
            row.text,
            row.author_id,
            row.author_name,
            row.after_seq,
            row.created_at,
            row.outcome,
            row.to_id,
            row.category,
        )
        for row in rows
    ]
