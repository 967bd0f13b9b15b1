"""Trying a correction where no customer sees it: its questions and all regression questions, without and with it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter

from app.answering import Finished, says_the_same
from app.evaluation import RegressionQuestions, ask_as_customer, run_set
from app.feedback.corrections.domain import Correction, Place
from app.feedback.publishing.domain import MOST_REPLAYED, SAYS_THE_SAME, Asked, Replayed, Said, Trial
from app.feedback.publishing.tools import PublishingTools
from app.knowledge import (
    Measured,
    ScratchText,
    SearchOptions,
    add_scratch_texts,
    as_if_edited,
    canonical_text,
    get_faq,
    scratch_base,
)
from app.knowledge import Trial as KnowledgeTrial

ANSWERING = frozenset({"answered", "faq"})


async def questions_of(tools: PublishingTools, correction: Correction) -> list[Asked]:
    """The customers' questions a correction is for, each wording once: its own, and its gap's."""
    found = [(correction.question, correction.locale), *((one, correction.locale) for one in correction.plan.questions)]
    if correction.gap_id is not None:
        async with tools.database.reading() as session:
            found = [*await tools.questions_of_gap(session, correction.gap_id, MOST_REPLAYED), *found]
    once = {canonical_text(text): Asked(text, locale) for text, locale in reversed(found)}
    return list(reversed(once.values()))[:MOST_REPLAYED]


async def try_out(tools: PublishingTools, correction: Correction) -> Trial:
    """What would change. Raises NotFound when the FAQ or passage is gone, Unavailable."""
    began = perf_counter()
    asked = await questions_of(tools, correction)
    before = await replay(tools, correction, asked, None)
    measured_before = (await run_set(tools.evaluation)).measured
    async with _as_if(tools, correction) as trial:
        options = SearchOptions(trial=trial)
        after = await replay(tools, correction, asked, options)
        measured_after = (await run_set(tools.evaluation, options=options)).measured
    verdict = await RegressionQuestions(tools.evaluation).verdict(measured_before, measured_after)
    questions = tuple(Replayed(*three) for three in zip(asked, before, after, strict=True))
    worse = sum(one.worse for one in questions)
    reasons = (f"own_questions_worse count={worse}", *verdict.reasons) if worse else verdict.reasons
    return Trial(
        questions,
        _regression(measured_before, measured_after),
        verdict.passes and worse == 0,
        reasons,
        round((perf_counter() - began) * 1000),
    )


async def replay(
    tools: PublishingTools, correction: Correction, asked: Sequence[Asked], options: SearchOptions | None
) -> list[Said]:
    """Each question as a customer's, in order."""
    return [await _ask(tools, correction, one, options) for one in asked]


async def _ask(tools: PublishingTools, correction: Correction, asked: Asked, options: SearchOptions | None) -> Said:
    ended = (await ask_as_customer(tools.evaluation, asked.text, asked.locale, options)).ended
    if not isinstance(ended, Finished):
        return Said("failed", ended.text if ended else "", (), right=False)
    outcome = ended.outcome.value
    right = outcome in ANSWERING and says_the_same(ended.text, await _right_text(tools, correction), SAYS_THE_SAME)
    return Said(outcome, ended.text, tuple(one.title for one in ended.citations), right)


async def _right_text(tools: PublishingTools, correction: Correction) -> str:
    """What a right answer says: a new way to ask for an FAQ is answered with that FAQ."""
    if correction.plan.place is Place.FAQ_PHRASING and correction.plan.faq_id is not None:
        return (await get_faq(tools.search, correction.plan.faq_id)).answer
    return correction.right_answer


@asynccontextmanager
async def _as_if(tools: PublishingTools, correction: Correction) -> AsyncIterator[KnowledgeTrial]:
    """A scratch base that holds what publication would bring."""
    plan, search = correction.plan, tools.search
    if plan.place not in (Place.NEW_FAQ, Place.FAQ_PHRASING) and plan.faq_id is None:
        assert plan.chunk_id is not None and plan.passage_text, "checked when it was proposed"
        async with as_if_edited(search, plan.chunk_id, plan.passage_text) as trial:
            yield trial
        return
    async with scratch_base(search) as base_id:
        replaced = None
        if plan.place is Place.NEW_FAQ or plan.faq_id is None:
            text = ScratchText("trial", plan.questions[0], correction.right_answer, plan.questions)
        elif plan.place is Place.FAQ_PHRASING:
            text = ScratchText("trial", plan.questions[0], (await get_faq(search, plan.faq_id)).answer, plan.questions)
        else:
            faq = await get_faq(search, plan.faq_id)
            text, replaced = ScratchText("trial", faq.questions[0], correction.right_answer, faq.questions), faq.id
        await add_scratch_texts(search, base_id, [text])
        yield KnowledgeTrial(base_id, replaced)


def _regression(before: Measured, after: Measured) -> dict[str, object]:
    passed = {row.question_id: row.passed for row in before.rows}
    broken = [row.text for row in after.rows if not row.passed and passed.get(row.question_id)]
    return {
        "questions": after.questions,
        "passed_before": sum(passed.values()),
        "passed_after": sum(row.passed for row in after.rows),
        "false_answers_before": before.false_answers,
        "false_answers_after": after.false_answers,
        "broken": broken[:20],
        "run_before": str(before.run_id),
        "run_after": str(after.run_id),
    }
