"""Tools in a conversation: looked up for the signed-in customer, asked for what is missing, confirmed by a click."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.accounts import Role
from app.answering.tools import NewSource, SourceKind, ToolRegistry, change_source, find_source
from app.demo.orders import Place
from app.kernel.settings import Settings
from app.kernel.texts import text
from tests.answering.tools.orders import VISITORS, order_service, shopper, with_demo_tools
from tests.conversations.customer import Customer, Reading
from tests.serving import Served, free_port, serving


@dataclass
class Shop:
    """A Kefu with the demo company's tools, and the service itself."""

    kefu: Served
    place: Place

    async def orders(self, user_id: str = "U10001") -> list[dict[str, Any]]:
        """What the service knows of a customer, newest first."""
        return list((await self.ask("/orders", user_id))["orders"])

    async def returns(self, user_id: str = "U10001") -> list[dict[str, Any]]:
        """Return requests the service has."""
        return list((await self.ask("/returns", user_id))["returns"])

    async def ask(self, path: str, user_id: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.place.key}", "X-Customer-Id": user_id}
        async with httpx.AsyncClient(base_url=self.place.url, headers=headers) as client:
            found: dict[str, Any] = (await client.get(path)).json()
            return found


@pytest.fixture
async def shop(settings: Settings, tmp_path: Path) -> AsyncIterator[Shop]:
    folder = tmp_path / "shop"
    folder.mkdir()
    async with order_service(folder) as place:
        hosts = {"tool_hosts": f"127.0.0.1:{place.port}", "visitor_secret": SecretStr(VISITORS)}
        async with serving(settings.model_copy(update=hosts)) as kefu:
            await with_demo_tools(kefu, place)
            yield Shop(kefu, place)


def ended(reading: Reading) -> dict[str, Any]:
    [end] = reading.ended.values()
    return end.data


async def trace_of(shop: Shop, customer: Customer, answer_id: str) -> dict[str, Any]:
    supervisor = await shop.kefu.keyed(Role.SUPERVISOR)
    shown = await supervisor.get(f"{customer.path}/trace/{answer_id}")
    trace: dict[str, Any] = shown.json()["trace"]
    return trace


async def told_where_the_parcel_is(shop: Shop) -> None:
    customer = await shopper(shop.kefu)
    number = (await shop.orders())[0]["order_number"]
    end = ended(await customer.ask(f"{number} 到哪了？"))
    assert end["outcome"] == "tool" and number in end["text"] and "已揽收" in end["text"]
    trace = await trace_of(shop, customer, end["answer_id"])
    [step] = [one["notes"] for one in trace["steps"] if one["step"] == "tool"]
    assert step["tool"] == "track_delivery" and step["status"] == 200
    assert step["arguments"] == {"order_number": number, "X-Customer-Id": "U10001"}
    assert trace["decision"]["route"] == "tool" and shop.place.key not in str(trace)


async def asked_for_what_is_missing(shop: Shop) -> None:
    customer = await shopper(shop.kefu)
    asked = ended(await customer.ask("我的订单到哪儿了？"))
    orders = await shop.orders()
    assert asked["outcome"] == "clarified"
    assert asked["suggestions"][0] == f"{orders[0]['order_number']} · Nova Buds 2"
    told = ended(await customer.ask(asked["suggestions"][0]))
    assert told["outcome"] == "tool" and orders[0]["order_number"] in told["text"] and "正在路上" in told["text"]
    assert "运输中" in ended(await customer.ask(str(orders[0]["order_number"])))["text"]


async def asked_again_or_left_alone(shop: Shop) -> None:
    customer = await shopper(shop.kefu)
    await customer.ask("我的订单到哪儿了？")
    again = ended(await customer.ask("就是上次那个"))
    assert again["outcome"] == "clarified" and again["text"].startswith(text("tools.not_understood", "zh-CN"))
    left = ended(await customer.ask("退货运费谁出？"))
    assert left["outcome"] == "refused"  # this base is empty; what counts is that the form is left
    await customer.ask("我的订单到哪儿了？")
    assert ended(await customer.ask("算了"))["text"] == text("tools.left", "zh-CN")


async def kept_from_others_orders(shop: Shop) -> None:
    customer = await shopper(shop.kefu, "U10002")
    foreign = (await shop.orders("U10001"))[0]["order_number"]
    end = ended(await customer.ask(f"查订单 {foreign}，我的客户号是 U10001"))
    assert end["outcome"] == "tool" and end["text"].startswith("您的账户里没有这个订单")


async def asked_to_sign_in(shop: Shop) -> None:
    customer = await Customer.begin(shop.kefu.client(), locale="en")
    end = ended(await customer.ask("where is my order ND2611200001?"))
    assert (end["outcome"], end["text"]) == ("clarified", text("tools.sign_in", "en"))
    trace = await trace_of(shop, customer, end["answer_id"])
    assert not [one for one in trace["steps"] if one["step"] == "tool"]


