"""The steps from lessons to rows worth learning; each counts what it dropped or changed and keeps examples."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from app.training.datasets.cleaning import fault_of, quality
from app.training.datasets.lessons import RANK, same_question
from app.training.datasets.near import hinge, near_pairs, plain
from app.training.datasets.recipe import Recipe
from app.training.domain import Lesson, Source
from app.training.privacy import without_personal_values

MOST_EXAMPLES = 8
SAME_ANSWER = 0.6
"""Two answers to one question that share less than this contradict each other."""
Find = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Dropped:
    """A row left out: why, and the row it lost to or what was found in it."""

    lesson: Lesson
    code: str
    against: str = ""


@dataclass(frozen=True)
class Step:
    """One step: how many rows came in and went on, how many were changed, and what was dropped, by code."""

    name: str
    before: int
    after: int
    changed: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    examples: tuple[Dropped, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The counts, without anybody's words."""
        return {
            "name": self.name,
            "before": self.before,
            "after": self.after,
            "changed": self.changed,
            "codes": self.codes,
        }


def in_order(lessons: Iterable[Lesson]) -> list[Lesson]:
    """By trust, then the newest first; ids are made in time."""
    return sorted(lessons, key=lambda one: (RANK[one.source], -one.source_id.int, one.locale, one.question))


def cap_votes(lessons: list[Lesson], recipe: Recipe) -> tuple[list[Lesson], Step]:
    """Liked answers of one conversation, and the same question liked by many, count a few times at most."""
    by_conversation: Counter[object] = Counter()
    kept: list[Lesson] = []
    dropped: list[Dropped] = []
    for one in lessons:
        if one.source is Source.KEPT:
            by_conversation[one.conversation_id] += 1
            if by_conversation[one.conversation_id] > recipe.votes_per_customer:
                dropped.append(Dropped(one, "vote_cap"))
                continue
        kept.append(one)
    return counted("votes", lessons, kept, dropped)


def clean(lessons: list[Lesson], recipe: Recipe) -> tuple[list[Lesson], Step]:
    """Drops what is empty, garbled, too short or long, in another language, or from a source not asked for."""
    kept, dropped = [], []
    for one in lessons:
        code = "source_off" if one.source.value not in recipe.sources else fault_of(one, recipe)
        if code:
            dropped.append(Dropped(one, code))
        else:
            kept.append(one)
    return counted("clean", lessons, kept, dropped)


def mask(lessons: list[Lesson]) -> tuple[list[Lesson], Step, int]:
    """Takes personal values out; also how many different ones there were."""
    masked: list[Lesson] = []
    values = changed = 0
    for one in lessons:
        question, prompt, answer, found = without_personal_values(one.question, one.prompt, one.answer, one.locale)
        rejected = one.rejected
        if rejected:
            # What it said to a customer may hold what they told, and is published nowhere.
            *_, rejected, more = without_personal_values(question, prompt, rejected, one.locale)
            found += more
        values += found
        changed += found > 0
        masked.append(
            replace(one, question=question, prompt=prompt, answer=answer, rejected=rejected) if found else one
        )
    return masked, Step("personal", len(lessons), len(masked), changed), values


def without_exact(lessons: list[Lesson]) -> tuple[list[Lesson], Step]:
    """One row for each question and language: the more trusted wins, then the newer."""
    seen: dict[tuple[str, str], Lesson] = {}
    dropped = []
    for one in lessons:
        key = (same_question(one.question), one.locale)
        if key in seen:
            code = "duplicate" if plain(seen[key].answer) == plain(one.answer) else "answered_otherwise"
            dropped.append(Dropped(one, code, seen[key].answer))
        else:
            seen[key] = one
    return counted("exact", lessons, list(seen.values()), dropped)


