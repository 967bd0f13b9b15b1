"""What a customer asks of people: to be put in line, and to be heard afterwards."""

from dataclasses import dataclass
from uuid import UUID

from app.conversations import ask_for_person, authenticate_customer
from app.escalation import store
from app.escalation.assignment.domain import LinePlace
from app.escalation.assignment.line import place_of
from app.escalation.tools import EscalationTools
from app.kernel.database import Session

__all__ = ["EscalationTools", "LinePlace", "Survey", "answer_survey", "hand_off", "read_survey"]


@dataclass(frozen=True)
class Survey:
    """A customer's verdict: `score` from 1 to 5, and whether the problem is solved."""

    score: int
    resolved: bool | None = None
    comment: str | None = None


async def hand_off(tools: EscalationTools, conversation_id: UUID, token: str, reason: str | None) -> LinePlace:
    """The customer asks for a person; asking again changes nothing. Raises NotFound."""
    owner = await ask_for_person(tools.conversations, conversation_id, token, reason)
    async with tools.database.reading() as session:
        return await place_of(session, conversation_id, owner)


async def answer_survey(tools: EscalationTools, conversation_id: UUID, token: str, survey: Survey) -> None:
    """Keeps the customer's verdict; a later one replaces it. Raises NotFound."""
    customer = await authenticate_customer(tools.conversations, conversation_id, token)
    async with tools.database.transaction() as session:
        await store.put_survey(session, customer.conversation_id, survey.score, survey.resolved, survey.comment)


async def read_survey(session: Session, conversation_id: UUID) -> Survey | None:
    """The customer's verdict, if there is one."""
    row = await store.find_survey(session, conversation_id)
    return None if row is None else Survey(row.score, row.resolved, row.comment)
