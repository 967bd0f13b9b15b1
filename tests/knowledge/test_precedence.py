"""Where two bases answer alike, the one with the higher priority comes first, and nothing else moves."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from app.knowledge import SearchRequest, SearchTools, add_faq, search_passages
from app.knowledge.bases.precedence import in_precedence
from tests.knowledge.indexing import add_document, add_test_base, passages

OTHERS = ("电子发票在订单完成后发到邮箱。", "会员积分每年年底清零。", "支持支付宝和微信付款。")
RULES = [
    (
        "签收后几天内可以无理由退货",
        "全国规定：签收后七天内可以无理由退货。",
        "门店规定：签收后十五天内可以无理由退货。",
    ),
    ("退货的运费谁出", "退货运费由买家承担；质量问题由我们承担。", "门店自提订单退货的运费由顾客自己承担。"),
    ("保修期多长", "耳机的保修期是自签收之日起十二个月。", "保修期：十二个月，以本地门店登记为准，需要原始发票。"),
    (
        "How long is the warranty on headphones?",
        "National rule: headphones carry a warranty of twelve months from delivery.",
        "Berlin rule: headphones carry a warranty of six months from delivery.",
    ),
]


FIRST = "默认 Default"


async def prioritise(tools: SearchTools, name: str, priority: int) -> None:
    async with tools.database.transaction() as session:
        values = {"priority": priority, "name": name}
        await session.execute(text("UPDATE base SET priority = :priority WHERE name = :name"), values)


@pytest.mark.parametrize(("question", "national", "local"), RULES)
async def test_a_national_rule_beats_a_local_one_and_the_other_way_round(
    search_tools: SearchTools, question: str, national: str, local: str
) -> None:
    base_id = await add_test_base(search_tools, "local")
    await add_document(search_tools, "规定", passages(national, *OTHERS))
    await add_document(search_tools, "规定", passages(local), base_id)
    plain = await search_passages(search_tools, SearchRequest([question]))
    for name, first, second in ((FIRST, national, local), ("local", local, national)):
        await prioritise(search_tools, name, 10)
        found = await search_passages(search_tools, SearchRequest([question]))
        assert [hit.text for hit in found.hits[:2]] == [first, second]
        assert found.answerable and [hit.text for hit in found.hits[2:]] == [hit.text for hit in plain.hits[2:]]
        await prioritise(search_tools, name, 0)


async def test_a_passage_that_answers_worse_stays_behind_whatever_its_base(search_tools: SearchTools) -> None:
    base_id = await add_test_base(search_tools, "local")
    await add_document(search_tools, "规定", passages("会员积分可以抵现，一百积分抵一元。"))
    await add_document(search_tools, "规定", passages("门店营业到晚上九点，可以办理会员卡。", *OTHERS), base_id)
    await prioritise(search_tools, "local", 100)
    found = await search_passages(search_tools, SearchRequest(["会员积分怎么抵现"]))
    assert found.hits[0].text == "会员积分可以抵现，一百积分抵一元。"


async def test_an_exact_answer_comes_from_the_base_with_the_higher_priority(search_tools: SearchTools) -> None:
    base_id = await add_test_base(search_tools, "local")
    await add_faq(search_tools, ["怎么退货"], "全国：在订单页申请。")
    await add_faq(search_tools, ["怎么退货"], "门店：带小票来店。", base_id)
    for name, answer in ((FIRST, "全国：在订单页申请。"), ("local", "门店：带小票来店。")):
        await prioritise(search_tools, name, 10)
        found = await search_passages(search_tools, SearchRequest(["请问怎么退货"]))
        assert found.faq_exact is not None and found.faq_exact.answer == answer
        await prioritise(search_tools, name, 0)


Row = tuple[str, float, int]


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        ([("a", 0.9, 0), ("b", 0.85, 0)], "ab"),
        ([("a", 0.9, 0), ("b", 0.85, 1)], "ba"),
        ([("a", 0.9, 0), ("b", 0.7, 1)], "ab"),
        ([("a", 0.9, 0), ("b", 0.85, 0), ("c", 0.82, 2)], "cab"),
        ([("a", 0.9, 0), ("b", 0.82, 0), ("c", 0.75, 2)], "abc"),  # like b, but not like the best
        ([("a", 0.35, 0), ("b", 0.34, 1)], "ab"),  # neither answers
        ([("a", 0.42, 0), ("b", 0.38, 1)], "ab"),  # only one answers
        ([], ""),
    ],
)
def test_only_neighbours_that_answer_alike_change_places(rows: Sequence[Row], order: str) -> None:
    placed = in_precedence(
        rows,
        worth=lambda row: row[1],
        priority=lambda row: row[2],
        answers=lambda row: row[1] >= 0.4,
        apart=0.1,
    )
    assert "".join(row[0] for row in placed) == order
