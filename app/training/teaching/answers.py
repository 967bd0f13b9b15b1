"""From a teacher's answers to rows of a dataset: only those that say no less and nothing else than what is approved."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.training.datasets.cleaning import language
from app.training.datasets.near import hinge
from app.training.datasets.steps import Dropped, Step, counted
from app.training.domain import Lesson, Source
from app.training.teaching.asking import FAILED, key_of
from app.training.teaching.domain import DISTILLED, Said

_MARK = re.compile(r"\s*\[\d{1,3}\]")


def distilled(asked: Sequence[Lesson], said: dict[str, Said]) -> tuple[list[Lesson], Step]:
    """The rows, and a step that counts what was not taken. Whoever approved the question stands for the row."""
    kept: list[Lesson] = []
    dropped: list[Dropped] = []
    for one in asked:
        answer = said.get(key_of(one.prompt), Said("", FAILED))
        code = fault_of(one, answer)
        if code:
            dropped.append(Dropped(replace(one, answer=answer.text), code, one.answer))
        else:
            kept.append(replace(one, source=Source.SYNTHETIC, answer=answer.text, rejected="", variant=DISTILLED))
    return counted("teacher", list(asked), kept, dropped)


def fault_of(asked: Lesson, answer: Said) -> str | None:
    """Why an answer is not taken, or None: cut off, silent, another language, or other numbers than were approved."""
    if answer.finish == FAILED:
        return FAILED
    if answer.finish == "length":
        return "teacher_cut"
    if not answer.text:
        return "teacher_silent"
    if language(answer.text) not in (language(asked.answer), ""):
        return "other_language"
    approved, given = _numbers(asked.answer), _numbers(answer.text)
    known = approved | {number for turn in asked.prompt for number in _numbers(turn["content"])}
    return "teacher_disagrees" if approved - given or given - known else None


def _numbers(text: str) -> set[str]:
    return set(hinge(_MARK.sub("", text))[0])
