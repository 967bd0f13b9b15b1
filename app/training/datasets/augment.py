"""Other wordings of rows that are learnt, by rule or by a model, marked as synthetic, at most the recipe's share."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from app.knowledge import words_meant
from app.training.datasets.lessons import same_question
from app.training.datasets.near import alike, hinge, plain, shingles
from app.training.datasets.recipe import Recipe
from app.training.datasets.split import LEAK
from app.training.datasets.steps import Step
from app.training.domain import OLD_KNOWLEDGE, Lesson, Source, Split, Turns

TEMPLATES = {
    "zh-CN": ("请问{}", "你好，{}", "想问一下，{}", "麻烦问下{}", "在吗？{}"),
    "en": ("Hi, {}", "Hello! {}", "Quick question: {}", "Excuse me, {}", "I'd like to know: {}"),
}
MOST_OF_A_ROW = 2
TOO_LONG = 2.5
"""A wording so many times as long as its question says more than it."""
Wordings = Mapping[str, Sequence[str]]
"""A question, and other ways to ask it that a model gave."""
NONE_GIVEN: Wordings = MappingProxyType({})
PARAPHRASE = "paraphrase"


def augmented(
    lessons: list[Lesson], splits: list[Split], recipe: Recipe, wordings: Wordings = NONE_GIVEN
) -> tuple[list[Lesson], list[Split], Step]:
    """Variants join the rows they were made of; what judges a run is neither varied nor nearly repeated."""
    before = len(lessons)
    room = _room(before, recipe)
    if room <= 0:
        return lessons, splits, Step("augment", before, before)
    taken = {same_question(one.question) for one in lessons}
    aside = [shingles(one.question) for one, split in zip(lessons, splits, strict=True) if split is not Split.TRAIN]
    made: list[Lesson] = []
    codes: dict[str, int] = {}
    worded = [(one, list(_variants(one, wordings.get(one.question, ())))) for one in _in_turn(lessons, splits)]
    for one, variant in _in_rounds(worded):
        key = same_question(variant.question)
        if key in taken or len(made) >= room:
            continue
        taken.add(key)
        fault = _fault_of(one, variant, aside)
        code = fault or f"made_by_{variant.variant}"
        codes[code] = codes.get(code, 0) + 1
        if not fault:
            made.append(variant)
    step = Step("augment", before, before + len(made), 0, dict(sorted(codes.items())))
    return [*lessons, *made], [*splits, *[Split.TRAIN] * len(made)], step


def worth_varying(lessons: Sequence[Lesson], splits: Sequence[Split], recipe: Recipe) -> list[Lesson]:
    """The rows whose turn it is, as many as there is room for other wordings of."""
    return _in_turn(lessons, splits)[: max(0, _room(len(lessons), recipe))]


def _room(rows: int, recipe: Recipe) -> int:
    share = min(recipe.synthetic_share, 0.9)
    return int(rows * share / (1 - share))


def _fault_of(one: Lesson, variant: Lesson, aside: Sequence[frozenset[str]]) -> str:
    """Why a wording is left out: it asks something else, or nearly repeats what judges; empty: it is not."""
    if variant.variant == PARAPHRASE and strays(one.question, variant.question):
        return "paraphrase_strays"
    return "variant_leaks" if any(alike(shingles(variant.question), other) >= LEAK for other in aside) else ""


def strays(question: str, wording: str) -> bool:
    """Whether a wording asks something else: other numbers or denials, nothing new, or far too long."""
    same = plain(question) == plain(wording)
    return same or hinge(question) != hinge(wording) or len(wording) > TOO_LONG * len(question) + 10


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


def _in_rounds(worded: Sequence[tuple[Lesson, list[Lesson]]]) -> Iterator[tuple[Lesson, Lesson]]:
    """The first wording of each row, then the second of each: the room is for all of them."""
    for place in range(max((len(made) for _, made in worded), default=0)):
        yield from ((one, made[place]) for one, made in worded if place < len(made))


def _variants(one: Lesson, wordings: Sequence[str]) -> Iterator[Lesson]:
    """What a model gave first, then another word for the same thing, then a way people begin to ask."""
    for wording in wordings[:MOST_OF_A_ROW]:
        yield _said(one, wording, PARAPHRASE)
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
