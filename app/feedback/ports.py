"""What feedback needs from outside: the answers it is about."""

from typing import Protocol
from uuid import UUID

from app.feedback.domain import RatedAnswer


class Answers(Protocol):
    """Answers of the bot, found by their message id."""

    async def of_customer(self, message_id: UUID, token: str) -> UUID:
        """The conversation of an answer this token's owner was given. Raises Unauthenticated, NotFound."""
        ...

    async def get(self, message_id: UUID) -> RatedAnswer:
        """The answer with its question. Raises NotFound, also for messages that are no answer of the bot."""
        ...

    async def replies_after(self, message_id: UUID) -> tuple[str, ...]:
        """What people wrote to the customer after an answer, in order; the first few. Raises NotFound."""
        ...
