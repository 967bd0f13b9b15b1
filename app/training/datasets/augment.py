"""Other wordings of rows that are learnt, made by rule, marked as synthetic, and never more than the recipe's share."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.knowledge import words_meant
from app.training.datasets.lessons import same_question
from app.training.datasets.near import alike, shingles
from app.training.datasets.recipe import Recipe
from app.training.datasets.split import LEAK
from app.training.datasets.steps import Step
from app.training.domain import OLD_KNOWLEDGE, Lesson, Source, Split, Turns

TEMPLATES = {
    "zh-CN": ("请问{}", "你好，{}", "想问一下，{}", "麻烦问下{}", "在吗？{}"),
    "en": ("Hi, {}", "Hello! {}", "Quick question: {}", "Excuse me, {}", "I'd like to know: {}"),
}
MOST_OF_A_ROW = 2


def augmented(lessons: list[Lesson], splits: list[Split], recipe: Recipe) -> tuple[list[Lesson], list[Split], Step]:
    """Variants join the rows they were made of; what judges a run is neither varied nor nearly repeated."""
    before = len(lessons)
    share = min(recipe.synthetic_share, 0.9)
    room = int(before * share / (1 - share))
    if room <= 0:
        return lessons, splits, Step("augment", before, before)
    taken = {same_question(one.question) for one in lessons}
    aside = [shingles(one.question) for one, split in zip(lessons, splits, strict=True) if split is not Split.TRAIN]
    made: list[Lesson] = []
    codes: dict[str, int] = {}
    for one in _in_turn(lessons, splits):
        for variant in _variants(one):
            key = same_question(variant.question)
            if key in taken or len(made) >= room:
                continue
            taken.add(key)
            leaks = any(alike(shingles(variant.question), other) >= LEAK for other in aside)
            code = "variant_leaks" if leaks else f"made_by_{variant.variant}"
            codes[code] = codes.get(code, 0) + 1
            if not leaks:
                made.append(variant)
    step = Step("augment", before, before + len(made), 0, dict(sorted(codes.items())))
    return [*lessons, *made], [*splits, *[Split.TRAIN] * len(made)], step


def _in_turn(lessons: Sequence[Lesson], splits: Sequence[Split]) -> list[Lesson]:
    """Rows worth another wording, in an order that only their content decides."""
    learnt = [
        one
        for one, split in zip(lessons, splits, strict=True)
        if split is Split.TRAIN and one.source not in OLD_KNOWLEDGE and one.question in one.prompt[-1]["content"]
    ]
    return sorted(learnt, key=_lot)


def _lot(one: Lesson) -> str:
    return hashlib.sha256(f"{one.question}\x00{one.answer}".encode()).hexdigest()


def _variants(one: Lesson) -> Iterator[Lesson]:
    """Another word for the same thing first, then a way people begin to ask."""
    left = MOST_OF_A_ROW
    for said, others in words_meant(one.question):
        if left > 1 and others and said in one.question:
            left -= 1
            yield _said(one, one.question.replace(said, others[0]), "synonym")
    templates = TEMPLATES.get(one.locale, TEMPLATES["en"])
    yield _said(one, templates[int(_lot(one), 16) % len(templates)].format(one.question), "template")


def _said(one: Lesson, question: str, way: str) -> Lesson:
    last = one.prompt[-1]
    turns: Turns = (*one.prompt[:-1], {**last, "content": last["content"].replace(one.question, question)})
    return replace(one, source=Source.SYNTHETIC, question=question, prompt=turns, rejected="", variant=way)
