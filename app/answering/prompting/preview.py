"""A question answered with one set of prompts and with another: the same passages, the same model, side by side."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from app.answering.domain import Failed, Finished, Passage, Question, Recalled
from app.answering.pipeline import AnsweringTools, answer
from app.answering.ports import Passages
from app.answering.prompt import build_prompt
from app.answering.prompting.book import PromptBook
from app.answering.understand import Intent, Understood
from app.answering.versions import Unchanging
from app.model_registry import ChatMessage


@dataclass(frozen=True)
class Side:
    """One of the two. asked_model False: the answer came without it, and `messages` are what it would have read."""

    version: str
    messages: tuple[ChatMessage, ...]
    estimated_tokens: int
    passages: int
    asked_model: bool
    ended: Finished | Failed

    @property
    def trace(self) -> dict[str, Any]:
        """What the answer's way left behind."""
        return self.ended.trace


@dataclass
class _Remembered:
    """Passages looked for once and given to both sides."""

    passages: Passages
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _found: dict[tuple[str, ...], Recalled] = field(default_factory=dict)

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
        async with self._turn:
            if tuple(queries) not in self._found:
                self._found[tuple(queries)] = await self.passages.find(
                    queries,
                    base_ids=base_ids,
                    audience=audience,
                    locale=locale,
                    limit=limit,
                    tier=tier,
                    channel=channel,
                )
        return self._found[tuple(queries)]

    def last(self) -> tuple[Passage, ...]:
        """What was found, empty when nothing was looked for."""
        return next(reversed(self._found.values())).passages if self._found else ()


async def preview(tools: AnsweringTools, question: Question, books: Sequence[PromptBook]) -> list[Side]:
    """One side per book, answered at the same time; nothing is kept."""
    remembered = _Remembered(tools.passages)
    shared = replace(tools, passages=remembered)
    ended = await asyncio.gather(*(_ended(replace(shared, prompts=Unchanging(book)), question) for book in books))
    return [_side(tools, question, book, end, remembered.last()) for book, end in zip(books, ended, strict=True)]


async def _ended(tools: AnsweringTools, question: Question) -> Finished | Failed:
    ended: Finished | Failed | None = None
    async with aclosing(answer(tools, question)) as events:
        async for event in events:
            if isinstance(event, Finished | Failed):
                ended = event
    assert ended is not None, "an answer ends"
    return ended


def _side(
    tools: AnsweringTools, question: Question, book: PromptBook, ended: Finished | Failed, passages: Sequence[Passage]
) -> Side:
    seen = ended.trace["question"]
    understood = Understood(
        seen.get("screened", question.text), seen.get("language", "zh"), Intent.QUESTION, seen.get("rewritten")
    )
    budget = tools.limits.context_tokens - tools.limits.max_tokens
    built = build_prompt(question, understood, passages, budget, book)
    given = ended.trace.get("prompt")
    return Side(
        built.version,
        tuple(ChatMessage(one["role"], one["content"]) for one in given["messages"]) if given else built.messages,
        given["estimated_tokens"] if given else built.estimated_tokens,
        len(built.passages),
        given is not None,
        ended,
    )
