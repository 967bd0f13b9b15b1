"""All SQL of escalation."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.escalation.tables import SurveyRow
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
