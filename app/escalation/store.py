"""All SQL of escalation."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.escalation.domain import DeskNote, NoteKind
from app.escalation.tables import DeskNoteRow, SurveyRow
from app.kernel.clock import now
from app.kernel.database import Session


async def put_survey(
    session: Session, conversation_id: UUID, score: int, resolved: bool | None, comment: str | None
) -> None:
    """Keeps a verdict, or replaces the one there is."""
    values = {"score": score, "resolved": resolved, "comment": comment, "changed_at": now()}
    statement = insert(SurveyRow).values(conversation_id=conversation_id, created_at=now(), **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["conversation_id"], set_=values))


async def find_survey(session: Session, conversation_id: UUID) -> SurveyRow | None:
    """The verdict on a conversation."""
    statement = select(SurveyRow).where(SurveyRow.conversation_id == conversation_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def add_note(session: Session, conversation_id: UUID, note: DeskNote) -> None:
    """Keeps what one of the staff wrote."""
    values = {
        "id": note.id,
        "conversation_id": conversation_id,
        "after_seq": note.after_seq,
        "kind": note.kind.value,
        "text": note.text,
        "outcome": note.outcome,
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
        )
        for row in rows
    ]
