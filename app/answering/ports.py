"""What answering needs from outside: passages to answer from, and the language model that is live, if any."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from app.answering.domain import Events, Question, Recalled, Usage
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.model_registry import ChatMessage, ServedModel

Form = TypeVar("Form", bound=BaseModel)


class Passages(Protocol):
    """The knowledge base, as answering sees it."""

    async def find(
        self,
        queries: Sequence[str],
        *,
        base_ids: Sequence[UUID] | None,
        audience: str,
        locale: str,
        limit: int,
        tier: str | None = None,
        channel: str | None = None,
    ) -> Recalled:
        """Passages for one question in one or two wordings, best first, only what this reader may read.

        Raises Unavailable when the knowledge base does not answer.
        """
        ...


class Models(Protocol):
    """The model that composes answers."""

    async def live_chat_model(self, conversation_id: UUID | None = None) -> ServedModel | None:
        """The model of a conversation, the same for all its answers; None when answers are quoted, not generated."""
        ...


class Forms(Protocol):
    """A model that fills in forms instead of talking."""

    async def filled(
        self, served: ServedModel, messages: Sequence[ChatMessage], form: type[Form], limit_s: float
    ) -> tuple[Form, Usage]:
        """The form as the model filled it in, checked against its fields.

        Raises ModelFailure: nobody answers, too late, nothing, or nothing that fits the form.
        """
        ...


class Offer(Protocol):
    """A tool for a turn. `sign_in`: it needs a signed-in customer, and nobody is."""

    @property
    def sign_in(self) -> bool:
        """Whether the customer must sign in first."""
        ...

    @property
    def because(self) -> Mapping[str, Any]:
        """Why this tool: its name and how surely."""
        ...


class Actions(Protocol):
    """Tools: what can be looked up or done for a customer in the company's own systems."""

    async def hosts(self) -> Collection[str]:
        """The hosts that staff named for tools: those of their servers, and those their sentences link to."""
        ...

    async def offer(self, understood: Understood, question: Question, trace: Trace) -> Offer | None:
        """The tool this turn asks for, None when it is about other things."""
        ...

    def perform(self, offer: Any, understood: Understood, question: Question, trace: Trace) -> Events:
        """The answer of a tool: a value asked for, what a call came to, or a card to confirm."""
        ...

    def decided(self, question: Question, understood: Understood, trace: Trace) -> Events:
        """The answer to the customer's click on a card. Raises Unavailable."""
        ...
