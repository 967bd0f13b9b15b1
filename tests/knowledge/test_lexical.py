"""Text as search sees it: spelling, terms and canonical questions."""

import numpy as np
import pytest

from app.knowledge import canonical_text, same_numbers_and_negations
from app.knowledge.lexical import TERM_SPACE, normalise, stem, terms_of


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("電腦軟體發票", "电脑软体发票"),
        ("  a\t b\u3000c ", "a b c"),
        ("ﬁle ①", "file 1"),
    ],
)
def test_width_script_and_case_do_not_matter(said: str, seen: str) -> None:
    assert normalise(said) == seen


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("returns", "return"),
        ("returning", "return"),
        ("returned", "return"),
        ("policies", "policy"),
        ("class", "class"),
    ],
)
def test_common_english_endings_fall_away(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


def shared(first: str, second: str) -> float:
    one, other = set(terms_of(first).ids.tolist()), set(terms_of(second).ids.tolist())
    return len(one & other) / min(len(one), len(other))


def test_terms_are_sorted_unique_and_inside_the_space() -> None:
    terms = terms_of("退货退货 return returns 你好😀 X-200", "标题")
    assert np.all(np.diff(terms.ids) > 0)
    assert terms.ids.min() >= 0 and terms.ids.max() < TERM_SPACE
    assert terms.counts.sum() == terms.length


def test_pairs_of_characters_count_but_not_across_a_mark_or_a_border() -> None:
    assert terms_of("甲乙").length == 3
    assert terms_of("甲，乙").length == 2
    assert terms_of("甲", "乙").length == 2


def test_a_product_code_is_found_however_it_is_parted() -> None:
    assert shared("X-200", "x200") > 0
    assert shared("x200", "X200 耳机") > 0


@pytest.mark.parametrize("text", ["", " ", "！？", "😀", "\u200b"])
def test_text_without_words_has_no_terms(text: str) -> None:
    assert terms_of(text).length == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("你好，请问一下怎么退货呢？", "如何退货"),
        ("請問如何退貨", "怎样退货？"),
        ("什么价格", "多少钱？"),
        ("能否开发票", "可以开发票吗"),
        ("Hi, how to return? Thanks", "how to return"),
        ("可以开发票吗？谢谢", "可以开发票"),
    ],
)
def test_politeness_and_spelling_leave_the_same_canonical_question(first: str, second: str) -> None:
    assert canonical_text(first) == canonical_text(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("怎么退货", "怎么换货"),
        ("7 天退货", "15 天退货"),
        ("能退货吗", "不能退货吗"),
        ("请假怎么办", "假怎么办"),
        ("4.5 折", "45 折"),
        ("return to sender", "sender return"),
        ("客服电话", "电话"),
    ],
)
def test_questions_that_differ_in_meaning_keep_different_canonicals(first: str, second: str) -> None:
    assert canonical_text(first) != canonical_text(second)


@pytest.mark.parametrize("text", ["你好", "谢谢", "吗", "please", "？？"])
def test_mere_politeness_is_kept_as_it_is(text: str) -> None:
    assert canonical_text(text)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("能不能退货", "可以退货吗", True),
        ("是不是包邮", "包邮吗", True),
        ("不同颜色能换吗", "换颜色", True),
        ("不能退货怎么办", "能退货怎么办", False),
        ("买了七天", "买了十五天", False),
        ("iPhone 15", "iPhone 16", False),
        ("I cannot sign in", "I can sign in", False),
        ("没有收到货", "收到货", False),
    ],
)
def test_numbers_and_negations_must_agree(first: str, second: str, same: bool) -> None:
    assert same_numbers_and_negations(first, second) is same
