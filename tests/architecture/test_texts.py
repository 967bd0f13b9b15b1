"""Every sentence has its twin, and Chinese has Chinese punctuation."""

import re

from app.kernel.errors import AppError
from app.kernel.texts import catalogue, has_text

HAN = r"[\u4e00-\u9fff]"
HALF_WIDTH = re.compile(rf"{HAN}[,:?!;()]|[,:?!;()]{HAN}")


def test_a_text_has_both_languages_and_full_width_punctuation() -> None:
    names = re.compile(r"\{(\w+)\}")
    wrong: list[str] = []
    for key, twins in catalogue().items():
        if set(twins) != {"zh", "en"} or not all(words.strip() for words in twins.values()):
            wrong.append(f"{key}: one language is missing")
        elif HALF_WIDTH.search(twins["zh"]):
            wrong.append(f"{key}: {twins['zh']}")
        elif sorted(names.findall(twins["zh"])) != sorted(names.findall(twins["en"])):
            wrong.append(f"{key}: the languages have different values")
    assert wrong == []


def subclasses(kind: type[AppError]) -> list[type[AppError]]:
    return [k for direct in kind.__subclasses__() for k in (direct, *subclasses(direct))]


def test_every_error_code_has_its_sentence() -> None:
    import app.main  # noqa: F401 - loads every room

    missing = sorted({kind.code for kind in subclasses(AppError) if not has_text(f"errors.{kind.code}")})
    assert not missing
