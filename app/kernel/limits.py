"""The rate-limit port: so many of one thing, by one somebody, in a minute."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Allowance:
    """How often something may happen: `name` tells allowances apart, `per_minute` slides."""

    name: str
    per_minute: int


class RateLimits(Protocol):
    """Counts across all processes; in this process alone while the shared counter does not answer."""

    async def take(self, allowance: Allowance, who: str) -> None:
        """Uses one. Raises TooManyRequests with the seconds to wait."""
        ...

    async def close(self) -> None:
        """Gives back what it holds."""
        ...
