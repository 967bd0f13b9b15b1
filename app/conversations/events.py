"""Facts conversations announce; listeners run inside the transaction that made them true."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.conversations.domain import Lifecycle, Owner


@dataclass(frozen=True)
class OwnerChanged:
    """A conversation has another owner, another person or another lifecycle now.

    `agent_id` is whose it is, if somebody's; `waiting_since` counts from when it comes into the line.
    """

    conversation_id: UUID
    before: Owner
    owner: Owner
    lifecycle: Lifecycle
    reason: str
    actor: str
    agent_id: UUID | None = None
    before_agent_id: UUID | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True)
class FirstTurn:
    """The first question of a conversation, as what its answer noted of it: all there is to know of what was said."""

    question: str
    tier: str | None
    mood: str | None
    failure: str | None


@dataclass(frozen=True)
class AnswerFinished:
    """An answer is stored as a message. `first`: when nothing had happened in the bot's conversation before it."""

    conversation_id: UUID
    message_id: UUID
    question_id: UUID
    outcome: str
    code: str | None = None
    first: FirstTurn | None = None


@dataclass(frozen=True)
class CustomerWrote:
    """A customer said something to people: the conversation is in line or with somebody."""

    conversation_id: UUID
    owner: Owner
    at: datetime
