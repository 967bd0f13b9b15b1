"""`kefu eval answers` counts what is right, what was refused in vain and what should have been refused."""

from pathlib import Path
from typing import Any

from app.commands.eval_answers import judge_all, problems, read_faq_names
from app.evaluation.answers import Judged, Labelled, Row, figures, read_labelled
from app.kernel.settings import Settings
from app.knowledge import SearchTools, add_faq
from app.wiring import switchboard

LINES = """
{"qid": "a", "question": "怎么申请电子发票", "answerable": true, "faqs": ["invoice"], "must_contain": [["订单详情"]]}
{"qid": "b", "question": "火星上能退货吗", "locale": "zh-CN", "answerable": false, "kind": "off-topic"}
"""


def judged(answerable: bool, outcome: str, says: bool = True, **more: Any) -> tuple[Labelled, Judged]:
    asked = Labelled("q", "?", "zh-CN", answerable, sources=("policy",))
    more = {"cited": ("zh/policy",), "right_cites": (True,), **more}
    return asked, Judged(outcome, "text", 10.0, says_right=says, **more)


def test_rates_tell_right_answers_vain_refusals_and_answers_that_should_not_be() -> None:
    found = figures(
        [
            judged(True, "answered"),
            judged(True, "faq", says=False),
            judged(True, "refused"),
            judged(True, "failed"),
            judged(False, "refused"),
            judged(False, "answered"),
        ]
    )
    assert found["right"] == 0.25 and found["answered"] == 0.5 and found["right_words_of_answered"] == 0.5
    assert found["false_refusal"] == 0.5 and found["false_answer"] == 0.5 and found["failed"] == round(1 / 6, 4)


def test_every_source_beside_the_right_one_costs_precision() -> None:
    three = judged(True, "answered", cited=("zh/policy", "zh/orders", "zh/club"), right_cites=(True, False, False))
    found = figures([three, judged(True, "faq")])
    assert found["citation_precision"] == 0.5 and found["right_source_of_answered"] == 1.0


async def test_questions_are_asked_through_the_pipeline_and_faqs_known_by_their_ids(
    settings: Settings, tmp_path: Path
) -> None:
    questions, faqs = tmp_path / "questions.jsonl", tmp_path / "faqs.jsonl"
    questions.write_text(LINES, "utf-8")
    faqs.write_text('{"id": "invoice", "questions": ["怎么申请电子发票？"]}', "utf-8")
    async with switchboard(settings) as board:
        await add_faq(board.tools[SearchTools], ["怎么申请电子发票？"], "在订单详情页点「申请发票」。")
        done = await judge_all(board, read_labelled(questions), read_faq_names(faqs))
    assert problems([Row(place, asked, one) for place, (asked, one) in enumerate(done)]) == []
    (_, first), (_, second) = done
    assert first.outcome == "faq" and first.cited == ("invoice",) and second.outcome == "refused"
