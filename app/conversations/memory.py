"""What customers who are signed in see and decide about their memory, with their conversation's token."""

from uuid import UUID

from app.answering.memory import Remembered, decide_consent, forget_customer, recall_customer
from app.conversations.errors import NotSignedIn
from app.conversations.service import ConversationTools, check_token
from app.conversations.store import threads
from app.kernel.database import Session


async def read_memory(tools: ConversationTools, conversation_id: UUID, token: str) -> Remembered | None:
    """What is remembered of the customer; None for a visitor nobody vouches for. Raises NotFound."""
    async with tools.database.reading() as session:
        thread = check_token(await threads.find_thread(session, conversation_id), token)
        return None if thread.reader.user_id is None else await recall_customer(session, thread.reader.user_id)


async def decide_memory(tools: ConversationTools, conversation_id: UUID, token: str, consent: bool) -> Remembered:
    """Keeps the decision; a no erases everything. Raises NotFound, NotSignedIn."""
    async with tools.database.transaction() as session:
        return await decide_consent(session, await _user_id(session, conversation_id, token), consent)


async def forget_memory(
    tools: ConversationTools, conversation_id: UUID, token: str, fact_id: UUID | None = None
) -> None:
    """Forgets one fact or all of them. Raises NotFound, NotSignedIn."""
    async with tools.database.transaction() as session:
        await forget_customer(session, await _user_id(session, conversation_id, token), fact_id)


async def _user_id(session: Session, conversation_id: UUID, token: str) -> str:
    thread = check_token(await threads.find_thread(session, conversation_id), token)
    if thread.reader.user_id is None:
        raise NotSignedIn
    return thread.reader.user_id
