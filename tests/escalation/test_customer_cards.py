"""Orders beside a conversation: through the tools, under the agent's name, for customers the company vouches for."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.accounts import Role
from app.kernel.database import Database
from app.kernel.settings import Settings
from tests.answering.tools.orders import VISITORS, order_service, shopper, with_demo_tools
from tests.conversations.customer import Customer
from tests.serving import Served, serving


@pytest.fixture
async def shop(settings: Settings, tmp_path: Path) -> AsyncIterator[Served]:
    """A Kefu that may ask the demo company's order service."""
    folder = tmp_path / "shop"
    folder.mkdir()
    async with order_service(folder) as place:
        hosts = {"tool_hosts": f"127.0.0.1:{place.port}", "visitor_secret": SecretStr(VISITORS)}
        async with serving(settings.model_copy(update=hosts)) as served:
            await with_demo_tools(served, place)
            yield served


async def cards(client: httpx.AsyncClient, customer: Customer) -> httpx.Response:
    return await client.post(f"{customer.path}/customer-cards", headers={"Accept-Language": "zh-CN"})


async def test_a_known_customers_orders_are_shown_and_each_look_is_noted(shop: Served, database: Database) -> None:
    agent, customer = await shop.signed_in(Role.AGENT), await shopper(shop)
    answer = await cards(agent, customer)
    assert answer.status_code == 200, answer.text
    [card] = answer.json()["items"]
    assert card["worked"] and "Nova Buds 2" in card["text"] and card["title"] == "查询我的订单"
    async with database.reading() as session:
        calls = (await session.execute(text("SELECT * FROM tool_call"))).mappings().all()
    [call] = [dict(one) for one in calls]
    assert str(call["conversation_id"]) == customer.conversation_id
    me = (await agent.get("/api/v1/session")).json()
    assert call["actor"] == f"staff:{me['user']['user_id']}"


async def test_nobody_is_looked_up_for_a_stranger(shop: Served, database: Database) -> None:
    agent, stranger = await shop.signed_in(Role.AGENT), await Customer.begin(shop.client())
    assert (await cards(agent, stranger)).json() == {"state": "unverified", "items": []}
    assert (await cards(shop.client(), stranger)).status_code == 401
    assert (await cards(await shop.keyed(Role.INTEGRATOR), stranger)).status_code == 403
    async with database.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM tool_call"))).scalar_one() == 0


async def test_a_system_that_is_away_is_said_and_a_kefu_without_tools_has_no_cards(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    async with AsyncExitStack() as opened:
        place = await opened.enter_async_context(order_service(folder))
        hosts = {"tool_hosts": f"127.0.0.1:{place.port}", "visitor_secret": SecretStr(VISITORS)}
        async with serving(settings.model_copy(update=hosts)) as served:
            agent, customer = await served.signed_in(Role.AGENT), await shopper(served)
            assert (await cards(agent, customer)).json() == {"state": "looked_up", "items": []}
            await with_demo_tools(served, place)
            await opened.aclose()
            [card] = (await cards(agent, customer)).json()["items"]
            assert not card["worked"] and card["text"]
