"""Who has read up to where: told to both while it happens, kept, and never claimed by those who only look on."""

import httpx
import pytest

from app.accounts import Role
from app.kernel.ids import new_id
from tests.conversations.customer import Customer
from tests.serving import Served


@pytest.fixture
async def agent(chat: Served) -> httpx.AsyncClient:
    """Agent, signed in."""
    return await chat.signed_in(Role.AGENT)


async def reply(agent: httpx.AsyncClient, customer: Customer, text: str) -> str:
    answer = await agent.post(f"{customer.path}/replies", json={"client_id": str(new_id()), "text": text})
    assert answer.status_code == 201, answer.text
    message_id: str = answer.json()["message_id"]
    return message_id


async def read(who: Customer | httpx.AsyncClient, customer: Customer, message_id: str) -> int:
    form = {"message_id": message_id}
    if isinstance(who, Customer):
        return (await who.post("/read", form)).status_code
    return (await who.post(f"{customer.path}/read", json=form)).status_code


async def test_both_sides_see_how_far_the_other_has_read_at_once_and_after_a_reload(
    customer: Customer, agent: httpx.AsyncClient
) -> None:
    await customer.ask("在吗？")
    await agent.post(f"{customer.path}/take-over")
    asked = [(await customer.write(text))["message_id"] for text in ("第一句", "第二句")]
    said = [await reply(agent, customer, text) for text in ("您好", "请稍等")]
    for who, message_id in ((agent, asked[0]), (agent, asked[1]), (agent, asked[0]), (agent, asked[1])):
        assert await read(who, customer, message_id) == 204
    for message_id in (said[1], said[0]):
        assert await read(customer, customer, message_id) == 204
    told = await customer.read_until("message.read", 3)
    marks = [event.data for event in told.events if event.name == "message.read"]
    assert marks == [
        {"message_id": asked[0], "by": "agent"},
        {"message_id": asked[1], "by": "agent"},
        {"message_id": said[1], "by": "customer"},
    ], "what is older than what was read already is no news"
    snapshot = await customer.snapshot()
    assert snapshot["read"] == {"agent": asked[1], "customer": said[1]} and snapshot["seq"] == told.last_id
    page = (await agent.get(f"/desk/conversations/{customer.conversation_id}")).text
    seen = page[page.index(f'id="m-{said[1]}"') :]
    assert page.count("客户已读") == 1 and "客户已读" in seen, "below the last message that was read"


async def test_nobody_reads_for_somebody_else(chat: Served, customer: Customer, agent: httpx.AsyncClient) -> None:
    asked = (await customer.write("在吗？"))["message_id"]
    await customer.read_until("answer.completed")
    assert "read" not in await customer.snapshot()
    assert await read(agent, customer, asked) == 409, "it is the bot's"
    await agent.post(f"{customer.path}/take-over")
    said = await reply(agent, customer, "您好")
    other = await Customer.begin(chat.client())
    await other.ask("在吗？")
    colleague = await chat.signed_in(Role.SUPERVISOR)
    refused = await colleague.post(f"{customer.path}/read", json={"message_id": asked})
    assert (refused.status_code, refused.json()["code"]) == (409, "taken_by_another")
    assert "Agent" in refused.json()["detail"]
    for who, path, message_id in (
        (customer, customer, asked),  # what one wrote oneself
        (customer, customer, str(new_id())),
        (other, other, said),
        (agent, customer, said),
    ):
        assert await read(who, path, message_id) == 404
    foreign = await other.client.post(f"{customer.path}/read", json={"message_id": said}, headers=other.headers)
    assert foreign.status_code == 404
    assert (await chat.client().post(f"{customer.path}/read", json={"message_id": said})).status_code == 401
    assert (await customer.post("/read", {"message_id": "no id"})).status_code == 422
    assert "read" not in await customer.snapshot()
