"""Every sentence of a generated answer is held against what it may come from."""

import pytest

from app.answering.check import check, gives_up
from tests.fakes.passages import document

POLICY = document("自签收之日起 7 天内可以无理由退货，退货运费由买家承担。")
WARRANTY = document("耳机整机保修一年，电池保修六个月。")


def verdicts(text: str, question: str = "怎么退货？") -> list[str]:
    return [s.verdict for s in check(text, [POLICY, WARRANTY], [POLICY, WARRANTY], question).sentences]


def test_each_sentence_gets_its_own_verdict() -> None:
    said = "签收 7 天内可以无理由退货[1]。运费由买家承担。本店还送您一辆汽车。希望能帮到您！"
    assert verdicts(said) == ["supported", "supported", "unsupported", "courtesy"]


def test_a_sentence_is_cited_anew_when_another_passage_says_it() -> None:
    checked = check("电池保修六个月[1]。", [POLICY], [POLICY, WARRANTY], "电池保修多久？")
    assert [s.verdict for s in checked.sentences] == ["moved"]
    assert checked.text == "电池保修六个月[2]。" and checked.cited == (POLICY, WARRANTY)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("签收 7 天内可以无理由退货[1]。", "supported"),
        ("签收七天内可以无理由退货[1]。", "supported"),
        ("签收一周内可以无理由退货[1]。", "supported"),
        ("签收 168 小时内可以无理由退货[1]。", "supported"),
        ("签收 10 天内可以无理由退货[1]。", "invented_number"),
        ("签收 7 小时内可以无理由退货[1]。", "wrong_unit"),
        ("签收 7 个月内可以无理由退货[1]。", "wrong_unit"),
        ("签收 7 天内不可以无理由退货[1]。", "negated"),
        ("退货运费不由买家承担[1]。", "negated"),
        ("退货请用顺丰，退货运费由买家承担[1]。", "invented_name"),
        ("退货到 Nova Store，退货运费由买家承担[1]。", "invented_name"),
        ("耳机整机保修 12 个月[2]。", "supported"),
        ("耳机整机保修两年[2]。", "invented_number"),
        ("3 月 15 日前签收 7 天内可以无理由退货[1]。", "invented_number"),
    ],
)
def test_figures_units_names_and_denials_must_be_those_of_the_passage(said: str, verdict: str) -> None:
    assert verdicts(said) == [verdict]


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("The battery lasts up to 9 hours [1].", "supported"),
        ("The battery lasts up to 9 days [1].", "wrong_unit"),
        ("The battery does not last up to 9 hours [1].", "negated"),
        ("The battery lasts up to 9 hours with Bluetooth Express [1].", "invented_name"),
        ("It ships on 5 March 2027, and the battery lasts up to 9 hours [1].", "invented_number"),
        ("It costs $49 and the battery lasts up to 9 hours [1].", "invented_number"),
    ],
)
def test_english_sentences_are_held_to_the_same(said: str, verdict: str) -> None:
    manual = document("The battery lasts up to 9 hours. Charging takes 90 minutes.", title="Nova Buds 2 manual")
    assert [s.verdict for s in check(said, [manual], [manual], "How long does the battery last?").sentences] == [
        verdict
    ]


def test_what_has_no_source_is_taken_out_or_marked_and_what_contradicts_is_always_taken_out() -> None:
    said = "签收 7 天内可以无理由退货[1]。本店还送您一辆汽车。手续费 35 元[1]。"
    assert check(said, [POLICY], [POLICY], "怎么退货").text == "签收 7 天内可以无理由退货[1]。"
    marked = check(said, [POLICY], [POLICY], "怎么退货", mark=True)
    assert marked.text == "签收 7 天内可以无理由退货[1]。本店还送您一辆汽车（这句没有出处）。" and marked.changed


def test_a_translated_sentence_is_held_to_its_figures_and_names_alone() -> None:
    english = check("You can return it within 7 days[1].", [POLICY], [POLICY], "How do I return it?")
    assert [s.verdict for s in english.sentences] == ["translated"] and not english.refused
    assert check("You can return it within 9 days[1].", [POLICY], [POLICY], "How do I return it?").refused


def test_the_company_may_be_named_without_a_passage() -> None:
    said = "Nebula 的商品签收 7 天内可以无理由退货[1]。"
    assert [s.verdict for s in check(said, [POLICY], [POLICY], "怎么退货").sentences] == ["invented_name"]
    assert [s.verdict for s in check(said, [POLICY], [POLICY], "怎么退货", allowed="Nebula").sentences] == ["supported"]


def test_a_number_from_nowhere_is_taken_out_and_the_rest_stands() -> None:
    checked = check("7 天内可以退货[1]。手续费 35 元[1]。", [POLICY], [POLICY], "怎么退货")
    assert checked.text == "7 天内可以退货[1]。" and checked.changed and not checked.refused


def test_a_number_of_the_question_may_be_repeated() -> None:
    checked = check("您签收 5 天，在 7 天内，可以无理由退货[1]。", [POLICY], [POLICY], "签收 5 天还能退货吗")
    assert not checked.changed


def test_steps_may_be_numbered() -> None:
    checked = check("1. 在 7 天内无理由退货[1]。\n2. 退货运费由买家承担[1]。", [POLICY], [POLICY], "怎么退货")
    assert not checked.changed and [s.verdict for s in checked.sentences] == ["supported", "supported"]


def test_an_answer_without_any_support_is_refused() -> None:
    assert check("月亮上住着一只兔子。它每天捣药。", [], [POLICY, WARRANTY], "月亮上有什么").refused


@pytest.mark.parametrize(
    "said",
    [
        "NO_ANSWER",
        "资料中没有提到退货的运费。",
        "抱歉，我无法在提供的资料中找到相关信息。",
        "I could not find that in the sources.",
        "The sources do not mention return fees.",
    ],
)
def test_a_model_that_gives_up_is_understood(said: str) -> None:
    assert gives_up(said)


@pytest.mark.parametrize("said", ["7 天内可以退货[1]，资料没有提到其他条件。", "您可以退货。", "You can return it."])
def test_an_answer_with_a_source_is_no_giving_up(said: str) -> None:
    assert not gives_up(said)
