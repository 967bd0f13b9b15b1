"""A small shop that cannot answer everything, its staff, and a worker that publishes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app.accounts import Role
from app.feedback import PublishingTools, do_publication
from app.jobs import JobState, list_jobs
from app.kernel.settings import Settings
from app.knowledge import SearchTools, add_faq
from tests.conversations.customer import Customer
from tests.knowledge.indexing import add_document, passages
from tests.serving import Served, serving

RETURNS = "签收后七天内可以无理由退货，商品需保持完好，邮费由买家承担。"
INVOICES = "电子发票在订单完成后二十四小时内发送到下单时填写的邮箱。"
Work = Callable[[], Awaitable[None]]


@dataclass
class Shop:
    """A running shop and those who work in it."""

    served: Served
    agent: httpx.AsyncClient
    supervisor: httpx.AsyncClient

    @property
    def tools(self) -> dict[type, Any]:
        return self.served.tools

    async def asked(self, text: str) -> dict[str, Any]:
        """A new customer's question; gives back the answer as the snapshot shows it."""
        customer = await Customer.begin(self.served.client())
        await customer.ask(text)
        answer: dict[str, Any] = (await customer.snapshot())["messages"][-1]
        return {**answer, "customer": customer}

    async def publish(self) -> None:
        """Does every waiting publication, as a worker would."""
        tools: PublishingTools = self.tools[PublishingTools]
        for job in await list_jobs(tools.database, states=[JobState.QUEUED], kind="correction_publish"):
            await do_publication(tools, job.id)

    async def proposed(self, answer: dict[str, Any], text: str, **plan: Any) -> dict[str, Any]:
        """The agent's correction of an answer."""
        form = {"message_id": answer["message_id"], "text": text, "plan": plan}
        made = await self.agent.post("/api/v1/corrections", json=form)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    async def accepted(self, correction: dict[str, Any], **form: Any) -> dict[str, Any]:
        """The supervisor accepts; then the worker does its part."""
        said = await self.supervisor.post(f"/api/v1/corrections/{correction['correction_id']}/accept", json=form)
        assert said.status_code == 200, said.text
        await self.publish()
        return await self.shown(correction)

    async def shown(self, correction: dict[str, Any]) -> dict[str, Any]:
        """The correction as it is now."""
        found: dict[str, Any] = (await self.agent.get(f"/api/v1/corrections/{correction['correction_id']}")).json()
        return found


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    async with serving(settings) as served:
        search: SearchTools = served.tools[SearchTools]
        await add_document(search, "购物须知", passages(RETURNS, INVOICES))
        await add_faq(search, ["怎么修改收货地址？", "地址写错了怎么办"], "发货前在订单详情里点修改地址。")
        yield Shop(served, await served.keyed(Role.AGENT), await served.keyed(Role.SUPERVISOR))