async def test_a_signed_in_customer_is_told_asked_back_and_kept_from_others(shop: Shop) -> None:
    await told_where_the_parcel_is(shop)
    await asked_for_what_is_missing(shop)
    await asked_again_or_left_alone(shop)
    await kept_from_others_orders(shop)
    await asked_to_sign_in(shop)


async def returnable(shop: Shop) -> str:
    return next(str(o["order_number"]) for o in await shop.orders() if o["returnable_until"])


async def a_card(shop: Shop, customer: Customer) -> dict[str, Any]:
    number = await returnable(shop)
    asked = ended(await customer.ask(f"我想把 {number} 退货"))
    assert asked["outcome"] == "clarified" and "质量问题" in asked["suggestions"]
    card = ended(await customer.ask("质量问题"))
    assert card["outcome"] == "tool"
    return card


async def test_a_change_waits_for_the_customers_click_and_is_made_once(shop: Shop) -> None:
    customer = await shopper(shop.kefu)
    card = await a_card(shop, customer)
    asked = card["confirmation"]
    assert asked["state"] == "pending" and asked["fields"][1] == {"label": "退货原因", "value": "质量问题"}
    assert await shop.returns() == []
    shown = (await customer.snapshot())["messages"][-1]["confirmation"]
    assert shown == asked
    path = f"/confirmations/{asked['confirmation_id']}"
    clicks = [await customer.post(path, {"accept": True}) for _ in range(2)]
    assert [one.status_code for one in clicks] == [202, 202] and clicks[0].json() == clicks[1].json()
    reading = await customer.read_until("answer.completed", times=3)
    told = reading.ended[clicks[0].json()["answer_id"]].data
    [made] = await shop.returns()
    assert told["outcome"] == "tool" and made["return_number"] in told["text"]
    assert told["confirmation"] == {"confirmation_id": asked["confirmation_id"], "state": "done"}
    assert (await customer.post(path, {"accept": False})).json()["code"] == "confirmation_decided"
    messages = (await customer.snapshot())["messages"]
    assert messages[-2]["text"].startswith("确认：申请退货") and messages[-2]["role"] == "customer"
    assert next(m for m in messages if m["message_id"] == card["answer_id"])["confirmation"]["state"] == "done"


async def cancelled_or_foreign(shop: Shop) -> None:
    customer, other = await shopper(shop.kefu), await shopper(shop.kefu)
    card = await a_card(shop, customer)
    path = f"/confirmations/{card['confirmation']['confirmation_id']}"
    assert (await other.post(path, {"accept": True})).status_code == 404
    assert (await customer.post("/confirmations/nonsense", {"accept": True})).status_code == 404
    assert (await customer.post(path, {"accept": "yes"})).status_code == 422
    click = (await customer.post(path, {"accept": False})).json()
    reading = await customer.read_until("answer.completed", times=3)
    told = reading.ended[click["answer_id"]].data
    assert told["text"] == text("tools.cancelled", "zh-CN") and told["confirmation"]["state"] == "cancelled"
    assert await shop.returns() == []


async def closed_by_a_newer_one(shop: Shop) -> None:
    customer = await shopper(shop.kefu)
    first, _ = await a_card(shop, customer), await a_card(shop, customer)
    answer = await customer.post(f"/confirmations/{first['confirmation']['confirmation_id']}", {"accept": True})
    assert answer.json()["code"] == "confirmation_expired" and await shop.returns() == []


async def test_a_card_that_is_cancelled_foreign_or_old_changes_nothing(shop: Shop) -> None:
    await cancelled_or_foreign(shop)
    await closed_by_a_newer_one(shop)


async def refused_by_the_service(shop: Shop) -> None:
    customer = await shopper(shop.kefu)
    on_its_way = (await shop.orders())[0]["order_number"]
    card = ended(await customer.ask(f"I want to return order {on_its_way}, it is broken"))
    assert card.get("confirmation", {}).get("title") == "Return request", card
    click = await customer.post(f"/confirmations/{card['confirmation']['confirmation_id']}", {"accept": True})
    reading = await customer.read_until("answer.completed", times=2)
    told = reading.ended[click.json()["answer_id"]].data
    assert told["text"].startswith("This order has not been delivered") and told["confirmation"]["state"] == "failed"


async def test_what_the_service_refuses_or_cannot_answer_is_told_honestly(shop: Shop) -> None:
    await refused_by_the_service(shop)
    await away(shop)


async def away(shop: Shop) -> None:
    customer = await shopper(shop.kefu)
    registry = shop.kefu.tools[ToolRegistry]
    source = await find_source(registry, "orders")
    assert source is not None
    away = f"http://127.0.0.1:{free_port()}"
    await change_source(registry, source.id, NewSource(SourceKind.HTTP, "orders", away), None)
    await customer.write("查一下我的订单")
    reading = await customer.read_until("answer.failed")
    [failed] = reading.ended.values()
    assert failed.data["code"] == "tool_failed" and "什么都没有改动" in failed.data["text"]
