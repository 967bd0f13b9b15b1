"""Likeness of texts against values computed by hand, Chinese by character, English by word."""

from math import exp

import pytest

from app.evaluation.answers import likeness
from app.evaluation.answers.metrics import bleu, f1, rouge_l, tokens
from app.evaluation.answers.model_judge import share_in


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("七天无理由", ["七", "天", "无", "理", "由"]),
        ("Nova Buds 2 支持 5G。", ["nova", "buds", "2", "支", "持", "5g"]),
        ("签收后 **30 日内** [1]，可换。[12]", ["签", "收", "后", "30", "日", "内", "可", "换"]),
        ("ＡＢＣ１２３", ["abc123"]),
        ("iPhone手机", ["iphone", "手", "机"]),
        ("！？……", []),
    ],
    ids=["chinese", "mixed", "marks", "full_width", "no_blank", "nothing"],
)
def test_tokens(text: str, cut: list[str]) -> None:
    assert tokens(text) == cut


def test_f1_counts_each_token_as_often_as_both_have_it() -> None:
    # shared: 七 天 (2); 2·2 / (5 + 3)
    assert f1(list("七天无理由"), list("七天内")) == 0.5
    assert f1(["the", "the", "cat"], ["the", "dog"]) == 0.4
    assert f1(list("甲乙"), list("丙丁")) == 0.0 and f1([], ["a"]) == 0.0


def test_rouge_l_respects_the_order() -> None:
    # longest common subsequence of 我退货了 and 退我货: 我货 or 退货, 2; 2·2 / (4 + 3)
    assert rouge_l(list("我退货了"), list("退我货")) == 0.5714
    # "police kill the gunman" against "police killed the gunman": 3 of 4 and 4 (Lin 2004, example S2)
    assert rouge_l(["police", "kill", "the", "gunman"], ["police", "killed", "the", "gunman"]) == 0.75
    assert rouge_l(["the", "gunman", "kill", "police"], ["police", "killed", "the", "gunman"]) == 0.5


def test_bleu_of_one_text() -> None:
    same = list("签收七天内退货")
    assert bleu(same, same) == 1.0
    # 1-grams 2/3; 2-grams (1 + 1) / (2 + 1); 3-grams (0 + 1) / (1 + 1); no penalty
    assert bleu(list("甲乙丙"), list("甲乙丁")) == round((2 / 3 * 2 / 3 * 1 / 2) ** (1 / 3), 4)
    # half the length: every n-gram right, penalty exp(1 - 4/2)
    assert bleu(list("甲乙"), list("甲乙丙丁")) == round(exp(-1), 4)
    assert bleu(list("甲"), list("乙")) == 0.0 and bleu([], ["a"]) == 0.0


def test_the_best_reference_counts_for_each_measure() -> None:
    found = likeness("运费由买家承担。", ["运费由卖家承担", "买家承担"])
    assert found is not None
    assert (found.exact, found.contains) == (0.0, 1.0)
    assert found.f1 == round(2 * 6 / 14, 4) and found.rouge_l == round(2 * 6 / 14, 4)
    assert likeness("随便", []) is None and likeness("随便", ["……"]) is None
    whole = likeness("买家承担 [1]", ["买家承担"])
    assert whole is not None and set(vars(whole).values()) == {1.0}


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ('{"sentences": 4, "supported": 3}', 0.75),
        ('Let me count. {"sentences": 1} … ```json\n{"sentences": 2, "supported": 2}\n```', 1.0),
        ('{"sentences": 2, "supported": 3}', None),
        ('{"sentences": 0, "supported": 0}', None),
        ('{"sentences": "many", "supported": 1}', None),
        ("all of it", None),
        ("", None),
    ],
    ids=["plain", "fenced", "too_many", "none", "words", "prose", "empty"],
)
def test_a_judges_words_are_read_with_care(said: str, share: float | None) -> None:
    assert share_in(said) == share
