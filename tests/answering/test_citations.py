"""Marks are read in every common form and however the stream is cut; what cites nothing real is dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.citations import CitationMarks, cited_numbers


def through(marks: CitationMarks, *pieces: str) -> str:
    return "".join(marks.feed(piece) for piece in pieces) + marks.end()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("退货要七天[2]。", "退货要七天[1]。"),
        ("甲【3】乙［1］", "甲[1]乙[2]"),
        ("both [1,2] and [2][1]", "both[1][2] and[2][1]"),
        ("see [^1] and [资料2]", "see[1] and[2]"),
        ("none [7] here [0]", "none here"),
        ("a [link](http://x) and [text] stay", "a [link](http://x) and [text] stay"),
        ("a [1](http://x) link stays", "a [1](http://x) link stays"),
        ("array[index] = 3", "array[index] = 3"),
    ],
)
def test_each_form_of_a_mark(written: str, shown: str) -> None:
    assert through(CitationMarks(3), written) == shown


def test_numbers_follow_the_order_of_first_use() -> None:
    marks = CitationMarks(5)
    assert through(marks, "一[4]。二[2]。三[4][1]。") == "一[1]。二[2]。三[1][3]。"
    assert marks.order == [4, 2, 1] and cited_numbers("一[1]。二[2]。三[1][3]。") == [1, 2, 3]


@given(st.lists(st.sampled_from(["一", "[", "1", "2", "]", " ", "【3】", "[2,1]", "。", "(x)", "\n"]), max_size=30))
def test_where_the_stream_is_cut_makes_no_difference(parts: list[str]) -> None:
    whole = through(CitationMarks(3), "".join(parts))
    assert through(CitationMarks(3), *parts) == whole
    assert through(CitationMarks(3), *"".join(parts)) == whole


def test_a_bracket_that_never_closes_is_shown_in_the_end() -> None:
    assert through(CitationMarks(3), "half [", "1") == "half [1"
