"""`kefu eval retrieval`: how well the product's own search finds what a labelled question set says it should."""

import asyncio
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import orjson

from app.commands.workplace import with_switchboard
from app.knowledge import (
    Audience,
    ScratchText,
    SearchRequest,
    SearchTools,
    add_scratch_texts,
    scratch_base,
    search_passages,
)
from app.wiring import Switchboard

DEPTH = 10
AT_ONCE = 4


@dataclass(frozen=True)
class Question:
    """A labelled question; relevant: document id to gain, empty when nothing in the corpus answers it."""

    text: str
    relevant: dict[str, float]
    answerable: bool


@dataclass
class Outcome:
    """What search did with one question. ranked: document ids, best first."""

    question: Question
    ranked: list[str]
    confidence: float
    said_answerable: bool
    threshold: float


def evaluate(data_dir: Path | None, corpus: Path, queries: Path, qrels: Path, faq: bool) -> dict[str, float]:
    """Figures by name; works in a scratch base that is dropped afterwards."""
    texts = list(read_corpus(corpus, faq))
    questions = list(read_questions(queries, qrels))

    async def work(board: Switchboard) -> dict[str, float]:
        return await evaluate_retrieval(board.tools[SearchTools], texts, questions)

    return with_switchboard(data_dir, work)


async def evaluate_retrieval(
    tools: SearchTools, texts: Sequence[ScratchText], questions: Sequence[Question]
) -> dict[str, float]:
    """Loads the texts into a scratch base, asks every question through `search_passages`, drops the base."""
    async with scratch_base(tools) as base_id:
        names = await add_scratch_texts(tools, base_id, texts)
        started = perf_counter()
        outcomes = await _ask_all(tools, base_id, names, questions)
        seconds = perf_counter() - started
    return {
        **ranking_figures(outcomes),
        "queries_per_s": round(len(outcomes) / seconds, 1),
        **refusal_figures(outcomes),
    }


async def _ask_all(
    tools: SearchTools, base_id: UUID, names: dict[UUID, str], questions: Sequence[Question]
) -> list[Outcome]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(question: Question) -> Outcome:
        async with gate:
            found = await search_passages(tools, SearchRequest([question.text], [base_id], Audience.SCRATCH, 40))
        owners = [names[hit.document_id or hit.faq_id] for hit in found.hits]  # type: ignore[index]  # one is always set
        return Outcome(question, list(dict.fromkeys(owners)), found.confidence, found.answerable, found.threshold)

    return list(await asyncio.gather(*(ask(question) for question in questions)))


def ranking_figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Recall, reciprocal rank and gain over the answerable questions, each a mean in [0, 1]."""
    asked = [outcome for outcome in outcomes if outcome.question.relevant]
    figures: dict[str, float] = {}
    for depth in (1, 5, DEPTH):
        figures[f"recall@{depth}"] = _mean([_recall(outcome, depth) for outcome in asked])
    figures["mrr@10"] = _mean([_reciprocal_rank(outcome) for outcome in asked])
    figures["ndcg@10"] = _mean([_gain(outcome) for outcome in asked])
    return {name: round(value, 4) for name, value in figures.items()}


def refusal_figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """How well confidence tells questions without an answer; empty when there are none.

    false_answer: share of unanswerable questions called answerable; false_refusal: the reverse. The threshold is
    the product's own and is never fitted here.
    """
    inside = [outcome for outcome in outcomes if outcome.question.answerable]
    outside = [outcome for outcome in outcomes if not outcome.question.answerable]
    if not inside or not outside:
        return {}
    return {
        "refusal_auroc": round(auroc([o.confidence for o in inside], [o.confidence for o in outside]), 4),
        "false_answer": round(_mean([float(o.said_answerable) for o in outside]), 4),
        "false_refusal": round(_mean([float(not o.said_answerable) for o in inside]), 4),
        "threshold": outcomes[0].threshold,
    }


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """The chance that a random one of `higher` is above a random one of `lower`; ties count half."""
    scores = sorted([(score, True) for score in higher] + [(score, False) for score in lower])
    total, start = 0.0, 0
    while start < len(scores):
        end = start
        while end < len(scores) and scores[end][0] == scores[start][0]:
            end += 1
        mean_rank = (start + 1 + end) / 2
        total += mean_rank * sum(positive for _, positive in scores[start:end])
        start = end
    return (total - len(higher) * (len(higher) + 1) / 2) / (len(higher) * len(lower))


def _recall(outcome: Outcome, depth: int) -> float:
    relevant = outcome.question.relevant
    return len(set(outcome.ranked[:depth]) & relevant.keys()) / min(len(relevant), depth)


def _reciprocal_rank(outcome: Outcome) -> float:
    for rank, name in enumerate(outcome.ranked[:DEPTH], 1):
        if name in outcome.question.relevant:
            return 1 / rank
    return 0.0


def _gain(outcome: Outcome) -> float:
    gains = outcome.question.relevant
    found = sum(gains.get(name, 0) / math.log2(rank + 1) for rank, name in enumerate(outcome.ranked[:DEPTH], 1))
    best = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(sorted(gains.values(), reverse=True)[:DEPTH], 1))
    return found / best


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def read_corpus(path: Path, faq: bool) -> Iterator[ScratchText]:
    """Lines `{id, title, text, question?}`; the question is used only for FAQs. Raises ValueError on a bad line."""
    for line in _lines(path):
        question = line.get("question") if faq else None
        questions = [question] if isinstance(question, str) else list(question or ())
        yield ScratchText(str(line["id"]), str(line.get("title") or ""), str(line["text"]), tuple(questions))


def read_questions(queries: Path, qrels: Path) -> Iterator[Question]:
    """Lines `{qid, query, answerable}` with their `{qid, doc_id, rel}`."""
    relevant: dict[str, dict[str, float]] = {}
    for line in _lines(qrels):
        if float(line.get("rel", 1)) > 0:
            relevant.setdefault(str(line["qid"]), {})[str(line["doc_id"])] = float(line.get("rel", 1))
    for line in _lines(queries):
        answerable = bool(line.get("answerable", True))
        yield Question(str(line["query"]), relevant.get(str(line["qid"]), {}) if answerable else {}, answerable)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    raise ValueError(f"{path}:{number}: {error}") from None
