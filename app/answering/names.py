"""Names that a text says outright: products in Latin letters, titles in 《》 or quotation marks, order numbers."""

import re
from collections.abc import Sequence

from app.answering.language import ASKING_EN, COMMON_LATIN, HAN

_QUOTED = re.compile(r"《([^《》\n]{1,30})》")
_AMONG_HAN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ -](?:[A-Za-z]+\d*|\d+[A-Za-z]*))*")
_CAPITAL = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+(?:[ -](?:[A-Z][a-z]*|\d+[A-Za-z]*))+(?![A-Za-z])")
_HAN = re.compile(rf"[{HAN}]")
LONGEST = 40


def names_in(text: str) -> tuple[str, ...]:
    """The names, in order, each once. In Chinese every Latin word may be one, in English what is written as one."""
    found: dict[str, None] = dict.fromkeys(_QUOTED.findall(text))
    pattern = _AMONG_HAN if _HAN.search(text) else _CAPITAL
    for name in pattern.findall(text):
        bare = name_alone(name)
        if bare.casefold() not in COMMON_LATIN and 1 < len(bare) <= LONGEST:
            found.setdefault(bare)
    return tuple(found)


def name_alone(found: str) -> str:
    """A name without the asking words it follows: Orbit Band of "Does Orbit Band …", nothing of "Can I"."""
    words = found.strip(" -").split(" ")
    while words and words[0].casefold() in ASKING_EN:
        words.pop(0)
    return " ".join(words)


def other_than(name: str, texts: Sequence[str]) -> str | None:
    """The one other name the texts speak of; None when there is none, or more than one."""
    known = {found.casefold(): found for text in texts for found in names_in(text)}
    others = [found for folded, found in known.items() if folded != name.casefold()]
    return others[0] if len(others) == 1 else None
