"""Which tool a turn asks for: wishes and order numbers do, questions about the rules do not."""

import pytest

from app.answering.tools.domain import Source, SourceKind, Tool
from app.answering.tools.matching import best_match
from app.kernel.ids import new_id
from tests.answering.tools.orders import demo_specs

SOURCE = Source(new_id(), SourceKind.HTTP, "orders", "http://127.0.0.1:1")
TOOLS = [Tool(new_id(), SOURCE, spec, True, 1) for spec in demo_specs()]
WISHES = {
    "我的订单到哪儿了？": "track_delivery",
    "where is my order?": "track_delivery",
    "怎么还没到货啊": "track_delivery",
    "ＮＤ２６１１２００００１ 什么时候送到": "track_delivery",
    "帮我查一下订单": "list_orders",
    "my orders": "list_orders",
    "ND2611200001": "get_order",
    "帮我看看 nd2611200001 现在什么情况": "get_order",
    "我要退货，质量问题": "request_return",
    "我的耳机坏了想退货": "request_return",
    "I want to return order ND2611200001, it is broken": "request_return",
}
RULES = (
    "怎么申请退货？",
    "退货运费谁出",
    "签收几天内可以退货",
    "能退货吗",
    "我想问一下退货的事",
    "怎么取消订单",
    "订单能换型号吗",
    "我要换货",
    "How do I return something?",
    "do you ship to Tibet",
    "你们几点上班",
)


@pytest.mark.parametrize(("said", "wanted"), WISHES.items(), ids=str)
def test_a_wish_finds_its_tool(said: str, wanted: str) -> None:
    found = best_match(TOOLS, [said])
    assert found is not None and found.sure and found.tool.spec.name == wanted


@pytest.mark.parametrize("said", RULES)
def test_a_question_about_the_rules_is_left_to_the_documents(said: str) -> None:
    found = best_match(TOOLS, [said])
    assert found is None or not found.sure
