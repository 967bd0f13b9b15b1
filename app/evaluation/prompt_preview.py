"""A changed prompt tried on a typed question or a regression question, beside the prompt in force."""

from dataclasses import dataclass
from uuid import UUID

from app.answering import (
    Failed,
    Language,
    PromptText,
    Side,
    TemplateName,
    broken,
    load_book,
    preview,
    problems_with,
    with_text,
)
from app.answering import Question as LiveQuestion
from app.evaluation.domain import Question
from app.evaluation.judge import problems_of
from app.evaluation.questions import get_question
from app.evaluation.tools import EvaluationTools


@dataclass(frozen=True)
class PromptTrial:
    """Both sides; of a regression question also what is wrong with each answer, judged by its words alone."""

    before: Side
    after: Side
    judged: tuple[tuple[str, ...], tuple[str, ...]] | None


async def try_prompt(
    tools: EvaluationTools,
    name: TemplateName,
    language: Language,
    text: PromptText,
    asked: str,
    locale: str,
    question_id: UUID | None,
) -> PromptTrial:
    """Answers with the prompts in force and with the changed one. Raises NotFound, PromptBroken."""
    known = (await get_question(tools.database, question_id)).question if question_id else None
    question = known or Question(asked, locale)
    book = await load_book(tools.database)
    found = problems_with(book, name, language, text)
    if found:
        raise broken(found)
    live = LiveQuestion(question.text, question.locale, company=tools.company)
    before, after = await preview(tools.answering, live, (book, with_text(book, name, language, text)))
    judged = None if known is None else (_problems(known, before), _problems(known, after))
    return PromptTrial(before, after, judged)


def _problems(question: Question, side: Side) -> tuple[str, ...]:
    outcome = "failed" if isinstance(side.ended, Failed) else side.ended.outcome.value
    found = problems_of(question, {}, False, outcome, side.ended.text)
    return tuple(one for one in found if one != "not_found")
