"""Builds a dataset from lessons: every step in order, then the rows as JSON lines with their manifest."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import orjson

from app.training.datasets import steps
from app.training.datasets.augment import NONE_GIVEN, Wordings, augmented
from app.training.datasets.mixing import mixed
from app.training.datasets.recipe import Recipe
from app.training.datasets.split import split_of
from app.training.datasets.steps import Find, Step
from app.training.datasets.suspects import Suspect, suspects
from app.training.domain import BuiltDataset, Lesson, Provenance, Source, Split
from app.training.errors import NothingToLearn


def nothing_listed(_: str) -> Sequence[str]:
    """The sensitive words of a house without a list."""
    return ()


@dataclass(frozen=True)
class Prepared:
    """What the steps left, each row with its split, and what every step did."""

    lessons: list[Lesson]
    splits: list[Split]
    steps: list[Step]
    masked: int
    suspects: list[Suspect]


STEPS = 13
"""Gathering, the ten counted steps, splitting, and sealing: what a build tells its progress in."""


def quiet(_: int) -> None:
    """For whoever does not follow a build."""


def prepare(
    lessons: Iterable[Lesson],
    recipe: Recipe,
    find: Find = nothing_listed,
    tell: Callable[[int], None] = quiet,
    wordings: Wordings = NONE_GIVEN,
) -> Prepared:
    """Every step over the lessons; takes a second or two for ten thousand rows. wordings: what a model gave."""
    done: list[Step] = []

    def noted(step: Step) -> None:
        done.append(step)
        tell(1 + len(done))

    def went(result: tuple[list[Lesson], Step]) -> list[Lesson]:
        noted(result[1])
        return result[0]

    rows = steps.in_order(lessons)
    rows = went(steps.cap_votes(rows, recipe))
    rows = went(steps.clean(rows, recipe))
    rows, personal, masked = steps.mask(rows)
    noted(personal)
    rows = went(steps.without_exact(rows))
    rows, near, against = steps.without_near(rows, recipe)
    noted(near)
    rows = went(steps.without_contradictions(rows, against))
    rows = went(steps.without_sensitive(rows, recipe, find))
    rows = went(steps.worth_learning(rows, recipe))
    rows = went(steps.worth_preferring(rows, recipe))
    rows = went(mixed(rows, recipe))
    told = suspects(rows)
    rows, splits, made = augmented(rows, split_of(rows, recipe), recipe, wordings)
    done.append(made)
    return Prepared(rows, splits, done, masked, told)


def build_dataset(
    lessons: Iterable[Lesson], name: str, recipe: Recipe | None = None, find: Find = nothing_listed
) -> BuiltDataset:
    """The rows as JSONL and their manifest. Raises NothingToLearn when there is no row to learn."""
    recipe = recipe or Recipe()
    return sealed(prepare(lessons, recipe, find), name, recipe)


def sealed(ready: Prepared, name: str, recipe: Recipe, told: Mapping[str, Any] = MappingProxyType({})) -> BuiltDataset:
    """What was prepared as bytes, which depend on the content alone; `told` stands in the manifest besides."""
    if Split.TRAIN not in ready.splits:
        raise NothingToLearn
    rows = sorted(zip((_line(*one) for one in _pairs(ready)), _pairs(ready), strict=True), key=lambda row: row[0])
    data = b"\n".join(line for line, _ in rows) + b"\n"
    digest = hashlib.sha256(data).hexdigest()
    manifest = {**_manifest(ready, name, recipe), **told, "sha256": digest}
    provenance = tuple(
        Provenance(
            place,
            hashlib.sha256(line).hexdigest(),
            one.source,
            one.source_id,
            one.conversation_id,
            split,
            one.approved_by,
            one.at,
        )
        for place, (line, (one, split)) in enumerate(rows, 1)
    )
    return BuiltDataset(data, digest, len(rows), manifest, provenance)


def _pairs(ready: Prepared) -> list[tuple[Lesson, Split]]:
    return list(zip(ready.lessons, ready.splits, strict=True))


def _manifest(ready: Prepared, name: str, recipe: Recipe) -> dict[str, Any]:
    codes: Counter[str] = Counter()
    for step in ready.steps:
        codes.update(step.codes)
    duplicates = ("duplicate", "answered_otherwise", "near_duplicate", "contradiction")
    return {
        "name": name,
        "format": "chat prompt and completion, JSON lines",
        "rows": len(ready.lessons),
        "pairs": _counts(split.value for one, split in _pairs(ready) if one.rejected),
        "by_source": _counts(one.source.value for one in ready.lessons),
        "by_locale": _counts(one.locale for one in ready.lessons),
        "by_split": _counts(split.value for split in ready.splits),
        "by_approver": _counts(one.approved_by for one in ready.lessons if one.approved_by),
        "provenance": {
            source.value: sorted({str(one.source_id) for one in ready.lessons if one.source is source})
            for source in Source
            if source is Source.CORRECTION
        },
        "steps": [step.as_dict() for step in ready.steps],
        "recipe": recipe.as_dict(),
        "suspects": [vars(one) for one in ready.suspects],
        "personal_values_masked": ready.masked,
        "duplicates_left_out": sum(codes[code] for code in duplicates),
    }


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _line(lesson: Lesson, split: Split) -> bytes:
    row = {
        "prompt": list(lesson.prompt),
        "completion": [{"role": "assistant", "content": lesson.answer}],
        "question": lesson.question,
        "source": lesson.source.value,
        "source_id": str(lesson.source_id),
        "locale": lesson.locale,
        "split": split.value,
    }
    if lesson.variant:
        row["synthetic"] = lesson.variant
    if lesson.rejected:
        row["rejected"] = [{"role": "assistant", "content": lesson.rejected}]
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
