"""A trace for those who may see how an answer came to be, but not what anybody wrote: figures and ways, no words."""

from collections.abc import Mapping
from typing import Any

# Members whose words are somebody's: the customer's, the passages' or the model's.
_WORDS = frozenset(
    {"raw", "screened", "rewritten", "queries", "title", "heading_path", "text", "question", "content", "name"}
    | {"said_before_failure", "arguments", "result", "slots", "facts", "summary", "suggestions"}
    | {"chosen", "memory"}
)
# Sections in which a name is that of a model, not of a product the customer asked for.
_NAMES_STAY = frozenset({"model"})


def masked(text: str) -> str:
    """As many dots as the text has characters, up to a few: that there was text can be seen, and how much."""
    return "•" * min(12, len(text)) if text else ""


def masked_trace(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with all words taken out of it, in its own shape."""
    shown: dict[str, Any] = {}
    for section, value in record.items():
        plain = section in _WORDS and not isinstance(value, Mapping)
        shown[section] = value if section in _NAMES_STAY else _hidden(value) if plain else _masked(value)
    return shown


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _hidden(inner) if key in _WORDS else _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return value


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: _hidden(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(one) for one in value]
    return value
