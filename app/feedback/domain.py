"""The words of feedback: a customer's vote, and an answer as those see it who judge it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.answering import Citation


class Vote(StrEnum):
    """Thumb up or down."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """What was wrong with an answer, in the eyes of a customer or a colleague."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    NOT_MY_QUESTION = "not_my_question"
    TONE = "tone"
    OTHER = "other"


@dataclass(frozen=True)
class Rating:
    """What a customer thinks of one answer; a newer one replaces it."""

    message_id: UUID
    conversation_id: UUID
    vote: Vote
    reasons: tuple[Reason, ...]
    comment: str | None
    updated_at: datetime


@dataclass(frozen=True)
class RatedAnswer:
    """An answer as feedback sees it. `prompt` is what the model was given, {role, content} each; None: no model."""

    message_id: UUID
    conversation_id: UUID
    question: str
    answer: str
    locale: str
    prompt: tuple[dict[str, str], ...] | None = None
    citations: tuple[Citation, ...] = ()
    question_id: UUID | None = None


@dataclass(frozen=True)
class SuggestionPair:
    """A reply that was suggested to an agent, and what the agent sent instead or after all."""

    message_id: UUID
    conversation_id: UUID
    suggested: str
    sent: str
    edited: bool
    staff_id: UUID
    at: datetime


def as_prompt(value: Any) -> tuple[dict[str, str], ...] | None:
    """Chat messages from their stored form."""
    return None if value is None else tuple({"role": turn["role"], "content": turn["content"]} for turn in value)
