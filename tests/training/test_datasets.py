"""A dataset depends on its content alone, holds one row a question, and names nobody."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.feedback import Correction, CorrectionState, RatedAnswer
from app.training.datasets import build_dataset, lessons_from, same_question
from app.training.domain import Faq, Lesson, Source
from app.training.errors import NothingToLearn
from app.training.privacy import personal_values, without_personal_values
from tests.fakes.training import PlainForm

PROMPT = (
    {"role": "system", "content": "你是客服。热线 13900001111。"},
    {"role": "user", "content": "资料：保修一年。\n问题：保修多久？"},
)


def a_correction(question: str = "保修多久？", answer: str = "保修两年。", **changes: Any) -> Correction:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    made = Correction(
        uuid4(),
        uuid4(),
        uuid4(),
        question,
        "保修一年。",
        answer,
        "zh-CN",
        PROMPT,
        CorrectionState.ACCEPTED,
        None,
        uuid4(),
        "林",
        at,
        None,
        None,
        None,
    )
    return replace(made, **changes)


def a_lesson(question: str, answer: str = "好。", source: Source = Source.FAQ, locale: str = "zh-CN") -> Lesson:
    return Lesson(source, uuid4(), question, ({"role": "user", "content": question},), answer, locale)


def rows_of(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def test_the_order_lessons_come_in_does_not_change_the_dataset() -> None:
    lessons = [a_lesson(f"问题{n}？") for n in range(20)]
    forward, backward = build_dataset(lessons, "x"), build_dataset(list(reversed(lessons)), "x")
    assert forward.data == backward.data and forward.sha256 == backward.sha256
    assert forward.sha256 == hashlib.sha256(forward.data).hexdigest()


def test_another_answer_makes_another_dataset() -> None:
    lesson = a_lesson("保修多久？")
    assert build_dataset([lesson], "x").sha256 != build_dataset([replace(lesson, answer="不好。")], "x").sha256


def test_a_correction_wins_over_the_faq_and_the_liked_answer_to_the_same_question() -> None:
    corrected = a_correction("保修多久?")
    kept = RatedAnswer(uuid4(), uuid4(), "保修多久", "保修一年。", "zh-CN", PROMPT)
    faq = Faq(uuid4(), ("保修多久？", "怎么退货？"), "保修一年。")
    built = build_dataset(lessons_from([corrected], [faq], [kept], PlainForm()), "x")
    answers = {row["source"]: row["completion"][0]["content"] for row in rows_of(built.data)}
    assert answers == {"correction": "保修两年。", "faq": "保修一年。"} and built.rows == 2
    assert built.manifest["duplicates_left_out"] == 2
    assert built.manifest["provenance"]["correction"] == [str(corrected.id)]


def test_the_newest_of_two_corrections_wins() -> None:
    old = a_correction(answer="保修两年。", id=UUID(int=1))
    new = a_correction(answer="保修三年。", id=UUID(int=2))
    for order in ([old, new], [new, old]):
        rows = rows_of(build_dataset(lessons_from(order, [], [], PlainForm()), "x").data)
        assert [row["completion"][0]["content"] for row in rows] == ["保修三年。"]


def test_the_same_words_in_two_languages_are_two_lessons() -> None:
    built = build_dataset([a_lesson("WiFi?", "连接。"), a_lesson("WiFi?", "Connect.", locale="en")], "x")
    assert built.rows == 2 and built.manifest["by_locale"] == {"en": 1, "zh-CN": 1}


def test_a_correction_is_learnt_in_the_prompt_it_was_asked_in_and_a_quoted_one_in_the_plain_form() -> None:
    asked, quoted = a_correction("甲？"), a_correction("乙？", prompt=None)
    lessons = lessons_from([asked, quoted], [], [], PlainForm())
    assert {lesson.question: lesson.prompt for lesson in lessons} == {
        "甲？": PROMPT,
        "乙？": PlainForm().prompt("乙？", "保修两年。", "zh-CN"),
    }


def test_without_anything_reviewed_there_is_nothing_to_learn() -> None:
    with pytest.raises(NothingToLearn):
        build_dataset([], "x")


@pytest.mark.parametrize(
    ("one", "other"), [("保修 多久？", "保修多久"), ("Ｗｉ－Ｆｉ?", "wi-fi"), ("How long?!", "how  long")]
)
def test_width_case_spaces_and_final_punctuation_make_no_new_question(one: str, other: str) -> None:
    assert same_question(one) == same_question(other)


def test_a_number_makes_a_new_question() -> None:
    assert same_question("保修1年？") != same_question("保修2年？")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我的手机是13800138000，谢谢", "phone"),
        ("call +44 20 7946 0958 please", "phone"),
        ("写到 lin.wei@example.com 吧", "email"),
        ("身份证11010519491231002X", "id_number"),
        ("卡号 4111 1111 1111 1111", "card_number"),
    ],
)
def test_personal_values_are_recognised(text: str, kind: str) -> None:
    assert list(personal_values(text).values()) == [kind]


@pytest.mark.parametrize(
    "text", ["订单 20261122000000012345", "热线400-820-8820", "序列号 SN1380013800012", "3.14159265"]
)
def test_order_numbers_hotlines_and_serials_are_not_personal(text: str) -> None:
    assert personal_values(text) == {}


def test_what_a_customer_tells_about_themselves_is_masked_everywhere_but_published_numbers_stay() -> None:
    prompt = (PROMPT[0], {"role": "user", "content": "资料：热线 13900001111。\n问题：我是13800138000，保修多久？"})
    question, turns, answer, masked = without_personal_values(
        "我是13800138000，保修多久？", prompt, "已给13800138000登记，请打13900001111。", "zh-CN"
    )
    assert question == "我是〔电话〕，保修多久？" and masked == 1
    assert turns[1]["content"] == "资料：热线 13900001111。\n问题：我是〔电话〕，保修多久？"
    assert answer == "已给〔电话〕登记，请打13900001111。"


def test_earlier_turns_are_masked_too() -> None:
    prompt = (
        {"role": "system", "content": "You answer."},
        {"role": "user", "content": "I am ann@example.com"},
        {"role": "assistant", "content": "Hello ann@example.com"},
        {"role": "user", "content": "How long?"},
    )
    _, turns, _, masked = without_personal_values("How long?", prompt, "Two years.", "en")
    assert [turn["content"] for turn in turns[1:3]] == ["I am [email]", "Hello [email]"] and masked == 1
