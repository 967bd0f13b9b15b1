"""What knowledge needs from outside: something that embeds text, and something that reranks passages."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

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


class SheetReader(Protocol):
    """Reads a spreadsheet."""

    async def rows(self, data: bytes) -> list[list[str]]:
        """The first sheet of an XLSX file, every cell as text. Raises FaqFileUnreadable."""
        ...
