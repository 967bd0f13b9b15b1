"""The prompt: rules, examples, earlier turns, numbered passages as quoted data, the question; all within a budget."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.domain import OUTSIDE_HISTORY, Passage, Question, Turn
from app.answering.guard.never_shown import hide
from app.answering.memory.quoted import remembered_part
from app.answering.planted import harmless
from app.answering.prompting import BUILT_IN, PromptBook, estimate_tokens
from app.answering.prompting.book import Source
from app.answering.screen import neutralise
from app.answering.understand import Understood
from app.model_registry import ChatMessage

_FAKE_NUMBER = re.compile(r"[\[【［](\d{1,3})[\]】］]")
HISTORY_TURNS, HISTORY_SHARE, MEMORY_SHARE = 6, 0.2, 0.1
SHORTEST_PASSAGE = 60


@dataclass(frozen=True)
class Prompt:
    """What the model is given, and which of the passages it contains (a prefix of those offered)."""

    messages: tuple[ChatMessage, ...]
    passages: tuple[Passage, ...]
    estimated_tokens: int
    version: str
    planted: int = 0


def _quoted(text: str) -> str:
    """A passage as data: no template tokens, no numbers that look like ours."""
    return _FAKE_NUMBER.sub(r"(\1)", neutralise(text.strip()))


def _passage(passage: Passage) -> tuple[str, int]:
    """Its words as data, and how many planted orders were left out; what staff wrote themselves is trusted."""
    if passage.question:
        return _quoted(f"{passage.question}\n{hide(passage.text)[0]}"), 0
    body, orders = harmless(hide(passage.text)[0])
    return _FAKE_NUMBER.sub(r"(\1)", body), orders


def build_prompt(
    question: Question,
    understood: Understood,
    passages: Sequence[Passage],
    budget_tokens: int,
    book: PromptBook = BUILT_IN,
) -> Prompt:
    """The messages, with as many passages, best first, as the budget holds; the first is cut rather than left out."""
    language = understood.language
    opening = (
        ChatMessage("system", book.rules(language, _quoted(question.company.name(language)))),
        *book.examples(language),
    )
    left = (
        budget_tokens
        - sum(estimate_tokens(message.content) for message in opening)
        - estimate_tokens(understood.text)
        - 120
    )
    earlier = _history(question.history, int(left * HISTORY_SHARE))
    left -= sum(estimate_tokens(message.content) + 4 for message in earlier)
    known = remembered_part(question, language, int(left * MEMORY_SHARE), estimate_tokens)
    left -= estimate_tokens(known)
    sources: list[Source] = []
    planted = 0
    for passage in passages:
        body, orders = _passage(passage)
        planted += orders
        cost = estimate_tokens(body) + estimate_tokens(passage.heading) + 8
        if cost > left:
            if sources or left < SHORTEST_PASSAGE:
                break
            body = body[: max(SHORTEST_PASSAGE, int(len(body) * left / cost))]
        sources.append(Source(_quoted(passage.heading), passage.page, body))
        left -= cost
    rewritten = neutralise(understood.rewritten) if understood.rewritten else None
    asked = book.asked(language, sources, understood.text, rewritten)
    messages = (*opening, *earlier, ChatMessage("user", known + asked))
    estimated = sum(estimate_tokens(message.content) for message in messages)
    return Prompt(messages, tuple(passages[: len(sources)]), estimated, book.version(language), planted)


def _history(history: Sequence[Turn], budget_tokens: int) -> list[ChatMessage]:
    """The latest turns that hold knowledge, oldest first; refusals and small talk stay out, with their questions."""
    kept: list[ChatMessage] = []
    skip_question = False
    for turn in reversed(history[-2 * HISTORY_TURNS :]):
        if turn.role == "bot" and turn.outcome in OUTSIDE_HISTORY:
            skip_question = True
            continue
        if turn.role == "customer" and skip_question:
            skip_question = False
            continue
        content = _quoted(turn.text)[:1_500]
        cost = estimate_tokens(content) + 4
        if cost > budget_tokens or len(kept) == HISTORY_TURNS:
            break
        budget_tokens -= cost
        kept.append(ChatMessage("user" if turn.role == "customer" else "assistant", content))
    kept.reverse()
    while kept and kept[0].role != "user":
        kept.pop(0)
    return _alternating(kept)


def _alternating(messages: list[ChatMessage]) -> list[ChatMessage]:
    """Neighbours of one role joined, since some chat templates insist on turns."""
    joined: list[ChatMessage] = []
    for message in messages:
        if joined and joined[-1].role == message.role:
            joined[-1] = ChatMessage(message.role, f"{joined[-1].content}\n{message.content}")
        else:
            joined.append(message)
    if joined and joined[-1].role == "user":
        joined.pop()  # an unanswered turn before this one would put two customers in a row
    return joined
