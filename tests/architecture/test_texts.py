"""Every sentence has its twin, and Chinese has Chinese punctuation."""

import re

import pytest

from app.kernel.errors import AppError
from app.kernel.texts import catalogue, has_text

HAN = r"[\u4e00-\u9fff]"
HALF_WIDTH = re.compile(rf"{HAN}[,:?!;()]|[,:?!;()]{HAN}")


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_a_text_has_both_languages_and_full_width_punctuation(key: str) -> None:
    twins = catalogue()[key]
    assert set(twins) == {"zh", "en"}
    assert twins["zh"].strip() and twins["en"].strip()
    assert not HALF_WIDTH.search(twins["zh"]), twins["zh"]
    names = re.compile(r"\{(\w+)\}")
    assert sorted(names.findall(twins["zh"])) == sorted(names.findall(twins["en"]))


def subclasses(kind: type[AppError]) -> list[type[AppError]]:
    return [k for direct in kind.__subclasses__() for k in (direct, *subclasses(direct))]


def test_every_error_code_has_its_sentence() -> None:
    import app.main  # noqa: F401 - loads every room

    missing = sorted({kind.code for kind in subclasses(AppError) if not has_text(f"errors.{kind.code}")})
    assert not missing
