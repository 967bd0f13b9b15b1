"""What rollout needs from outside: what customers met of each version, and which answers were given lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.training.rollout.domain import GivenAnswer, VersionFigures


class ModelFigures(Protocol):
    """Counts over stored answers, votes and hand-overs."""

    async def since(self, moment: datetime) -> Sequence[VersionFigures]:
        """Of each version that answered since then."""
        ...

    async def given(self, since: datetime, limit: int) -> Sequence[GivenAnswer]:
        """Answers a model wrote, newest first."""
        ...


@dataclass(frozen=True)
class NoFigures:
    """A house without customers."""

    async def since(self, moment: datetime) -> Sequence[VersionFigures]:
        """See the port `ModelFigures`."""
        return ()

    async def given(self, since: datetime, limit: int) -> Sequence[GivenAnswer]:
        """See the port `ModelFigures`."""
        return ()
