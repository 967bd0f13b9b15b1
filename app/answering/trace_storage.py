"""A trace as it is kept: what identifies a person is masked before anything is written; every other word stays.

The question itself stands in its message, so a replay needs nothing of what is masked here. Passages are the company's
own words and keep their numbers, in the list of candidates and inside the prompt.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.kernel.personal import MASKS, find_personal

PUBLISHED = frozenset({"candidates", "thresholds", "model", "usage", "cost"})
_SIGN = re.compile(r"[\d@０-９＠]")


def for_storage(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with a mask for every personal value that the customer, a tool or the model wrote."""
    values: dict[str, str] = {}
    for section, value in record.items():
        if section not in PUBLISHED:
            for text in _texts(section, value):
                values.update((one.value, one.kind.value) for one in find_personal(text))
    if not values:
        return dict(record)
    known = _published(record)
    hidden = {value: kind for value, kind in values.items() if value not in known}
    return {name: value if name in PUBLISHED else _masked(value, hidden) for name, value in record.items()}


def _texts(section: str, value: Any) -> Iterator[str]:
    """Where personal values are looked for; of the prompt only its turns, not the rules and passages around them."""
    if section == "prompt" and isinstance(value, Mapping):
        value = [message["content"] for message in list(value.get("messages") or ())[1:-1]]
    if isinstance(value, str):
        if _SIGN.search(value):
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts("", inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts("", inner)


def _published(record: Mapping[str, Any]) -> str:
    """The passages; not the questions of FAQs that somebody may have copied from a customer."""
    return "\n".join(str(one.get("text") or "") for one in record.get("candidates") or ())


def _masked(value: Any, hidden: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for known, kind in sorted(hidden.items(), key=lambda one: -len(one[0])):
            if known in value:
                value = value.replace(known, MASKS["zh" if re.search(r"[\u3400-\u9fff]", value) else "en"][kind])
        return value
    if isinstance(value, Mapping):
        return {key: _masked(inner, hidden) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner, hidden) for inner in value]
    return value
