"""Word lists: synonyms that go both ways or one way, protected terms, and what differs between two versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from typing import Any
from uuid import UUID

from app.knowledge.errors import TooManyWords
from app.knowledge.spelling import normalise
from app.knowledge.words.matching import Words, name_of

MOST_GROUPS, MOST_PROTECTED, MOST_IN_GROUP, LONGEST = 10_000, 20_000, 50, 50


@dataclass(frozen=True)
class Synonyms:
    """Words for one thing. one_way: who says the first also means the others, never the other way round."""

    words: tuple[str, ...]
    one_way: bool = False

    @property
    def line(self) -> str:
        """As people read it."""
        return f"{self.words[0]} → {', '.join(self.words[1:])}" if self.one_way else " = ".join(self.words)


@dataclass(frozen=True)
class WordList:
    """What one scope says: a base, or all bases."""

    synonyms: tuple[Synonyms, ...] = ()
    protected: tuple[str, ...] = ()

    def compiled(self) -> Words:
        """Ready to be found in texts."""
        same: dict[str, dict[str, None]] = {}
        for group in self.synonyms:
            pairs = (
                ((group.words[0], one) for one in group.words[1:]) if group.one_way else permutations(group.words, 2)
            )
            for said, other in pairs:
                same.setdefault(normalise(said), {})[other] = None
        return Words(self.protected, {said: tuple(found) for said, found in same.items()})

    def within_limits(self) -> "WordList":
        """Tidy, and not too much of it. Raises TooManyWords."""
        words = self.tidy()
        if len(words.synonyms) > MOST_GROUPS or len(words.protected) > MOST_PROTECTED:
            raise TooManyWords
        return words

    def tidy(self) -> "WordList":
        """Without repeats and blanks; groups of one word say nothing."""
        groups: dict[tuple[bool, frozenset[str]], Synonyms] = {}
        for group in self.synonyms:
            words: dict[str, str] = {}
            for word in filter(normalise, group.words):
                words.setdefault(normalise(word), word.strip())
            if len(words) > 1:
                groups.setdefault((group.one_way, frozenset(words)), Synonyms(tuple(words.values()), group.one_way))
        protected: dict[str, str] = {}
        for term in filter(name_of, self.protected):
            protected.setdefault(name_of(term), term.strip())
        return WordList(tuple(groups.values()), tuple(protected.values()))


@dataclass(frozen=True)
class WordsVersion:
    """One version of a scope's list. base_id None: shared by all bases; action: saved, imported or rolled_back.

    reindexed: how many passages its job indexed anew, None before it ended or when there was nothing to do.
    """

    id: UUID | None
    base_id: UUID | None
    number: int
    words: WordList
    action: str
    job_id: UUID | None
    created_by: str
    created_at: datetime | None
    reindexed: int | None = None


@dataclass(frozen=True)
class WordsDiff:
    """What a version added and took away, as people read it."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def diff(before: WordList, after: WordList) -> WordsDiff:
    """From one list to another."""
    old, new = _lines(before), _lines(after)
    return WordsDiff(tuple(one for one in new if one not in old), tuple(one for one in old if one not in new))


def _lines(words: WordList) -> dict[str, None]:
    return dict.fromkeys([*(group.line for group in words.synonyms), *(f"[{term}]" for term in words.protected)])


def changed_protected(before: WordList, after: WordList) -> Words:
    """The protected terms that only one of the two has: passages that say one of them must be indexed anew."""
    old = {name_of(term): term for term in before.protected}
    new = {name_of(term): term for term in after.protected}
    return Words(tuple((old | new)[name] for name in old.keys() ^ new.keys()))


def list_from_json(synonyms: Sequence[dict[str, Any]], protected: Sequence[str]) -> WordList:
    """From its row."""
    groups = tuple(Synonyms(tuple(one["words"]), bool(one.get("one_way"))) for one in synonyms)
    return WordList(groups, tuple(protected))


def list_to_json(words: WordList) -> tuple[list[dict[str, Any]], list[str]]:
    """For its row."""
    return [{"words": list(one.words), "one_way": one.one_way} for one in words.synonyms], list(words.protected)
