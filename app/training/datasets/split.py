"""Splits rows into train, validation and test: the newest groups judge, and what belongs together stays together."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from app.training.datasets.near import Groups, near_pairs
from app.training.datasets.recipe import Recipe
from app.training.domain import Lesson, Split

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LEAK = 0.6
"""Questions this much alike never stand on two sides, stricter than what counts as a duplicate."""


def split_of(lessons: Sequence[Lesson], recipe: Recipe) -> list[Split]:
    """The split of each row.

    Rows of one conversation, one source, or nearly the same question form a group; groups are never cut. Within each
    source and language the newest groups are for the test, the next for validation, so that a run is judged on what
    came after what it learnt. A kind of row with few groups is learnt whole.
    """
    groups = Groups(len(lessons))
    groups.join_equal([one.conversation_id for one in lessons])
    groups.join_equal([one.source_id for one in lessons])
    for first, later in near_pairs([one.question for one in lessons], min(LEAK, recipe.near)):
        groups.join(first, later)
    members: dict[int, list[int]] = defaultdict(list)
    for place in range(len(lessons)):
        members[groups.find(place)].append(place)
    strata: dict[tuple[str, str], list[list[int]]] = defaultdict(list)
    for places in members.values():
        first_row = lessons[places[0]]
        strata[first_row.source.value, first_row.locale].append(places)
    chosen = [Split.TRAIN] * len(lessons)
    for _, kind in sorted(strata.items()):
        newest = sorted(kind, key=lambda places: _when(lessons, places), reverse=True)
        test, validation = int(len(kind) * recipe.test_share), int(len(kind) * recipe.validation_share)
        for number, places in enumerate(newest[: test + validation]):
            for place in places:
                chosen[place] = Split.TEST if number < test else Split.VALIDATION
    return chosen


def _when(lessons: Sequence[Lesson], places: list[int]) -> tuple[datetime, int]:
    """When a group's newest row came to be; ids break ties, since they are made in time."""
    return max((lessons[place].at or LONG_AGO, lessons[place].source_id.int) for place in places)
