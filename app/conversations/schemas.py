"""The public contract of conversations: shapes on the wire."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.conversations.attachments.domain import MOST_A_MESSAGE
from app.conversations.domain import Lifecycle, Owner, Summary, Trace
from app.kernel.texts import Locale
from app.kernel.wire import CleanText, Moment, VisibleText, Wire

Name = Annotated[VisibleText, Field(max_length=200)]
LATEST_SECOND = 253_402_300_799  # the end of the year 9999


class Visitor(Wire):
    """Who the company says the customer is; see `visitor_signature`."""

    user_id: Name
    name: Name | None = None
    expires: Annotated[int, Field(strict=True, ge=0, le=LATEST_SECOND, description="Unix seconds")]
    nonce: Annotated[VisibleText, Field(min_length=8, max_length=200)]
    signature: Annotated[CleanText, Field(max_length=200)]


class NewConversation(Wire):
    """Where and in which language a conversation begins."""

    channel: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,50}$")] = "web"
    locale: Locale | None = None
    visitor: Visitor | None = None


class BegunConversation(Wire):
    """A new conversation; `token` is told this once."""

    conversation_id: UUID
    token: str
    greeting: str
    suggestions: list[str]
    owner: Owner


class Words(Wire):
    """What is sent: words, files that were uploaded before, or both."""

    text: VisibleText | Literal[""]
    attachments: Annotated[list[UUID], Field(max_length=MOST_A_MESSAGE)] = []

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.attachments:
            raise ValueError("there is nothing to read in it")
        if len(set(self.attachments)) != len(self.attachments):
            raise ValueError("an attachment is named twice")
        return self


class NewMessage(Words):
    """What a customer writes, 1 to 4,000 characters, or none when there are attachments.

    client_id: makes sending it again harmless.
    """

    client_id: Annotated[VisibleText, Field(max_length=100)]


class AcceptedMessage(Wire):
    """A stored message; `answer_id` is null while the bot does not own the conversation."""

    message_id: UUID
    answer_id: UUID | None
    seq: int


class Decision(Wire):
    """The customer's click on a card."""

    accept: Annotated[bool, Field(strict=True)]


class ReadForm(Wire):
    """The last message somebody has seen."""

    message_id: UUID


class AcceptedAnswer(Wire):
    """The answer that will come."""

    answer_id: UUID


class FeedbackView(Wire):
    """What the customer thought of an answer."""

    rating: str
    reasons: list[str] = []
    comment: str | None = None


class MessageView(Wire):
    """One message; what does not apply is left out."""

    message_id: UUID
    role: str
    text: str
    outcome: str | None = None
    composer: str | None = None
    question_id: UUID | None = None
    citations: list[dict[str, Any]] | None = None
    suggestions: list[str] | None = None
    confirmation: dict[str, Any] | None = None
    attachments: list[dict[str, Any]] | None = None
    feedback: FeedbackView | None = None
    client_id: str | None = None
    agent: dict[str, str] | None = None
    created_at: Moment


class RunningAnswerView(Wire):
    """The answer being written, and its text so far."""

    answer_id: UUID
    text: str


class ReadView(Wire):
    """The last message of the other that each side has read."""

    customer: UUID | None = None
    agent: UUID | None = None


class Snapshot(Wire):
    """A conversation as it stands; events behind `seq` continue it."""

    conversation_id: UUID
    owner: Owner
    lifecycle: Lifecycle
    seq: int
    messages: list[MessageView]
    running_answer: RunningAnswerView | None = None
    read: ReadView | None = None


class SummaryView(Wire):
    """One line of the list of conversations."""

    conversation_id: UUID
    channel: str
    locale: str
    owner: Owner
    lifecycle: Lifecycle
    created_at: Moment
    last_message_at: Moment
    last_text: str
    last_role: str
    message_count: int
    last_outcome: str | None
    handoff_reason: str | None
    visitor_name: str | None
    verified: bool
    agent_name: str | None

    @classmethod
    def of(cls, summary: Summary) -> "SummaryView":
        """The line of a summary."""
        return cls(
            conversation_id=summary.id,
            **{name: getattr(summary, name) for name in cls.model_fields if name != "conversation_id"},
        )


class TraceView(Wire):
    """How an answer came to be."""

    answer_id: UUID
    conversation_id: UUID
    created_at: Moment
    trace: dict[str, Any]
    timings: dict[str, Any]
    usage: dict[str, Any]

    @classmethod
    def of(cls, trace: Trace) -> "TraceView":
        """The view of a trace."""
        return cls(**{name: getattr(trace, name) for name in cls.model_fields})
