"""What answering needs from outside: passages to answer from, and the language model that is live, if any."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from app.answering.domain import Recalled
from app.model_registry import ServedModel


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

    async def live_chat_model(self) -> ServedModel | None:
        """The served model, or None when answers are quoted instead of generated."""
        ...
