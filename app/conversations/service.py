"""What the conversations room works with, and what it can tell about threads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from uuid import UUID

from app.accounts import Company
from app.answering import Company as AnsweringCompany
from app.answering import Turn
from app.conversations.bulletin import Bulletin
from app.conversations.domain import (
    AskedQuestion,
    Customer,
    FoundAnswer,
    Message,
    Owner,
    OwnerChange,
    Summary,
    Thread,
    Trace,
)
from app.conversations.open_streams import OpenStreams
from app.conversations.ports import (
    Answerer,
    RatingLookup,
    ServiceTimes,
    Summariser,
    Visibility,
    extracted,
)
from app.conversations.running import RunningAnswers
from app.conversations.store import threads, transcripts
from app.kernel.database import Database, Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_token, token_digest
from app.kernel.limits import Allowance, RateLimits

NEW_CONVERSATIONS = Allowance("conversations", per_minute=300)  # by address: a whole office may share one
TOKEN_PREFIX = "kct_"  # noqa: S105 - tells a customer's token from an API key
MESSAGES = Allowance("messages", per_minute=60)  # by conversation
HISTORY_TURNS = 12


@dataclass(frozen=True)
class ConversationTools:
    """What the conversations room works with."""

    database: Database
    bulletin: Bulletin
    answerer: Answerer
    ratings: RatingLookup
    visible: Visibility
    limits: RateLimits
    company: Company
    speaks_for: AnsweringCompany
    visitor_secret: bytes | None = None
    summariser: Summariser = extracted
    service: ServiceTimes | None = None
    answers: RunningAnswers = field(default_factory=RunningAnswers)
    streams: OpenStreams = field(default_factory=OpenStreams)


def check_token(thread: Thread | None, token: str) -> Thread:
    """The thread, when the token is its own. Raises NotFound, the same for unknown and foreign."""
    digest = token_digest(token)
    if thread is None or not compare_digest(thread.token_digest, digest):
        raise NotFound
    return thread


async def authenticate_customer(tools: ConversationTools, conversation_id: UUID, token: str) -> Customer:
    """Who holds this conversation's token. Raises NotFound."""
    async with tools.database.reading() as session:
        thread = await threads.find_thread(session, conversation_id)
    return Customer(check_token(thread, token).id)


async def renew_token(session: Session, conversation_id: UUID) -> str:
    """A new token for a conversation, told this once; the old one is nobody's from now on."""
    token = TOKEN_PREFIX + new_token()
    await threads.change_token(session, conversation_id, token_digest(token))
    return token


async def find_answer(session: Session, message_id: UUID) -> FoundAnswer | None:
    """An answer of the bot with its question and citations."""
    return await transcripts.find_answer(session, message_id)


async def find_last_answer(session: Session, conversation_id: UUID) -> FoundAnswer | None:
    """The newest answer of the bot in a conversation that was about something."""
    found = await transcripts.find_last_answer(session, conversation_id)
    return None if found is None else await transcripts.find_answer(session, found)


async def read_questions(session: Session, message_ids: Sequence[UUID]) -> list[AskedQuestion]:
    """Some questions of customers with who asked them, in no order; as far as they are still kept."""
    return await transcripts.read_questions(session, message_ids)


async def transcript(session: Session, conversation_id: UUID) -> list[Message]:
    """Everything said in a conversation, in order. Raises NotFound."""
    if await threads.find_thread(session, conversation_id) is None:
        raise NotFound
    return await transcripts.read_messages(session, conversation_id)


async def get_summary(session: Session, conversation_id: UUID) -> Summary:
    """One conversation in which something was said. Raises NotFound."""
    found = await threads.find_summary(session, conversation_id)
    if found is None:
        raise NotFound
    return found


async def get_thread(session: Session, conversation_id: UUID) -> Thread:
    """A conversation as it stands, which others may change meanwhile. Raises NotFound."""
    found = await threads.find_thread(session, conversation_id)
    if found is None:
        raise NotFound
    return found


async def owner_changes(session: Session, conversation_id: UUID) -> list[OwnerChange]:
    """Who owned a conversation, and from where in it on."""
    return await threads.owner_changes(session, conversation_id)


async def read_trace(session: Session, conversation_id: UUID, answer_id: UUID) -> Trace:
    """How an answer came to be. Raises NotFound."""
    found = await transcripts.find_trace(session, conversation_id, answer_id)
    if found is None:
        raise NotFound
    return found


async def history_before(session: Session, answer: FoundAnswer) -> tuple[Turn, ...]:
    """What had been said before the question of an answer, as answering was told it."""
    return await transcripts.read_history(session, answer.conversation_id, answer.question_seq, HISTORY_TURNS)


async def find_owner(session: Session, conversation_id: UUID) -> Owner | None:
    """Who owns a conversation now."""
    thread = await threads.find_thread(session, conversation_id)
    return None if thread is None else thread.owner
