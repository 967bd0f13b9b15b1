"""The words of feedback: a customer's vote, and an agent's correction on its way to being accepted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Vote(StrEnum):
    """Thumb up or down."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """What was wrong with an answer, in the customer's eyes."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    NOT_MY_QUESTION = "not_my_question"
    TONE = "tone"
    OTHER = "other"


class CorrectionState(StrEnum):
    """Only an accepted correction teaches anything."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


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


@dataclass(frozen=True)
class Correction:
    """The right answer to a question the bot got wrong, with what the bot said and saw at the time."""

    id: UUID
    message_id: UUID
    conversation_id: UUID
    question: str
    wrong_answer: str
    right_answer: str
    locale: str
    prompt: tuple[dict[str, str], ...] | None
    state: CorrectionState
    note: str | None
    proposed_by: UUID
    proposed_by_name: str
    proposed_at: datetime
    reviewed_by: UUID | None
    reviewed_by_name: str | None
    reviewed_at: datetime | None


@dataclass(frozen=True)
class Review:
    """A supervisor's word on a proposal; `text` replaces the proposed answer when given."""

    state: CorrectionState
    text: str | None = None
    note: str | None = None


def as_prompt(value: Any) -> tuple[dict[str, str], ...] | None:
    """Chat messages from their stored form."""
    return None if value is None else tuple({"role": turn["role"], "content": turn["content"]} for turn in value)
