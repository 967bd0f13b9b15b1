"""What knowledge needs from outside: an embedder, a reranker, a reader of sheets, and the regression questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.kernel.texts import text
from app.knowledge.options import SearchOptions

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


class SheetWriter(Protocol):
    """Writes a spreadsheet."""

    async def write(self, rows: Sequence[Sequence[str | float | None]]) -> bytes:
        """An XLSX file of one sheet; text is never read as a formula."""
        ...


@dataclass(frozen=True)
class MeasuredQuestion:
    """How one regression question did. rank: of the first expected passage, None when it is not among the first ten or
    none is expected; answered: whether search calls it answerable; problems: codes, none when it passed."""

    question_id: UUID
    text: str
    must: bool
    must_refuse: bool
    rank: int | None
    answered: bool
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True)
class Measured:
    """One run over the regression questions.

    Rates in [0, 1], 0 when no question asks for them; false_answers: of those that must be refused; false_refusals: of
    those that expect a passage.
    """

    run_id: UUID
    questions: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float
    false_answers: float
    false_refusals: float
    rows: tuple[MeasuredQuestion, ...]


@dataclass(frozen=True)
class Verdict:
    """Whether a change may go live. reasons: `code name=value …`, also for what is fine; `sentences` says them."""

    passes: bool
    reasons: tuple[str, ...]

    def sentences(self, locale: str) -> list[str]:
        """The reasons for people."""
        return [_reason(reason, locale) for reason in self.reasons]


def _reason(reason: str, locale: str) -> str:
    code, *values = reason.split()
    return text(f"evaluation.gate_{code}", locale, **dict(value.split("=", 1) for value in values))


class QuestionBank(Protocol):
    """The company's regression questions, asked of search as it is or as it would be."""

    async def measure(self, options: SearchOptions | None) -> Measured:
        """Asks all of them with these settings and keeps the run; None: as live. No questions: zeros and no rows."""
        ...

    async def verdict(self, before: Measured, after: Measured) -> Verdict:
        """What the gate says about going from one run to the other."""
        ...
