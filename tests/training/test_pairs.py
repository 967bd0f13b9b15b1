"""Preference pairs: where they come from, which are no use, and which runs may learn from them."""

from dataclasses import replace
from uuid import uuid4

import orjson
import pytest

from app.feedback import Correction, CorrectionState
from app.training.datasets.build import build_dataset
from app.training.datasets.lessons import lessons_from
from app.training.domain import Lesson, Reviewed, Source
from tests.fakes.training import PlainForm

PROMPT = ({"role": "user", "content": "耳机保修多久？"},)
GOOD = Lesson(
    Source.CORRECTION, uuid4(), "耳机保修多久？", PROMPT, "保修两年，凭发票办理。", "zh-CN", rejected="保修一年。"
)


def built(*lessons: Lesson) -> tuple[dict[str, int], list[dict[str, object]], dict[str, int]]:
    """Pairs by split, the rows, and what the step of pairs dropped."""
    made = build_dataset(lessons, "pairs")
    step = next(one for one in made.manifest["steps"] if one["name"] == "pairs")
    return made.manifest["pairs"], [orjson.loads(line) for line in made.data.splitlines()], step["codes"]


def test_a_replaced_answer_makes_its_row_a_pair() -> None:
    pairs, (row,), _ = built(GOOD)
    assert pairs == {"train": 1}
    assert row["rejected"] == [{"role": "assistant", "content": "保修一年。"}]


@pytest.mark.parametrize(
    ("rejected", "code"),
    [
        ("保修两年，凭发票办理！", "pair_same"),
        ("锟斤拷锟斤拷锟斤拷", "pair_garbled"),
        ("修", "pair_answer_too_short"),
        ("Гарантия два года.", "pair_other_language"),
    ],
)
def test_a_pair_without_a_lesson_loses_its_rejected_answer_but_not_its_row(rejected: str, code: str) -> None:
    pairs, rows, codes = built(replace(GOOD, rejected=rejected))
    assert (pairs, codes) == ({}, {code: 1})
    assert len(rows) == 1 and "rejected" not in rows[0]


def test_what_a_rejected_answer_repeats_of_a_customer_is_masked() -> None:
    lesson = replace(GOOD, question="我的手机是13812345678，保修多久？", rejected="13812345678 的保修是一年。")
    _, (row,), _ = built(lesson)
    assert "13812345678" not in orjson.dumps(row).decode()


def correction(prompt: tuple[dict[str, str], ...] | None) -> Correction:
    from datetime import UTC, datetime

    return Correction(
        uuid4(),
        uuid4(),
        uuid4(),
        "耳机保修多久？",
        "保修一年。",
        "保修两年，凭发票办理。",
        "zh-CN",
        prompt,
        CorrectionState.ACCEPTED,
        None,
        uuid4(),
        "林",
        datetime.now(UTC),
        None,
        "陈",
        None,
    )


def test_only_what_a_model_said_is_preferred_against() -> None:
    said, quoted = (lessons_from([correction(prompt)], [], [], PlainForm())[0] for prompt in (PROMPT, None))
    assert (said.rejected, quoted.rejected) == ("保修一年。", "")


def test_an_edited_suggestion_is_a_pair_once_its_reply_is_reviewed() -> None:
    reviewed = Reviewed(uuid4(), Source.REPLY, "能退吗？", "七天内可以退货。", "zh-CN", rejected="可以退。")
    (lesson,) = lessons_from([], [], [], PlainForm(), [reviewed])
    assert (lesson.answer, lesson.rejected) == ("七天内可以退货。", "可以退。")
