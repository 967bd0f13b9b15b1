"""What canned replies need from outside: how words are typed."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Spelling:
    """Words as typed without an input method: 退款时效 is tksx by its initials, tuikuanshixiao in full."""

    initials: str
    full: str


class Spell(Protocol):
    """Spells words; letters and digits stay what they are, in small letters."""

    async def __call__(self, words: str) -> Spelling:
        """The spelling of at most 200 characters."""
        ...
