"""A knowledge base that finds what the test put in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.answering import Passage, Recalled
from app.kernel.ids import new_id


def document(
    text: str, title: str = "售后政策", heading: tuple[str, ...] = (), page: int | None = None, score: float = 0.8
) -> Passage:
    """A passage of a document."""
    return Passage(new_id(), new_id(), None, title, heading, page, text, None, score)


def faq(question: str, answer: str, score: float = 0.8) -> Passage:
    """A curated answer."""
    return Passage(new_id(), None, new_id(), question, (), None, answer, question, score)


@dataclass
class FakePassages:
    """Gives the same passages to every question and remembers what it was asked."""

    passages: Sequence[Passage] = ()
    answerable: bool = True
    confidence: float | None = None
    exact: Passage | None = None
    error: Exception | None = None
    asked: list[list[str]] = field(default_factory=list)

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
        self.asked.append(list(queries))
        if self.error is not None:
            raise self.error
        confidence = self.confidence or (0.8 if self.answerable else 0.1)
        timings = {"total": 1.0}
        return Recalled(
            tuple(self.passages), self.answerable, confidence, 0.45, self.exact, ask_from=0.36, timings_ms=timings
        )


@dataclass
class ShelvedPassages(FakePassages):
    """Finds the passages of each shelf whose word stands in the question; nothing elsewhere."""

    shelves: Mapping[str, Sequence[Passage]] = field(default_factory=dict)

    async def find(self, queries: Sequence[str], **reader: Any) -> Recalled:
        found = [
            passage
            for word, shelf in self.shelves.items()
            if any(word in query.casefold() for query in queries)
            for passage in shelf
        ]
        self.passages, self.answerable = found, bool(found)
        return await super().find(queries, **reader)
