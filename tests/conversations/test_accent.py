"""A channel's colour: whatever a company picks, its shades can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.accent import READABLE, SURFACES, contrast, from_oklch, shades, to_oklch

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@given(COLOURS)
def test_every_colour_gives_readable_shades(colour: str) -> None:
    found = shades(colour)
    if found is None:
        return
    for theme, shade in found.items():
        assert contrast(shade["accent"], SURFACES[theme]) >= READABLE
        assert contrast(shade["accent"], shade["wash"]) >= READABLE
        assert contrast(shade["on"], shade["accent"]) >= READABLE


@given(COLOURS)
def test_oklch_gives_the_colour_back(colour: str) -> None:
    assert from_oklch(*to_oklch(colour)) == colour


def test_a_readable_colour_stays_as_it_was_picked() -> None:
    found = shades("#1e5aa0")
    assert found is not None
    assert found["light"]["accent"] == "#1e5aa0"


def test_the_designs_own_colour_is_left_to_its_tokens() -> None:
    assert shades("#0B6963") is None


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#777777", 1), ("#0b6963", "#ffffff", 6.5)]
)
def test_contrast_is_the_ratio_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.05)
