"""Answers of the bot without conversations: a token owns the answers listed under it."""

from dataclasses import dataclass, field
from uuid import UUID

from app.feedback import RatedAnswer
from app.kernel.errors import NotFound, Unauthenticated


@dataclass
class FakeAnswers:
    """`owners` maps a conversation token to its conversation."""

    answers: dict[UUID, RatedAnswer] = field(default_factory=dict)
    owners: dict[str, UUID] = field(default_factory=dict)
    replies: tuple[str, ...] = ()

    def add(self, answer: RatedAnswer, token: str = "customer") -> RatedAnswer:
        """One more answer, given to the owner of a token."""
        self.answers[answer.message_id] = answer
        self.owners[token] = answer.conversation_id
        return answer

    async def of_customer(self, message_id: UUID, token: str) -> UUID:
        """The port's contract: an unknown token, then a foreign answer."""
        if token not in self.owners:
            raise Unauthenticated
        answer = self.answers.get(message_id)
        if answer is None or answer.conversation_id != self.owners[token]:
            raise NotFound
        return answer.conversation_id

    async def get(self, message_id: UUID) -> RatedAnswer:
        """The answer."""
        if message_id not in self.answers:
            raise NotFound
        return self.answers[message_id]

    async def replies_after(self, message_id: UUID) -> tuple[str, ...]:
        """What the test says people wrote."""
        await self.get(message_id)
        return self.replies
