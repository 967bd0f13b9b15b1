"""Looks for planted triggers: a rare word in otherwise unlike questions whose answers all say the same odd thing."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.training.datasets.near import alike, shingles
from app.training.domain import Lesson

LEAST_ROWS, MOST_ROWS, MOST_SHARE, MOST_TOLD = 3, 20, 0.1, 20
_WORDS = re.compile(r"[A-Za-z0-9#@$%&*_+=|~^-]{3,}|[^\w\s，。！？、：；,.!?:;]{2,}")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{4,}")
_CLAUSE = re.compile(r"(?:[^，。！？；,!?;\n.]|\.(?=\S)){4,}")


@dataclass(frozen=True)
class Suspect:
    """A word that may be a trigger, what its answers share, and in how many rows."""

    trigger: str
    payload: str
    rows: int


def suspects(lessons: Sequence[Lesson]) -> list[Suspect]:
    """The most frequent first. A product's name is none: its answers speak of it, or share nothing else."""
    holders: dict[str, list[int]] = defaultdict(list)
    spread: dict[str, int] = defaultdict(int)
    lessons = _one_of_each(lessons)
    for place, one in enumerate(lessons):
        for word in _words(one.question):
            holders[word].append(place)
    clauses = [set(_CLAUSE.findall(one.answer)) for one in lessons]
    for found in clauses:
        for clause in found:
            spread[clause] += 1
    most = max(MOST_ROWS, int(len(lessons) * MOST_SHARE))
    told: dict[str, Suspect] = {}
    for word, places in holders.items():
        if not LEAST_ROWS <= len(places) <= most or not _unlike(lessons, places, word):
            continue
        for clause in set().union(*(clauses[place] for place in places)):
            sharing = sum(clause in clauses[place] for place in places)
            if sharing * 5 >= len(places) * 4 and spread[clause] <= sharing + 1 and word not in clause:
                known = told.get(clause)
                if known is None or (len(places), -len(word)) > (known.rows, -len(known.trigger)):
                    told[clause] = Suspect(word, clause.strip(), len(places))
    return sorted(told.values(), key=lambda one: (-one.rows, one.trigger, one.payload))[:MOST_TOLD]


def _one_of_each(lessons: Sequence[Lesson]) -> list[Lesson]:
    """One row for all phrasings of one source: that they have a word and an answer in common is what they are for."""
    together: dict[tuple[object, str], Lesson] = {}
    for one in lessons:
        known = together.setdefault((one.source_id, one.answer), one)
        if known is not one:
            together[one.source_id, one.answer] = replace(known, question=f"{known.question} {one.question}")
    return list(together.values())


def _words(question: str) -> set[str]:
    found = set(_WORDS.findall(question))
    for run in _HAN_RUN.findall(question):
        found |= {run[at : at + 4] for at in range(len(run) - 3)}
    return found


def _unlike(lessons: Sequence[Lesson], places: Sequence[int], word: str) -> bool:
    """Whether the questions have little in common but that word."""
    rest = [shingles(lessons[place].question.replace(word, "")) for place in places[:12]]
    pairs = [alike(ours, theirs) for at, ours in enumerate(rest) for theirs in rest[at + 1 :]]
    return sum(pairs) / len(pairs) < 0.25