def without_near(lessons: list[Lesson], recipe: Recipe) -> tuple[list[Lesson], Step, list[Dropped]]:
    """Drops rows whose question and answer are nearly another's; also those that contradict it, for the next step."""
    gone: dict[int, Dropped] = {}
    contrary: dict[int, Dropped] = {}
    for first, later in near_pairs([one.question for one in lessons], recipe.near):
        if first in gone or later in gone or lessons[first].locale != lessons[later].locale:
            continue
        ours, theirs = lessons[first].answer, lessons[later].answer
        if answers_agree(ours, theirs):
            # Phrasings of one curated answer are meant to be many.
            if lessons[first].source_id != lessons[later].source_id:
                gone[later] = Dropped(lessons[later], "near_duplicate", lessons[first].question)
        elif first not in contrary:
            contrary.setdefault(later, Dropped(lessons[later], "contradiction", ours))
    kept = [one for place, one in enumerate(lessons) if place not in gone]
    against = [found for place, found in contrary.items() if place not in gone]
    return *counted("near", lessons, kept, list(gone.values())), against


def answers_agree(ours: str, theirs: str) -> bool:
    """Whether two answers say the same: the same numbers and denials, and mostly the same words."""
    one, other = plain(ours), plain(theirs)
    if one == other:
        return True
    return hinge(ours) == hinge(theirs) and SequenceMatcher(None, one, other, autojunk=False).ratio() >= SAME_ANSWER


def without_contradictions(lessons: list[Lesson], against: Sequence[Dropped]) -> tuple[list[Lesson], Step]:
    """Of two rows that answer nearly the same question differently the more trusted stays."""
    losers = {id(found.lesson) for found in against}
    return counted("contradictions", lessons, [one for one in lessons if id(one) not in losers], list(against))


def without_sensitive(lessons: list[Lesson], recipe: Recipe, find: Find) -> tuple[list[Lesson], Step]:
    """Drops rows that say a word of the recipe's list or of the guard's."""
    listed = [word.casefold() for word in recipe.sensitive_words if word.strip()]
    kept, dropped = [], []
    for one in lessons:
        whole = f"{one.question}\n{one.answer}"
        folded = whole.casefold()
        found = next((word for word in listed if word in folded), None) or next(iter(find(whole)), None)
        if found:
            dropped.append(Dropped(one, "sensitive", found))
        else:
            kept.append(one)
    return counted("sensitive", lessons, kept, dropped)


def worth_learning(lessons: list[Lesson], recipe: Recipe) -> tuple[list[Lesson], Step]:
    """Drops answers that teach nothing."""
    kept, dropped = [], []
    for one in lessons:
        value, code = quality(one)
        if value < recipe.least_quality:
            dropped.append(Dropped(one, code or "low_quality"))
        else:
            kept.append(one)
    return counted("quality", lessons, kept, dropped)


def worth_preferring(lessons: list[Lesson], recipe: Recipe) -> tuple[list[Lesson], Step]:
    """Takes a rejected answer away where nothing can be learnt from it; every row stays. pair_kept: pairs left."""
    kept, dropped = [], []
    for one in lessons:
        code = _unfit_pair(one, recipe) if one.rejected else None
        if code:
            dropped.append(Dropped(one, code, one.rejected))
        kept.append(replace(one, rejected="") if code else one)
    _, told = counted("pairs", lessons, kept, dropped)
    pairs = sum(bool(one.rejected) for one in kept)
    return kept, replace(told, codes={**told.codes, "pair_kept": pairs} if pairs else told.codes)


def _unfit_pair(one: Lesson, recipe: Recipe) -> str | None:
    if plain(one.rejected) == plain(one.answer):
        return "pair_same"
    fault = fault_of(replace(one, answer=one.rejected), recipe)
    return f"pair_{fault}" if fault else None


def counted(name: str, before: list[Lesson], kept: list[Lesson], dropped: list[Dropped]) -> tuple[list[Lesson], Step]:
    """What was kept, and the step that tells what was dropped, with a few examples of each code."""
    codes = dict(sorted(Counter(one.code for one in dropped).items()))
    shown: list[Dropped] = []
    for code in codes:
        shown += [one for one in dropped if one.code == code][: max(2, MOST_EXAMPLES // len(codes))]
    return kept, Step(name, len(before), len(kept), 0, codes, tuple(shown[:MOST_EXAMPLES]))
