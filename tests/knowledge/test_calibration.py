"""Thresholds are set on questions the bases cannot answer."""

import pytest

from app.knowledge import SearchTools, add_faq
from app.knowledge.calibration import ELSEWHERE, bounded, calibrate
from app.knowledge.defaults import DEFAULTS, HASHED, OPENAI

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
    threshold, found_by = await calibrate(search_tools, await search_tools.embedders.present())
    assert (found_by["source"], found_by["own_questions"]) == ("calibrated", 40)
    assert threshold == pytest.approx(bounded(HASHED, threshold), abs=1e-4)
    assert 0.85 <= float(str(found_by["near"])) <= 0.97


async def test_a_base_about_everyday_things_is_stricter_but_not_deaf(search_tools: SearchTools) -> None:
    for number in range(3):
        await add_faq(search_tools, [f"怎么申请{SUBJECTS[number]}"], f"关于{SUBJECTS[number]}请看帮助页。")
    shop, _ = await calibrate(search_tools, await search_tools.embedders.present())
    for question in ELSEWHERE:
        await add_faq(search_tools, [question], "这是我们的业务。")
    oracle, _ = await calibrate(search_tools, await search_tools.embedders.present())
    default, _ = DEFAULTS[HASHED]
    assert shop < oracle == pytest.approx(default * 1.1, abs=1e-4)


def test_everyday_questions_move_a_trained_model_further_than_weight_free_vectors() -> None:
    for high in (0.0, 1.0):
        moved = {kind: abs(bounded(kind, high) / DEFAULTS[kind][0] - 1) for kind in (HASHED, OPENAI)}
        assert 0 < moved[HASHED] < moved[OPENAI]


async def test_the_same_knowledge_gives_the_same_thresholds(search_tools: SearchTools) -> None:
    for subject in SUBJECTS[:5]:
        await add_faq(search_tools, [f"怎么申请{subject}"], f"关于{subject}请看帮助页。")
    present = await search_tools.embedders.present()
    assert await calibrate(search_tools, present) == await calibrate(search_tools, present)
