"""Facts the knowledge room announces."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SearchChanged:
    """Search finds other passages from now on, or believes them sooner or later: the regression questions are asked."""

    what: Literal["embedder", "words", "chunking", "threshold"]
    subject: str = ""
