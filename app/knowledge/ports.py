"""What knowledge needs from outside: embedder, reranker, sheets, regression questions, and who quoted what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True)
class FaqUse:
    """How often answers cited an FAQ, and what customers thought of those answers."""

    answers: int = 0
    up: int = 0
    down: int = 0


@dataclass(frozen=True)
class FaqAnswer:
    """One answer that cited an FAQ. vote: up, down or None."""

    answer_id: UUID
    conversation_id: UUID
    asked: str
    outcome: str | None
    vote: str | None
    answered_at: datetime


class FaqUses(Protocol):
    """Which answers cited an FAQ."""

    async def count(self, faq_ids: Sequence[UUID]) -> dict[UUID, FaqUse]:
        """Per FAQ its answers of the last thirty days with the votes on them; FAQs nobody used are missing."""
        ...

    async def answers(self, faq_id: UUID, limit: int) -> list[FaqAnswer]:
        """The newest answers that cited it."""
        ...


class SheetReader(Protocol):
    """Reads and writes spreadsheets."""

    async def rows(self, data: bytes) -> list[list[str]]:
        """The first sheet of an XLSX file, every cell as text, merged cells filled. Raises FaqFileUnreadable."""
        ...

    async def write(self, rows: Sequence[Sequence[str | float | None]]) -> bytes:
        """An XLSX file of one sheet in which every cell is text and none a formula."""
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


UsedKind = Literal["document", "faq", "chunk"]


@dataclass(frozen=True)
class UseCount:
    """How many answers quoted something, and when the last one did."""

    answers: int
    last_used_at: datetime


@dataclass(frozen=True)
class Use:
    """An answer that quoted something: whose question it answered, and what it quoted."""

    answer_id: UUID
    conversation_id: UUID
    question: str
    answer: str
    outcome: str | None
    quote: str
    chunk_id: UUID | None
    at: datetime


class PassageUses(Protocol):
    """Which answers quoted which documents, FAQs and chunks."""

    async def counts(self, kind: UsedKind, ids: Sequence[UUID] | None, since: datetime | None) -> dict[UUID, UseCount]:
        """One entry for each that was quoted since then (ever); ids None: all there are, which needs a `since`."""
        ...

    async def answers(self, kind: UsedKind, id: UUID, before: UUID | None, limit: int) -> list[Use]:
        """Newest first, behind the answer `before`; each answer once."""
        ...


class QuestionBank(Protocol):
    """The company's regression questions, asked of search as it is or as it would be."""

    async def measure(self, options: SearchOptions | None) -> Measured:
        """Asks all of them with these settings and keeps the run; None: as live. No questions: zeros and no rows."""
        ...

    async def verdict(self, before: Measured, after: Measured) -> Verdict:
        """What the gate says about going from one run to the other."""
        ...

    async def texts(self) -> frozenset[str]:
        """Every question, so that nothing is learnt from what must judge it."""
        ...

    async def expecting(self, names: Sequence[str]) -> int:
        """How many questions expect a passage of a document that goes by one of these sources or file names."""
        ...
