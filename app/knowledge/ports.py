"""What knowledge needs from outside: something that embeds text, and something that reranks passages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol
from uuid import UUID

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from app.knowledge.domain import FaqAnswer, FaqUse

Vectors = npt.NDArray[np.float32]
TextKind = Literal["query", "passage"]


class Embedder(Protocol):
    """Text to vectors."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        ...

    async def embed(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Returns (len(texts), dimensions) float32, rows of unit length. Raises EmbedderUnavailable."""
        ...

    async def close(self) -> None:
        """Closes what it holds open."""
        ...


class Reranker(Protocol):
    """A model that reads the question and each passage together."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    async def rerank(self, query: str, passages: Sequence[str]) -> list[float]:
        """One relevance per passage in their order, higher is better. Raises RerankerUnavailable."""
        ...


class FaqUses(Protocol):
    """Which answers cited an FAQ."""

    async def count(self, faq_ids: Sequence[UUID]) -> "dict[UUID, FaqUse]":
        """Per FAQ its answers of the last thirty days with the votes on them; FAQs nobody used are missing."""
        ...

    async def answers(self, faq_id: UUID, limit: int) -> "list[FaqAnswer]":
        """The newest answers that cited it."""
        ...


class SheetReader(Protocol):
    """Reads a spreadsheet."""

    async def rows(self, data: bytes) -> list[list[str]]:
        """The first sheet of an XLSX file, every cell as text. Raises FaqFileUnreadable."""
        ...
