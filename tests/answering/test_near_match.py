"""Two questions are alike only when nothing that matters differs between them."""

import pytest

from app.answering.near_match import NEAR_ENOUGH, difference, likeness


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("请问如何申请电子发票呢", "怎么申请电子发票？"),
        ("电子发票怎么申请", "怎么申请电子发票？"),
        ("How do I cancel an order?", "how can i cancel my order"),
    ],
)
def test_other_words_for_the_same_question_are_alike(asked: str, known: str) -> None:
    found = likeness(asked, known)
    assert found.barred is None and found.score >= NEAR_ENOUGH


@pytest.mark.parametrize(
    ("asked", "known", "why"),
    [
        ("7 天内能退货吗", "15 天内能退货吗", "number"),
        ("耳机支持退货吗", "耳机不支持退货吗", "negation"),
        ("can I return it", "can't I return it", "negation"),
        ("Orbit 怎么重置", "Aster 怎么重置", "product"),
        ("Nova Buds 2 怎么重置", "Nova Buds 3 怎么重置", "number"),
        ("换货要多久", "换货要多少钱", "kind"),
        ("怎么开通自动续费", "怎么关闭自动续费", "opposite"),
        ("How do I enable it", "How do I disable it", "opposite"),
    ],
)
def test_what_differs_is_named(asked: str, known: str, why: str) -> None:
    assert difference(asked, known) == why


@pytest.mark.parametrize("text", ["能不能退货", "是不是正品", "有没有优惠", "非常划算吗", "不同颜色能换吗"])
def test_a_question_form_is_no_negation(text: str) -> None:
    assert difference(text, "可以退货吗") != "negation"


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("怎么配对 Nova Buds 2", "Nova Buds 2 怎么重置？"),
        ("What is your phone number?", "How do I change my phone number?"),
    ],
)
def test_one_subject_with_two_questions_is_not_one_question(asked: str, known: str) -> None:
    assert likeness(asked, known).score < NEAR_ENOUGH
