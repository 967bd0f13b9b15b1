"""Values in what a customer writes: order numbers by their pattern, choices by their words, numbers as numbers."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from app.answering.language import plain
from app.answering.tools.domain import Parameter, ToolSpec

LONGEST_READ = 600


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _readable(text: str) -> str:
    return unicodedata.normalize("NFKC", text)[:LONGEST_READ]


def found_in(parameter: Parameter, text: str, *, asked: bool = False) -> Any:
    """The value a text gives for a parameter, None when it gives none.

    asked: the text answers the question for this very value, so that without a pattern all of it is the value.
    """
    read = _readable(text)
    if parameter.choices:
        return _choice(parameter, read)
    kind = parameter.schema_.get("type", "string")
    if parameter.pattern:
        match = _pattern(parameter.pattern).search(read)
        return None if match is None else _typed(match[1] if match.lastindex else match[0], kind)
    if not asked:
        return None
    if kind in ("integer", "number"):
        match = re.search(r"-?\d+(?:\.\d+)?", read)
        return None if match is None else _typed(match[0], kind)
    if kind == "boolean":
        return _yes_or_no(read)
    return read.strip() if kind == "string" and read.strip() else None


def _typed(said: str, kind: str) -> Any:
    try:
        if kind == "integer":
            return int(said)
        if kind == "number":
            return float(said)
    except ValueError:
        return None
    return said.upper() if said.isascii() and any(c.isdigit() for c in said) else said


def _choice(parameter: Parameter, text: str) -> Any:
    read = plain(text)
    best, longest = None, 0
    for choice in parameter.choices:
        for word in (choice.value, choice.label.zh, choice.label.en, *choice.words):
            if word and len(word) > longest and plain(word) in read:
                best, longest = choice.value, len(word)
    return best


def _yes_or_no(text: str) -> bool | None:
    read = plain(text)
    if re.search(r"^(?:不|否|没|no\b|false)", read):
        return False
    return True if re.search(r"^(?:是|对|好|要|可以|嗯|yes\b|true|ok)", read) else None


def values_in(spec: ToolSpec, text: str) -> dict[str, Any]:
    """Every value the text gives without being asked."""
    return {one.name: value for one in spec.wanted if (value := found_in(one, text)) is not None}


def without_values(spec: ToolSpec, text: str) -> str:
    """The text without what patterns find in it: what is left says what is wanted."""
    read = _readable(text)
    for one in spec.wanted:
        if one.pattern:
            read = _pattern(one.pattern).sub(" ", read)
    return read.strip()


def said_by(values: Sequence[str], value: Any) -> bool:
    """Whether a value stands in one of the texts, so that nobody made it up."""
    wanted = plain(str(value)).replace(" ", "").replace("-", "")
    return any(wanted in plain(text).replace(" ", "").replace("-", "") for text in values)
