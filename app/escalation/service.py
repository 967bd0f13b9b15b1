"""What a customer asks of people: to be put in line, and to be heard afterwards."""

from dataclasses import dataclass
from uuid import UUID

from app.conversations import ask_for_person, authenticate_customer
from app.escalation import store
from app.escalation.aftercare.domain import Part
from app.escalation.aftercare.service import judged_part
from app.escalation.assignment.domain import LinePlace
from app.escalation.assignment.line import place_of
from app.escalation.tools import EscalationTools
from app.kernel.database import Session

__all__ = ["EscalationTools", "LinePlace", "Survey", "answer_survey", "hand_off", "read_survey"]


@dataclass(frozen=True)
class Survey:
    """A customer's verdict: `score` from 1 to 5, whether the problem is solved, and whose part is meant if said."""

    score: int
    resolved: bool | None = None
    comment: str | None = None
    part: Part | None = None


async def hand_off(tools: EscalationTools, conversation_id: UUID, token: str, reason: str | None) -> LinePlace:
    """The customer asks for a person; asking again changes nothing. Raises NotFound."""
    owner = await ask_for_person(tools.conversations, conversation_id, token, reason)
    async with tools.database.reading() as session:
        return await place_of(session, conversation_id, owner)


async def answer_survey(tools: EscalationTools, conversation_id: UUID, token: str, survey: Survey) -> None:
    """Keeps the customer's verdict on a part; a later one replaces it. Raises NotFound."""
    customer = await authenticate_customer(tools.conversations, conversation_id, token)
    async with tools.database.transaction() as session:
        part = await judged_part(session, customer.conversation_id, survey.part)
        await store.put_survey(session, customer.conversation_id, part.value, survey)


async def read_survey(session: Session, conversation_id: UUID) -> Survey | None:
    """The customer's verdict, if there is one; on the person's part rather than the bot's."""
    found = await store.find_surveys(session, conversation_id)
    return Survey(found[0].score, found[0].resolved, found[0].comment) if found else None
