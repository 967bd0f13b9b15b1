"""An answer asked for once more with other settings: shown to the staff who wonder, kept nowhere, sent to nobody."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any
from uuid import UUID

from app.answering import (
    Failed,
    Finished,
    KnowledgePassages,
    Question,
    Unchanging,
    answer,
    book_with_version,
    for_storage,
    language_of,
)
from app.evaluation.tools import EvaluationTools
from app.knowledge import SearchOptions
from app.model_registry import ChosenModel, ModelRegistryTools, served_version

GROUNDED = frozenset({"supported", "weak"})
COURTESY = "courtesy"
FIRST_CANDIDATES = 8


@dataclass(frozen=True)
class Changes:
    """What a replay does otherwise; without any of it the question is simply asked again today.

    quotes: without a model. model_id: another registered version than the live one. prompt: another version of the
    rules of answering, 0 being the built-in one.
    """

    options: SearchOptions | None = None
    quotes: bool = False
    model_id: UUID | None = None
    prompt: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Only what is changed, as plain values."""
        found = dict(self.options.as_dict()) if self.options else {}
        if self.quotes:
            found["quotes"] = True
        if self.model_id is not None:
            found["model_id"] = str(self.model_id)
        if self.prompt is not None:
            found["prompt"] = self.prompt
        return found


@dataclass(frozen=True)
class Standing:
    """Where a candidate stood and what became of it."""

    key: str
    title: str
    score: float
    fate: str
    number: int | None


@dataclass(frozen=True)
class Facts:
    """What can be compared of two answers to one question. grounded: sentences with a source, of all that need one."""

    outcome: str
    composer: str
    route: str
    reasons: tuple[Mapping[str, Any], ...]
    text: str
    cited: tuple[str, ...]
    confidence: float | None
    threshold: float | None
    embedder: str
    model: str
    prompt_version: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    currency: str
    first_token_ms: float | None
    total_ms: float | None
    grounded: tuple[int, int] | None
    candidates: tuple[Standing, ...]
    steps: tuple[tuple[str, float], ...]


async def replay(
    tools: EvaluationTools, registry: ModelRegistryTools, question: Question, changes: Changes
) -> tuple[Facts, dict[str, Any]]:
    """Asks with the changes, through the pipeline customers get; the facts, and the trace as it would be stored.

    Raises NotFound for an unknown version of anything, ModelUnavailable, Unavailable.
    """
    answering = replace(
        tools.answering, passages=KnowledgePassages(tools.search, changes.options or SearchOptions(), [])
    )
    if changes.quotes:
        answering = replace(answering, models=ChosenModel(None))
    elif changes.model_id is not None:
        answering = replace(answering, models=ChosenModel(await served_version(registry, changes.model_id)))
    if changes.prompt is not None:
        language = language_of(question.text, question.locale)
        book = await book_with_version(tools.database, language, changes.prompt)
        answering = replace(answering, prompts=Unchanging(book))
    rehearsed = replace(question, conversation_id=None, user_id=None, rehearsal=True)
    ended: Finished | Failed | None = None
    began = perf_counter()
    async with aclosing(answer(answering, rehearsed)) as events:
        async for event in events:
            if isinstance(event, Finished | Failed):
                ended = event
    assert ended is not None, "an answer ends"
    record = for_storage({"total_ms": round((perf_counter() - began) * 1000, 2), **ended.trace})
    outcome = ended.outcome.value if isinstance(ended, Finished) else "failed"
    titles = tuple(source.title for source in ended.citations) if isinstance(ended, Finished) else ()
    return facts_of(record, outcome, ended.text, titles), record


def facts_of(record: Mapping[str, Any], outcome: str, text: str, cited: tuple[str, ...]) -> Facts:
    """The facts of an answer from its trace; a trace of an older shape gives fewer."""
    model, prompt = _part(record, "model"), _part(record, "prompt")
    usage, cost, thresholds = _part(record, "usage"), _part(record, "cost"), _part(record, "thresholds")
    decision = _part(record, "decision")
    steps = [step for step in record.get("steps") or [] if isinstance(step, Mapping)]
    recalled: Mapping[str, Any] = next((s.get("notes") or {} for s in steps if s.get("step") == "recall"), {})
    return Facts(
        outcome=outcome,
        composer=str(record.get("composer") or "fixed"),
        route=str(decision.get("route") or ""),
        reasons=tuple(reason for reason in decision.get("reasons") or [] if isinstance(reason, Mapping)),
        text=text,
        cited=cited,
        confidence=thresholds.get("confidence"),
        threshold=_rounded(thresholds.get("answerable")),
        embedder=str(recalled.get("embedder") or ""),
        model=str(model.get("name") or ""),
        prompt_version=str(prompt.get("version") or ""),
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        cost=cost.get("amount"),
        currency=str(cost.get("currency") or ""),
        first_token_ms=record.get("first_token_ms"),
        total_ms=record.get("total_ms"),
        grounded=grounded(record),
        candidates=tuple(_standings(record)),
        steps=tuple((str(step.get("step")), float(step.get("ms") or 0.0)) for step in steps),
    )


def grounded(record: Mapping[str, Any]) -> tuple[int, int] | None:
    """How many sentences rest on a source, of all that need one; None when no sentence was checked."""
    judged = [one for one in _part(record, "check").get("sentences") or [] if one.get("verdict") != COURTESY]
    return (sum(one.get("verdict") in GROUNDED for one in judged), len(judged)) if judged else None


def _standings(record: Mapping[str, Any]) -> list[Standing]:
    return [
        Standing(
            key=str(one.get("chunk_id") or one.get("faq_id") or one.get("title")),
            title=str(
                one.get("question")
                or " › ".join(dict.fromkeys([str(one.get("title", "")), *one.get("heading_path", [])]))
            ),
            score=float(one.get("score") or 0.0),
            fate=str(one.get("fate") or "not_used"),
            number=one.get("number"),
        )
        for one in (record.get("candidates") or [])[:FIRST_CANDIDATES]
    ]


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = record.get(name)
    return found if isinstance(found, Mapping) else {}


def _rounded(value: Any) -> float | None:
    return round(float(value), 4) if isinstance(value, int | float) else None
