"""Asks one labelled question the way a customer does and judges the answer by its labels and by its sources."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from time import perf_counter
from typing import Any
from uuid import UUID

from app.answering import Citation, Failed, Finished, Question, Turn, answer, sentences
from app.evaluation.answers.domain import ANSWERING, FAILED, Judged, Labelled
from app.evaluation.answers.metrics import likeness, without_marks
from app.evaluation.answers.model_judge import judged_grounded
from app.evaluation.judge import is_expected, says
from app.evaluation.replay import grounded
from app.evaluation.tools import EvaluationTools
from app.kernel.errors import NotFound
from app.knowledge import Hit, Reference, canonical_text, get_faq, references_of

NOWHERE = UUID(int=0)


async def judge(
    tools: EvaluationTools,
    asked: Labelled,
    faq_names: Mapping[str, str],
    *,
    base_ids: tuple[UUID, ...] | None = None,
    audience: str = "public",
) -> Judged:
    """Answers through the pipeline customers get, and judges. faq_names: the labels' id of each FAQ question."""
    question = Question(
        asked.text,
        asked.locale,
        history=tuple(_turn(role, said) for role, said in asked.history),
        audience=audience,
        company=tools.company,
        base_ids=base_ids,
        rehearsal=True,
    )
    began = perf_counter()
    ended: Finished | Failed | None = None
    async with aclosing(answer(tools.answering, question)) as events:
        async for event in events:
            if isinstance(event, Finished | Failed):
                ended = event
    ms = round((perf_counter() - began) * 1000, 1)
    if not isinstance(ended, Finished):
        return Judged(FAILED, ended.text if ended else "", ms, problem=f"not_answered:{FAILED}")
    return _with_problem(asked, await _judged(tools, asked, ended, ms, faq_names))


def _turn(role: str, said: str) -> Turn:
    return Turn("bot", said, "answered") if role == "bot" else Turn("customer", said)


async def _judged(
    tools: EvaluationTools, asked: Labelled, ended: Finished, ms: float, faq_names: Mapping[str, str]
) -> Judged:
    cited = [await _known(tools, source, faq_names) for source in ended.citations]
    like = likeness(ended.text, asked.references) if asked.references else None
    answered = ended.outcome.value in ANSWERING
    return Judged(
        outcome=ended.outcome.value,
        text=ended.text,
        ms=ms,
        composer=ended.composer.value,
        first_ms=ended.trace.get("first_token_ms"),
        says_right=_says_right(asked, ended.text),
        offers_right=any(faq_names.get(offer, "-") in asked.sources for offer in ended.suggestions),
        cited=tuple(name for name, _ in cited),
        right_cites=tuple(
            _is_right(asked, name, known, source) for (name, known), source in zip(cited, ended.citations, strict=True)
        ),
        like={} if like is None else {name: round(value, 4) for name, value in vars(like).items()},
        grounded=_grounded(ended) if answered else None,
        judged_grounded=await judged_grounded(tools.judge, asked, ended) if answered else None,
        prompt_tokens=ended.usage.prompt_tokens,
        completion_tokens=ended.usage.completion_tokens,
        cost=float((ended.trace.get("cost") or {}).get("amount") or 0.0),
        cached=bool(ended.trace.get("cached")),
    )


def _says_right(asked: Labelled, text: str) -> bool:
    """Every group of words it must say, none it must not; with references alone, one of them word for word."""
    if any(says(text, words) for words in asked.must_not_contain):
        return False
    if asked.references and not asked.must_contain:
        found = likeness(text, asked.references)
        return found is not None and found.contains == 1.0
    return all(any(says(text, words) for words in group) for group in asked.must_contain)


def _with_problem(asked: Labelled, judged: Judged) -> Judged:
    """What is wrong, in a word."""
    problem = ""
    if not asked.answerable:
        problem = "answered_unanswerable" if judged.answered else ""
    elif not judged.answered:
        problem = f"not_answered:{judged.outcome}"
    elif not judged.says_right:
        problem = "words_missing"
    elif asked.has_sources and not any(judged.right_cites):
        problem = "other_source"
    return replace(judged, problem=problem)


async def _known(tools: EvaluationTools, source: Citation, faq_names: Mapping[str, str]) -> tuple[str, Reference]:
    """What a source is called in labels, and what it is known by for good."""
    if source.faq_id is not None:
        try:
            faq = await get_faq(tools.search, source.faq_id)
        except NotFound:
            return "", Reference(faq_id=source.faq_id)
        name = next((faq_names[said] for said in faq.questions if said in faq_names), faq.source)
        return name, Reference(faq_id=faq.id, canonicals=frozenset(canonical_text(said) for said in faq.questions))
    async with tools.database.reading() as session:
        found = await references_of(session, [source.chunk_id] if source.chunk_id else [])
    known = found.get(source.chunk_id, Reference()) if source.chunk_id else Reference()
    return known.source or source.title, known


def _is_right(asked: Labelled, name: str, known: Reference, source: Citation) -> bool:
    if any(wanted in name for wanted in asked.sources):
        return True
    hit = Hit(
        source.chunk_id or NOWHERE,
        source.document_id,
        source.faq_id,
        NOWHERE,
        source.title,
        source.heading_path,
        source.page,
        source.quote,
        None,
        0.0,
        {},
    )
    return any(is_expected(one, hit, known) for one in asked.expected)


def _grounded(ended: Finished) -> float | None:
    """The share of sentences with a source: as the check of the pipeline saw it, else those that stand in a quote."""
    checked = grounded(ended.trace)
    if checked is not None:
        return round(checked[0] / checked[1], 4)
    said = [one for one in (_bare(line) for line in _sentences(ended.text)) if one]
    if not said or not ended.citations:
        return None
    quotes = [_bare(source.quote) for source in ended.citations]
    return round(sum(any(one in quote for quote in quotes) for one in said) / len(said), 4)


def _sentences(text: str) -> Sequence[str]:
    return sentences(without_marks(text))


def _bare(text: str) -> str:
    return "".join(text.split())


def settings_of(trace: Mapping[str, Any]) -> dict[str, str]:
    """What answered, as one answer's trace tells it."""
    model, prompt = trace.get("model") or {}, trace.get("prompt") or {}
    return {"model": str(model.get("name") or ""), "prompt": str(prompt.get("version") or "")}
