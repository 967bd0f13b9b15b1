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


def test_a_citation_of_the_wrong_passage_counts_for_little() -> None:
    assert verdicts("电池保修六个月[1]。") == ["unsupported"]


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
