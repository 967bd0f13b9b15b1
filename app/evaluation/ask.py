"""Asks one question the way a customer does, with a test's settings, and keeps what search saw on the way."""

from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Literal
from uuid import UUID

from app.answering import Failed, Finished, KnowledgePassages, answer
from app.answering import Question as LiveQuestion
from app.evaluation.domain import Judged, Question
from app.evaluation.judge import expected_chunks, problems_of, ranks_of
from app.evaluation.tools import EvaluationTools
from app.knowledge import (
    Audience,
    Reference,
    SearchOptions,
    SearchRequest,
    SearchResult,
    reference_to,
    references_of,
    search_passages,
)

Reader = Literal["public", "staff"]


@dataclass(frozen=True)
class Where:
    """Whose eyes search looks with, and in which bases; base_ids None: all of theirs."""

    audience: Reader = "public"
    base_ids: tuple[UUID, ...] | None = None

    def request(self, text: str, locale: str, options: SearchOptions) -> SearchRequest:
        """A search with these eyes that tells all it saw."""
        bases = None if self.base_ids is None else list(self.base_ids)
        return SearchRequest([text], bases, Audience(self.audience), locale=locale, options=options, explain=True)


@dataclass(frozen=True)
class Asked:
    """What came of a question. ended None: only search was asked; searched False: the answer needed no search, so
    search was asked beside it."""

    search: SearchResult
    references: dict[UUID, Reference]
    ended: Finished | Failed | None
    searched: bool
    ms: float


EVERYONE = Where()


async def ask(
    tools: EvaluationTools,
    text: str,
    locale: str,
    options: SearchOptions | None = None,
    where: Where = EVERYONE,
    *,
    compose: bool = True,
) -> Asked:
    """The pipeline's answer and the search it rests on; compose False: the search alone. Raises Unavailable."""
    began = perf_counter()
    seen: list[SearchResult] = []
    ended: Finished | Failed | None = None
    if compose:
        passages = KnowledgePassages(tools.search, options or SearchOptions(), seen)
        question = LiveQuestion(
            text, locale, audience=where.audience, company=tools.company, base_ids=where.base_ids, rehearsal=True
        )
        # Never from the cache and never into it: what is only tried must not reach a customer.
        answering = replace(tools.answering, passages=passages, cache=None)
        async with aclosing(answer(answering, question)) as events:
            async for event in events:
                if isinstance(event, Finished | Failed):
                    ended = event
    search = seen[0] if seen else await _search(tools, text, locale, options, where)
    ms = (perf_counter() - began) * 1000
    return Asked(search, await _references(tools, search, options), ended, bool(seen), ms)


async def _search(
    tools: EvaluationTools, text: str, locale: str, options: SearchOptions | None, where: Where
) -> SearchResult:
    return await search_passages(tools.search, where.request(text, locale, options or SearchOptions()))


async def _references(
    tools: EvaluationTools, search: SearchResult, options: SearchOptions | None
) -> dict[UUID, Reference]:
    """What the passages are known by; what is only tried stands for what it would replace."""
    if search.explained is None:
        return {}
    trial = options.trial if options else None
    passages = search.explained.passages
    async with tools.database.reading() as session:
        found = await references_of(session, list(passages))
        replaced = await reference_to(session, trial.instead_of) if trial and trial.instead_of else None
    if trial is None or replaced is None:
        return found
    tried = {one for one, hit in passages.items() if hit.base_id == trial.base_id}
    return {one: replaced if one in tried else reference for one, reference in found.items()}


async def judge(tools: EvaluationTools, question: Question, options: SearchOptions | None, *, compose: bool) -> Judged:
    """Asks a question and judges what came of it."""
    asked = await ask(tools, question.text, question.locale, options, compose=compose or question.wants_answer)
    explained = asked.search.explained
    ranks = ranks_of(expected_chunks(question.expected, explained, asked.references), explained)
    ended = asked.ended
    outcome = "" if ended is None else "failed" if isinstance(ended, Failed) else ended.outcome.value
    text = "" if ended is None else ended.text
    first = explained.passages[explained.reranked[0].chunk_id] if explained and explained.reranked else None
    return Judged(
        ranks=ranks,
        answerable=asked.search.answerable,
        confidence=round(asked.search.confidence, 4),
        problems=problems_of(question, ranks, asked.search.answerable, outcome, text),
        outcome=outcome,
        composer=ended.composer.value if isinstance(ended, Finished) else "",
        answer=text,
        cited=tuple(citation.title for citation in ended.citations) if isinstance(ended, Finished) else (),
        first="" if first is None else " › ".join((first.question or first.title, *first.heading_path)),
        ms=round(asked.ms, 1),
    )
