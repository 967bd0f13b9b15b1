"""Put aside until a moment: it takes no room, the customer's next word brings it back, and so does the moment."""

from datetime import timedelta

import httpx
import pytest

from app.accounts import Role
from app.escalation import EscalationTools
from app.escalation.snooze.service import wake_due
from app.kernel.clock import now
from tests.conversations.customer import Customer
from tests.serving import Served


@pytest.fixture
async def agent(chat: Served) -> httpx.AsyncClient:
    """Agent, signed in."""
    return await chat.signed_in(Role.AGENT)


async def state(agent: httpx.AsyncClient, customer: Customer) -> tuple[str, str]:
    shown = (await agent.get(customer.path)).json()
    return shown["owner"], shown["lifecycle"]


async def test_it_sleeps_until_its_moment_or_the_customers_next_word(
    chat: Served, customer: Customer, agent: httpx.AsyncClient
) -> None:
    tools: EscalationTools = chat.tools[EscalationTools]
    await customer.ask("在吗？")
    aside = f"{customer.path}/snooze"
    assert (await agent.post(aside, json={"minutes": 60})).json()["code"] == "wrong_state", "nobody serves it"
    await agent.post(f"{customer.path}/take-over")
    for bad in ({}, {"minutes": 0}, {"minutes": 43_201}, {"minutes": "60"}):
        assert (await agent.post(aside, json=bad)).status_code == 422, bad
    for minutes in (60, 120):
        assert (await agent.post(aside, json={"minutes": minutes})).json()["lifecycle"] == "snoozed"
    page = (await agent.get(f"/desk/conversations/{customer.conversation_id}?show=mine")).text
    assert "稍后处理，到" in page and 'data-act="wake"' in page
    await wake_due(tools, now() + timedelta(minutes=90))
    assert await state(agent, customer) == ("agent", "snoozed"), "the later moment counts"
    for _ in range(2):
        await wake_due(tools, now() + timedelta(minutes=121))
    assert await state(agent, customer) == ("agent", "open")
    await agent.post(aside, json={"minutes": 60})
    await customer.write("还在吗？")
    assert await state(agent, customer) == ("agent", "open"), "the customer wrote"
    await wake_due(tools, now() + timedelta(minutes=61))
    await agent.post(aside, json={"minutes": 60})
    assert (await agent.post(f"{customer.path}/wake")).json()["lifecycle"] == "open"
    assert (await agent.post(f"{customer.path}/close", json={"outcome": "resolved"})).status_code == 200
    await wake_due(tools, now() + timedelta(minutes=61))
    assert await state(agent, customer) == ("none", "closed"), "what ended stays so"
    assert (await agent.post(f"{customer.path}/wake")).json()["code"] == "wrong_state"


async def test_only_whose_it_is_puts_it_aside(chat: Served, customer: Customer, agent: httpx.AsyncClient) -> None:
    await customer.ask("在吗？")
    await agent.post(f"{customer.path}/take-over")
    other = await chat.signed_in(Role.AGENT, "other@example.com")
    for step, form in (("snooze", {"minutes": 5}), ("wake", None)):
        refused = await other.post(f"{customer.path}/{step}", json=form)
        assert (refused.status_code, refused.json()["code"]) == (409, "taken_by_another")
    told = await customer.read_until("owner.changed")
    assert (await agent.post(f"{customer.path}/snooze", json={"minutes": 5})).status_code == 200
    assert "lifecycle.changed" not in told.names(), "the customer is told nothing of it"
