"""Thresholds are set on questions the bases cannot answer."""

from app.knowledge import SearchRequest, SearchTools, add_faq, recalibrate, search_passages
from app.knowledge.defaults import DEFAULTS, HASHED
from tests.knowledge.indexing import add_document, passages

SUBJECTS = [
    *("退货", "换货", "发票", "快递", "保修", "会员", "积分", "优惠券", "地址", "支付"),
    *("尺码", "颜色", "赠品", "安装", "维修", "电池", "屏幕", "耳机", "键盘", "充电"),
]


async def test_an_empty_base_keeps_the_default(search_tools: SearchTools) -> None:
    await recalibrate(search_tools)
    assert (await search_tools.embedders.present(fresh=True)).card.threshold == DEFAULTS[HASHED][0]


async def test_it_is_done_again_only_when_the_knowledge_has_changed(search_tools: SearchTools) -> None:
    await add_document(search_tools, "须知", passages("七天无理由退货。"))
    assert await recalibrate(search_tools)
    assert not await recalibrate(search_tools)
    await add_faq(search_tools, ["怎么开发票"], "在订单里开。")
    assert await recalibrate(search_tools)


async def test_everyday_questions_stay_below_the_threshold_and_own_ones_above(search_tools: SearchTools) -> None:
    for subject in SUBJECTS:
        await add_faq(search_tools, [f"怎么申请{subject}", f"{subject}的流程是什么"], f"关于{subject}请看帮助页。")
    await recalibrate(search_tools)
    card = (await search_tools.embedders.present(fresh=True)).card
    assert card.calibration["own_questions"] == 40
    inside = await search_passages(search_tools, SearchRequest(["我想问问保修要怎么申请"]))
    outside = await search_passages(search_tools, SearchRequest(["明天北京天气怎么样"]))
    assert inside.threshold == card.threshold
    assert inside.answerable and not outside.answerable


async def test_the_near_threshold_is_above_the_likeness_of_questions_with_other_answers(
    search_tools: SearchTools,
) -> None:
    for subject in SUBJECTS:
        await add_faq(search_tools, [f"怎么申请{subject}"], f"关于{subject}请看帮助页。")
    await recalibrate(search_tools)
    result = await search_passages(search_tools, SearchRequest(["怎么申请以旧换新"]))
    assert result.faq_near is None
