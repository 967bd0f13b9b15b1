"""Turns what has been reviewed into lessons: corrections, FAQs, liked answers, reviewed material."""

import re
import unicodedata
from collections.abc import Sequence

from app.feedback import Correction, RatedAnswer
from app.training.domain import Faq, Lesson, Reviewed, Source, Turns
from app.training.ports import PromptForm

RANK = {
    Source.CORRECTION: 0,
    Source.FAQ: 1,
    Source.REPLY: 2,
    Source.IMPORT: 3,
    Source.SYNTHETIC: 4,
    Source.BASE: 5,
    Source.KEPT: 6,
}
_HAN = re.compile(r"[\u3400-\u9fff]")


def lessons_from(
    corrections: Sequence[Correction],
    faqs: Sequence[Faq],
    kept: Sequence[RatedAnswer],
    form: PromptForm,
    reviewed: Sequence[Reviewed] = (),
) -> list[Lesson]:
    """Corrections newest first, FAQs (a row for each phrasing), reviewed material, then answers customers liked."""
    found = []
    for one in sorted(corrections, key=lambda one: one.id, reverse=True):
        prompt = one.prompt or form.prompt(one.question, one.right_answer, one.locale)
        answer = form.marked(one.right_answer, prompt)
        found.append(
            Lesson(
                Source.CORRECTION,
                one.id,
                one.question,
                prompt,
                answer,
                one.locale,
                one.conversation_id,
                one.reviewed_by_name or "",
                one.reviewed_at,
                # Without a prompt no model said it: a quote or a fixed sentence is nothing to prefer against.
                one.wrong_answer if one.prompt else "",
            )
        )
    for faq in faqs:
        for question in faq.questions:
            locale = locale_of(question)
            prompt = form.prompt(question, faq.answer, locale)
            found.append(Lesson(Source.FAQ, faq.id, question, prompt, form.marked(faq.answer, prompt), locale))
    for row in reviewed:
        prompt = with_history(form.prompt(row.question, row.answer, row.locale), row.history)
        answer = form.marked(row.answer, prompt)
        found.append(
            Lesson(
                row.source,
                row.id,
                row.question,
                prompt,
                answer,
                row.locale,
                row.conversation_id,
                row.approved_by,
                row.approved_at,
                row.rejected,
            )
        )
    found += [
        Lesson(
            Source.KEPT, one.message_id, one.question, one.prompt, one.answer, one.locale, one.conversation_id, "votes"
        )
        for one in kept
        if one.prompt
    ]
    return found


def with_history(prompt: Turns, history: Turns) -> Turns:
    """Earlier turns between the system message and the last one."""
    return (*prompt[:-1], *history, prompt[-1]) if history else prompt


def locale_of(text: str) -> str:
    """Chinese as soon as one Han character stands in it."""
    return "zh-CN" if _HAN.search(text) else "en"


def same_question(question: str) -> str:
    """Questions that differ only in width, case, spaces and final punctuation are one."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    return re.sub(r"[?!.。,、~]+$", "", "".join(folded.split()))
