"""The words in force, as a process keeps them: which version of each scope, and the lists ready to be used."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.knowledge.words.matching import NO_WORDS, Words, united


@dataclass(frozen=True)
class Scope:
    """The list of one base, or (base_id None) of all. audience, tiers: who may read the base."""

    base_id: UUID | None
    number: int
    audience: str = ""
    tiers: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class WordBook:
    """Every scope's list; unions are made once each."""

    scopes: tuple[Scope, ...] = ()
    lists: dict[UUID | None, Words] = field(default_factory=dict)
    _unions: dict[tuple[UUID | None, ...], Words] = field(default_factory=dict)

    def with_list(self, scope: Scope, words: Words) -> "WordBook":
        """The book with another list for one scope."""
        known = {one.base_id: one for one in self.scopes}
        return WordBook(tuple({scope.base_id: scope, **known}.values()), {**self.lists, scope.base_id: words})

    def of_base(self, base_id: UUID) -> Words:
        """What passages of a base are indexed with."""
        return self._union((None, base_id))

    def of_question(
        self, base_ids: Sequence[UUID] | None, audiences: Sequence[str], tiers: Sequence[str] = ()
    ) -> Words:
        """What a question is read with: the shared list and those of the bases it may be answered from."""
        if not self.scopes:
            return NO_WORDS
        asked = [
            scope.base_id
            for scope in self.scopes
            if scope.base_id is None
            or (
                (base_ids is None or scope.base_id in base_ids)
                and (scope.audience in audiences or (scope.audience == "tiers" and bool(set(tiers) & set(scope.tiers))))
            )
        ]
        return self._union(tuple(asked))

    def _union(self, asked: tuple[UUID | None, ...]) -> Words:
        if asked not in self._unions:
            self._unions[asked] = united([self.lists[one] for one in asked if one in self.lists])
        return self._unions[asked]


@dataclass(frozen=True)
class RehearsedWords:
    """A list as if it were in force. touched: by base, the passages it would index anew.

    looked_at of `passages`: a large base is not gone through to its end; what the question finds is looked at first.
    """

    book: WordBook
    touched: dict[UUID, list[UUID]]
    looked_at: int
    passages: int

    @property
    def indexed_anew(self) -> int:
        """How many passages get other terms."""
        return sum(map(len, self.touched.values()))


EMPTY_BOOK = WordBook()
