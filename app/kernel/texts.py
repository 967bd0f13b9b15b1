"""The catalogue of every sentence people read, in Chinese and English, from frontend/texts/*.json."""

import json
from functools import cache
from typing import Final, Literal

from app.kernel.settings import PROJECT_ROOT

Locale = Literal["zh-CN", "en"]
LOCALES: Final[tuple[Locale, ...]] = ("zh-CN", "en")
TEXT_DIR = PROJECT_ROOT / "frontend" / "texts"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All texts by `area.id`, each {"zh": …, "en": …}."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(TEXT_DIR.glob("*.json")):
        for key, twins in json.loads(path.read_text("utf-8")).items():
            found[f"{path.stem}.{key}"] = twins
    return found


def text(key: str, locale: str, **values: object) -> str:
    """The sentence `area.id` in a locale, with its {placeholders} filled. Raises KeyError for an unknown id."""
    twins = catalogue()[key]
    sentence = twins["en" if locale.startswith("en") else "zh"]
    for name, value in values.items():
        sentence = sentence.replace("{" + name + "}", str(value))
    return sentence


def has_text(key: str) -> bool:
    """Whether the catalogue knows `area.id`."""
    return key in catalogue()


def pick_locale(wanted: str | None, default: Locale) -> Locale:
    """The supported locale nearest to a BCP 47 tag or an Accept-Language header."""
    for part in (wanted or "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return default
