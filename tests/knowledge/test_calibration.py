"""Thresholds are set on questions the bases cannot answer."""

from app.knowledge import SearchTools, add_faq
from app.knowledge.calibration import calibrate
from app.knowledge.defaults import DEFAULTS, HASHED

SUBJECTS = [
    *("退货", "换货", "发票", "快递", "保修", "会员", "积分", "优惠券", "地址", "支付"),
    *("尺码", "颜色", "赠品", "安装", "维修", "电池", "屏幕", "耳机", "键盘", "充电"),
]


async def test_an_empty_base_keeps_the_default(search_tools: SearchTools) -> None:
    threshold, found_by = await calibrate(search_tools, await search_tools.embedders.present())
    assert (threshold, found_by["source"]) == (DEFAULTS[HASHED][0], "default")


async def test_a_base_with_knowledge_sets_both_thresholds_within_bounds(search_tools: SearchTools) -> None:
    for subject in SUBJECTS:
        await add_faq(search_tools, [f"怎么申请{subject}", f"{subject}的流程是什么"], f"关于{subject}请看帮助页。")
    default, _ = DEFAULTS[HASHED]
    threshold, found_by = await calibrate(search_tools, await search_tools.embedders.present())
    assert (found_by["source"], found_by["own_questions"]) == ("calibrated", 40)
    assert default * 0.8 - 1e-4 <= threshold <= default * 1.5 + 1e-4
    assert 0.85 <= float(str(found_by["near"])) <= 0.97


async def test_the_same_knowledge_gives_the_same_thresholds(search_tools: SearchTools) -> None:
    for subject in SUBJECTS[:5]:
        await add_faq(search_tools, [f"怎么申请{subject}"], f"关于{subject}请看帮助页。")
    present = await search_tools.embedders.present()
    assert await calibrate(search_tools, present) == await calibrate(search_tools, present)
