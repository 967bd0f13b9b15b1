"""Who is typing and who else looks: told to those who have the conversation open, and kept nowhere."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app.accounts import Role
from app.conversations.domain import event_id
from app.kernel.ids import new_id
from tests.conversations.customer import Customer, Reading
from tests.serving import Served


@pytest.fixture
async def agent(chat: Served) -> httpx.AsyncClient:
    """Agent, signed in."""
    return await chat.signed_in(Role.AGENT)


@asynccontextmanager
async def at_the_desk(staff: httpx.AsyncClient, customer: Customer) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """What the desk hears about a conversation that is open in it, from now on."""

    async def heard(response: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
        name = ""
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: ") and name != "desk.changed":
                yield name, json.loads(line[6:])

    params = {"conversation_id": customer.conversation_id}
    async with staff.stream("GET", "/api/v1/desk/events", params=params) as response:
        assert response.status_code == 200
        yield heard(response)


async def test_the_customer_sees_that_the_person_writes_with_ids_that_go_on_rising(
    customer: Customer, agent: httpx.AsyncClient
) -> None:
    await customer.ask("在吗？")
    await agent.post(f"{customer.path}/take-over")
    reading = Reading()
    async with customer.listening() as events:
        async for event in events:
            reading.take(event)
            if event.name == "owner.changed":
                break
        for _ in range(2):
            assert (await agent.post(f"{customer.path}/doing", json={"doing": "replying"})).status_code == 204
            reading.take(await anext(events))
    assert reading.names()[-2:] == ["agent.typing", "agent.typing"] and reading.events[-1].data == {}
    async with customer.listening(reading.last_id) as events:
        await agent.post(f"{customer.path}/doing", json={"doing": "replying"})
        reading.take(await anext(events))
        await agent.post(f"{customer.path}/doing", json={"doing": "noting"})
        await agent.post(f"{customer.path}/replies", json={"client_id": str(new_id()), "text": "在的。"})
        reading.take(await anext(events))
    assert reading.names()[-2:] == ["agent.typing", "message.created"], "who writes a note is not shown as typing"
    replayed = await customer.read_until("message.created", 2)
    assert "agent.typing" not in replayed.names() and replayed.last_id % event_id(1) == 0


async def test_colleagues_see_each_other_and_that_the_customer_writes(
    chat: Served, customer: Customer, agent: httpx.AsyncClient
) -> None:
    await customer.ask("在吗？")
    other = await Customer.begin(chat.client())
    await other.ask("在吗？")
    colleague = await chat.signed_in(Role.SUPERVISOR)
    async with at_the_desk(colleague, customer) as heard:
        assert (await other.post("/typing")).status_code == 204
        assert (await customer.post("/typing")).status_code == 204
        assert await anext(heard) == ("customer.typing", {"conversation_id": customer.conversation_id})
        await agent.post(f"{customer.path}/doing", json={"doing": "reading"})
        name, data = await anext(heard)
        assert (name, data["name"], data["doing"]) == ("colleague.doing", "Agent", "reading")
    forged = await chat.client(Authorization="Bearer kct_forged").post(f"{customer.path}/typing")
    assert forged.status_code == 404


async def test_a_colleague_named_in_a_note_finds_it_until_it_was_seen(
    chat: Served, customer: Customer, agent: httpx.AsyncClient
) -> None:
    await customer.ask("在吗？")
    colleague = await chat.signed_in(Role.SUPERVISOR)
    people = (await agent.get("/api/v1/desk/colleagues")).json()["items"]
    named = next(one["staff_id"] for one in people if one["name"] == "Supervisor")
    form = {"text": "@Supervisor 请看一下", "mentions": [named, str(new_id())]}
    assert (await agent.post(f"{customer.path}/notes", json=form)).status_code == 201
    (mention,) = (await colleague.get("/api/v1/desk/mentions")).json()["items"]
    assert (mention["author"], mention["conversation_id"]) == ("Agent", customer.conversation_id)
    assert (await agent.get("/api/v1/desk/mentions")).json()["items"] == []
    assert (await colleague.post(f"{customer.path}/mentions/seen")).status_code == 204
    assert (await colleague.get("/api/v1/desk/mentions")).json()["items"] == []
