"""`kefu eval retrieval`: how well the product's own search finds what a labelled question set says it should."""

import asyncio
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Literal
from uuid import UUID

import orjson

from app.adapters.text_splitting import split_text
from app.commands.eval_baseline import BigramBm25
from app.commands.eval_refusals import auroc, refusals_across
from app.commands.workplace import with_switchboard
from app.knowledge import (
    Audience,
    ScratchText,
    SearchOptions,
    SearchRequest,
    SearchResult,
    SearchTools,
    add_scratch_texts,
    scratch_base,
    search_passages,
)
from app.wiring import Switchboard

DEPTH = 10
AT_ONCE = 4
HITS = 40
Channel = Literal["fused", "lexical", "vector"]
ALONE: dict[Channel, SearchOptions] = {
    "lexical": SearchOptions(weights=(1.0, 0.0), rerank=False),
    "vector": SearchOptions(weights=(0.0, 1.0), rerank=False),
}


@dataclass(frozen=True)
class Question:
    """A labelled question; relevant: document id to gain, empty when nothing in the corpus answers it."""

    text: str
    relevant: dict[str, float]
    answerable: bool


@dataclass
class Outcome:
    """What search did with one question. ranked: document ids, best first. threshold: None where the product has none,
    as for one channel alone; said_answerable means nothing then.
    """

    question: Question
    ranked: list[str]
    confidence: float
    said_answerable: bool = False
    threshold: float | None = None


def evaluate(
    data_dir: Path | None,
    corpus: Path,
    queries: Path,
    qrels: Path,
    faq: bool,
    *,
    channel: Channel = "fused",
    split: bool = False,
    baseline: bool = False,
) -> dict[str, float]:
    """Figures by name. Works in a scratch base that is dropped afterwards; the baseline needs none."""
    texts = list(read_corpus(corpus, faq))
    questions = list(read_questions(queries, qrels))
    if baseline:
        return evaluate_baseline(texts, questions)

    async def work(board: Switchboard) -> dict[str, float]:
        return await evaluate_retrieval(board.tools[SearchTools], texts, questions, channel=channel, split=split)

    return with_switchboard(data_dir, work)


async def evaluate_retrieval(
    tools: SearchTools,
    texts: Sequence[ScratchText],
    questions: Sequence[Question],
    *,
    channel: Channel = "fused",
    split: bool = False,
) -> dict[str, float]:
    """Loads the texts into a scratch base, asks every question through `search_passages`, drops the base.

    channel: one of the two alone, to compare; split: the texts are cut into passages as an upload would be.
    """
    async with scratch_base(tools) as base_id:
        names = await add_scratch_texts(tools, base_id, texts, *([split_text] if split else []))
        started = perf_counter()
        outcomes = await ask_all(tools, base_id, names, questions, channel)
        seconds = perf_counter() - started
    return figures(outcomes, seconds)


def evaluate_baseline(texts: Sequence[ScratchText], questions: Sequence[Question]) -> dict[str, float]:
    """The same figures for plain BM25: an FAQ is found by the best of its questions, each with the answer."""
    entries = [(text.name, f"{asked}\n{text.text}") for text in texts for asked in (text.questions or (text.title,))]
    bm25 = BigramBm25([entry for _, entry in entries])
    started = perf_counter()
    outcomes = []
    for question in questions:
        scores = bm25.scores(question.text)
        best = [entries[place][0] for place in (-scores).argsort(kind="stable")[: HITS * DEPTH]]
        outcomes.append(Outcome(question, list(dict.fromkeys(best)), float(scores.max(initial=0.0))))
    return figures(outcomes, perf_counter() - started)


def figures(outcomes: Sequence[Outcome], seconds: float) -> dict[str, float]:
    """Everything the command prints."""
    return {
        **ranking_figures(outcomes),
        "queries_per_s": round(len(outcomes) / seconds, 1),
        **refusal_figures(outcomes),
    }


async def ask_all(
    tools: SearchTools, base_id: UUID, names: dict[UUID, str], questions: Sequence[Question], channel: Channel
) -> list[Outcome]:
    """Every question's outcome, in order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(question: Question) -> Outcome:
        request = SearchRequest([question.text], [base_id], Audience.SCRATCH, HITS, options=ALONE.get(channel))
        async with gate:
            found = await search_passages(tools, request)
        owners = [names[hit.document_id or hit.faq_id] for hit in found.hits]  # type: ignore[index]  # one is always set
        ranked = list(dict.fromkeys(owners))
        if channel != "fused":
            return Outcome(question, ranked, _best(found, channel))
        return Outcome(question, ranked, found.confidence, found.answerable, found.threshold)

    return list(await asyncio.gather(*(ask(question) for question in questions)))


def _best(found: SearchResult, channel: Channel) -> float:
    """The channel's own highest score, which is all it knows about whether there is an answer."""
    return max((hit.stages[channel].score for hit in found.hits if channel in hit.stages), default=0.0)


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
    the product's own and is never fitted here. fitted_*: the same at a threshold fitted to 2 % false answers on the
    other half of the questions, which also makes channels comparable that have no threshold of their own.
    """
    inside = [outcome for outcome in outcomes if outcome.question.answerable]
    outside = [outcome for outcome in outcomes if not outcome.question.answerable]
    if not inside or not outside:
        return {}
    fitted = refusals_across([(o.question.text, o.confidence, o.question.answerable) for o in outcomes])
    threshold = outcomes[0].threshold
    own = fitted
    if threshold is not None:
        false_answer = _mean([float(o.said_answerable) for o in outside])
        own = (false_answer, _mean([float(not o.said_answerable) for o in inside]), threshold)
    return {
        "refusal_auroc": round(auroc([o.confidence for o in inside], [o.confidence for o in outside]), 4),
        "false_answer": round(own[0], 4),
        "false_refusal": round(own[1], 4),
        "threshold": round(own[2], 4),
        "fitted_false_answer": round(fitted[0], 4),
        "fitted_false_refusal": round(fitted[1], 4),
    }


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
