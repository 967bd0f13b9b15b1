"""Settings one test search may change; live answers never carry any."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.knowledge.words.book import RehearsedWords


@dataclass(frozen=True)
class Trial:
    """A change that is tried before it is made: a scratch base that is read beside the reader's own bases.

    instead_of: the FAQ or passage that what lies in it would replace, which is not found meanwhile.
    """

    base_id: UUID
    instead_of: UUID | None = None


@dataclass(frozen=True)
class SearchOptions:
    """What a test changes for itself; None: as live search has it.

    weights: of words and vectors, adding up to 1. threshold: confidence in [0, 1]. candidates: passages each channel
    proposes. synonyms False: words mean only themselves. rerank False: the fused order is final. trial: a change of
    what can be found. words: a list that is not in force; runs keep none.
    """

    embedder_id: UUID | None = None
    weights: tuple[float, float] | None = None
    threshold: float | None = None
    candidates: int | None = None
    synonyms: bool = True
    rerank: bool = True
    trial: Trial | None = None
    words: RehearsedWords | None = None

    def as_dict(self) -> dict[str, Any]:
        """Only what differs from live search, as plain values."""
        changed = {
            "embedder_id": None if self.embedder_id is None else str(self.embedder_id),
            "weights": None if self.weights is None else list(self.weights),
            "threshold": self.threshold,
            "candidates": self.candidates,
            "synonyms": None if self.synonyms else False,
            "rerank": None if self.rerank else False,
            "trial": None if self.trial is None else [str(one) for one in vars(self.trial).values() if one],
        }
        return {name: value for name, value in changed.items() if value is not None}

    @classmethod
    def from_dict(cls, kept: dict[str, Any] | None) -> "SearchOptions | None":
        """What `as_dict` gave; None for nothing changed."""
        if not kept:
            return None
        return cls(
            embedder_id=UUID(kept["embedder_id"]) if "embedder_id" in kept else None,
            weights=(kept["weights"][0], kept["weights"][1]) if "weights" in kept else None,
            threshold=kept.get("threshold"),
            candidates=kept.get("candidates"),
            synonyms=kept.get("synonyms", True),
            rerank=kept.get("rerank", True),
            trial=Trial(*map(UUID, kept["trial"])) if "trial" in kept else None,
        )
