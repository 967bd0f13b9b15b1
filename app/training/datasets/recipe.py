"""How a dataset is made: what may go in, what is dropped, how it is split and mixed. A version keeps its recipe."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from app.kernel.texts import LOCALES, Locale
from app.training.domain import Source


@dataclass(frozen=True)
class Recipe:
    """Lengths are characters, shares are in [0, 1].

    near: how alike two questions must be to count as one, as the Jaccard index of their pairs of characters.
    base_share: the most that old knowledge may be of all rows, though base_floor rows of it are always let in.
    synthetic_share: the most that wordings made by rule or by a model may be of all rows; none unless somebody wants
    them. paraphrases: whether a model is asked for some.
    votes_per_customer: answers one conversation's votes may bring in, so that a crowd of fake votes moves nothing.
    """

    sources: tuple[str, ...] = tuple(source.value for source in Source)
    languages: tuple[Locale, ...] = LOCALES
    longest_question: int = 2_000
    shortest_answer: int = 2
    longest_answer: int = 4_000
    near: float = 0.75
    least_quality: float = 0.3
    validation_share: float = 0.05
    test_share: float = 0.05
    base_share: float = 0.5
    base_floor: int = 50
    votes_per_customer: int = 2
    synthetic_share: float = 0.0
    paraphrases: bool = False
    sensitive_words: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Recipe":
        """What `as_dict` gave; what is missing keeps its default."""
        known = {one.name for one in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items() if name in known
        }
        return cls(**values)
