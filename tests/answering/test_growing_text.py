"""The language of a text that grows is what it would be if the whole of it were read again."""

import pytest

from app.answering.language import GrowingText, language_of

TEXTS = (
    "签收后七天内可以无理由退货，Nova Buds 2 也一样。",
    "You can return it within seven days; it's free. 免费退货",
    "Orbit 3 的 firmware update 怎么做？Über-naïve café",
    "12345 … !!",
    "",
)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pieces_tell_the_same_as_the_whole(text: str, size: int) -> None:
    growing = GrowingText()
    for start in range(0, len(text), size):
        growing.add(text[start : start + size])
        for hint in ("zh", "en"):
            assert growing.language(hint) == language_of(text[: start + size], hint)
