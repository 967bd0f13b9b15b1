"""Quotes are cut out word for word, whole enough to be understood, and only where they answer."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.quotes import LONGEST_QUOTE, choose_quotes, supporting_quote
from tests.fakes.passages import document, faq

TABLE = """下表按地区列出时效。

| 地区 | 时效 | 运费 |
| --- | --- | --- |
| 上海 | 次日 | 0 元 |
| 西藏 | 4 至 6 日 | 15 元 |
"""
DEMO = Path(__file__).parents[2] / "app" / "demo" / "documents" / "zh"


def test_a_table_row_is_quoted_with_its_header() -> None:
    quote = choose_quotes("西藏几天能到", [document(TABLE)])[0].text
    assert quote.startswith("| 地区 | 时效 | 运费 |") and quote.endswith("| 西藏 | 4 至 6 日 | 15 元 |")


def test_a_list_is_quoted_with_the_line_that_opens_it() -> None:
    text = "重置步骤：\n1. 把两只耳机放回充电盒。\n2. 按住按键十秒。\n3. 重新配对。\n\n保修一年。"
    quote = choose_quotes("耳机怎么重置", [document(text)])[0].text
    assert quote.startswith("重置步骤：") and "3. 重新配对。" in quote and "保修" not in quote


def test_a_question_of_time_prefers_the_sentence_with_a_time() -> None:
    text = "退款由财务部处理。\n\n退款在收到商品后 3 个工作日内原路返回。\n\n退款失败请联系我们。"
    assert "3 个工作日" in choose_quotes("退款多久到账", [document(text)])[0].text


def test_a_curated_answer_is_quoted_whole() -> None:
    known = faq("怎么取消订单？", "未发货的可以自己取消。\n已发货的请拒收。")
    assert choose_quotes("订单怎么取消", [known])[0].text == "未发货的可以自己取消。\n已发货的请拒收。"


def test_a_curated_answer_is_about_what_its_questions_say_and_not_what_it_happens_to_mention() -> None:
    unpaid = faq("My unpaid order was cancelled", "It catches up in 10 minutes; else the money is returned.", score=0.9)
    how = faq("Where do I start a return?", "Open the order and choose after-sales.", score=0.85)
    chosen = choose_quotes("I want to return my order", [unpaid, how])
    assert chosen[0].index == 1


def test_headings_and_date_stamps_are_never_quoted() -> None:
    text = "# 充电器说明\n\n第 3 版 · 2026-10-09 更新 · 产品部\n\n充电器输出 65 W。"
    quotes = choose_quotes("充电器第 3 版说明输出多少", [document(text)])
    assert [quote.text for quote in quotes] == ["充电器输出 65 W。"]


def test_a_second_quote_must_add_something() -> None:
    same = "退货运费由买家承担，单件约 12 元。"
    passages = [document(same), document(same + "请不要寄到付件。"), document("换货运费由我们承担。")]
    assert [quote.index for quote in choose_quotes("退货运费和换货运费谁承担", passages)] == [0, 2]


def test_what_is_new_but_beside_the_question_is_not_quoted() -> None:
    answer = faq(
        "退货的运费谁出？", "看原因。质量问题退货由我们承担；七天无理由退货由您承担，单件约 12 元。", score=1.0
    )
    beside = faq(
        "维修要多久？", "收到后 7 个工作日内修好寄出，往返运费由我们承担。超过 15 个工作日可以换货。", score=0.7
    )
    assert [quote.index for quote in choose_quotes("退货的寄回运费由谁承担？", [answer, beside])] == [0]


def test_a_question_of_nothing_is_answered_with_nothing() -> None:
    assert choose_quotes("？？？", [document("保修一年。")]) == []


def test_the_supporting_part_of_a_claim_is_found() -> None:
    passage = document("整机保修一年。电池保修六个月。\n\n发票可以补开。")
    assert "六个月" in supporting_quote("电池只保六个月", passage)
    assert supporting_quote("!!!", passage) == passage.text


@pytest.mark.parametrize("path", sorted(DEMO.glob("*.md")), ids=lambda path: path.stem)
def test_every_quote_of_a_real_document_stands_in_it(path: Path) -> None:
    text = path.read_text("utf-8")
    passages = [document(text[i : i + 700]) for i in range(0, len(text), 700)]
    for heading in (line.lstrip("# ") for line in text.splitlines() if line.startswith("##")):
        for quote in choose_quotes(f"{heading}怎么办，多久？", passages):
            assert quote.text in passages[quote.index].text and 0 < len(quote.text) <= 2 * LONGEST_QUOTE


@given(st.text(max_size=400), st.text(max_size=60))
def test_whatever_the_text_a_quote_is_a_part_of_it(text: str, question: str) -> None:
    for quote in choose_quotes(question, [document(text)]):
        assert quote.text in text


def test_the_demo_questions_file_is_readable_for_evaluation() -> None:
    lines = (Path(__file__).parents[1] / "evaluation" / "demo_questions.jsonl").read_bytes().splitlines()
    assert all({"qid", "question", "answerable"} <= orjson.loads(line).keys() for line in lines)
