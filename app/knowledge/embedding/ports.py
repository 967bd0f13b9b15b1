"""What changing the embedder needs from outside: a seal for servers' keys, and what people chose of what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Sealer(Protocol):
    """Seals short secrets with a key of this installation."""

    def seal(self, plain: str) -> str:
        """The secret as it may be stored."""
        ...


@dataclass(frozen=True)
class Pick:
    """A question and what answered it, in the eyes of a customer or a colleague. group: the conversation it is from."""

    question: str
    chunk_ids: frozenset[UUID]
    faq_ids: frozenset[UUID]
    group: str


class Picks(Protocol):
    """What people chose: sources of answers customers voted up, and where colleagues' corrections went."""

    async def newest(self, limit: int) -> Sequence[Pick]:
        """The newest first."""
        ...


@dataclass(frozen=True)
class NoPicks:
    """A house without feedback."""

    async def newest(self, limit: int) -> Sequence[Pick]:
        """See the port `Picks`."""
        return ()
