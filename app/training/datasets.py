"""Builds a dataset from reviewed lessons: masked, without duplicates, in an order that depends on the content alone."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import orjson

from app.feedback import Correction, RatedAnswer
from app.training.domain import BuiltDataset, Faq, Lesson, Source
from app.training.errors import NothingToLearn
from app.training.ports import PromptForm
from app.training.privacy import without_personal_values

RANK = {Source.CORRECTION: 0, Source.FAQ: 1, Source.KEPT: 2}


def lessons_from(
    corrections: Sequence[Correction], faqs: Sequence[Faq], kept: Sequence[RatedAnswer], form: PromptForm
) -> list[Lesson]:
    """Corrections newest first, then FAQs (a row for each phrasing), then answers customers liked."""
    found = []
    for one in sorted(corrections, key=lambda one: one.id, reverse=True):
        prompt = one.prompt or form.prompt(one.question, one.right_answer, one.locale)
        answer = form.marked(one.right_answer, prompt)
        found.append(Lesson(Source.CORRECTION, one.id, one.question, prompt, answer, one.locale))
    for faq in faqs:
        for question in faq.questions:
            locale = "zh-CN" if any("\u4e00" <= char <= "\u9fff" for char in question) else "en"
            prompt = form.prompt(question, faq.answer, locale)
            found.append(Lesson(Source.FAQ, faq.id, question, prompt, form.marked(faq.answer, prompt), locale))
    found += [
        Lesson(Source.KEPT, one.message_id, one.question, one.prompt, one.answer, one.locale)
        for one in kept
        if one.prompt
    ]
    return found


def build_dataset(lessons: Iterable[Lesson], name: str) -> BuiltDataset:
    """The rows as JSONL and their manifest. Raises NothingToLearn when there is no row."""
    chosen, masked, duplicates = _distinct(lessons)
    if not chosen:
        raise NothingToLearn
    lines = sorted(_line(lesson) for lesson in chosen)
    data = b"\n".join(lines) + b"\n"
    digest = hashlib.sha256(data).hexdigest()
    manifest = {
        "name": name,
        "format": "chat prompt and completion, JSON lines",
        "rows": len(lines),
        "sha256": digest,
        "by_source": dict(sorted(Counter(lesson.source.value for lesson in chosen).items())),
        "by_locale": dict(sorted(Counter(lesson.locale for lesson in chosen).items())),
        "provenance": {
            source.value: sorted({str(lesson.source_id) for lesson in chosen if lesson.source is source})
            for source in Source
        },
        "personal_values_masked": masked,
        "duplicates_left_out": duplicates,
    }
    return BuiltDataset(data, digest, len(lines), manifest)


def _distinct(lessons: Iterable[Lesson]) -> tuple[list[Lesson], int, int]:
    """One lesson for each question and language: corrections win, then the one seen first; with what was masked."""
    chosen: dict[tuple[str, str], Lesson] = {}
    masked = duplicates = 0
    for lesson in sorted(lessons, key=lambda lesson: RANK[lesson.source]):
        question, prompt, answer, values = without_personal_values(
            lesson.question, lesson.prompt, lesson.answer, lesson.locale
        )
        key = (same_question(question), lesson.locale)
        if key in chosen:
            duplicates += 1
            continue
        masked += values
        chosen[key] = Lesson(lesson.source, lesson.source_id, question, prompt, answer, lesson.locale)
    return list(chosen.values()), masked, duplicates


def same_question(question: str) -> str:
    """Questions that differ only in width, case, spaces and final punctuation are one."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    return re.sub(r"[?!.。,、~]+$", "", "".join(folded.split()))


def _line(lesson: Lesson) -> bytes:
    row = {
        "prompt": list(lesson.prompt),
        "completion": [{"role": "assistant", "content": lesson.answer}],
        "source": lesson.source.value,
        "source_id": str(lesson.source_id),
        "locale": lesson.locale,
    }
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
