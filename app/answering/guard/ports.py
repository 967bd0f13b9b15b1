"""What the guard needs from outside: a second opinion on messages its patterns let through."""

from typing import Protocol
from uuid import UUID


class AttackClassifier(Protocol):
    """Says whether a message tries to turn the bot, where no pattern knows it."""

    async def attack_in(self, text: str, conversation_id: UUID | None) -> str | None:
        """The kind of attack, None when it is none or nobody is there to judge. Raises ModelFailure."""
        ...
