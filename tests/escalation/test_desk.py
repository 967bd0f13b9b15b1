"""The desk: one person takes a conversation over, speaks with the customer, and gives it back or ends it."""

import asyncio

import httpx
import pytest

from app.accounts import Role
from app.kernel.ids import new_id
from tests.conversations.customer import Customer, Reading
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served
from tests.waiting import until


@pytest.fixture
async def agent(chat: Served) -> httpx.AsyncClient:
    """Agent, signed in."""
    return await chat.signed_in(Role.AGENT)


ANY = str(new_id())


async def say(agent: httpx.AsyncClient, customer: Customer, text: str, client_id: str | None = None) -> httpx.Response:
    form = {"client_id": client_id or str(new_id()), "text": text}
    return await agent.post(f"{customer.path}/replies", json=form)


async def test_a_person_takes_over_replies_and_gives_it_back_with_everything_known_to_the_bot(
    customer: Customer, agent: httpx.AsyncClient, answerer: FakeAnswerer
) -> None:
    await customer.ask("手环第二次坏了，能退钱吗？")
    await customer.post("/handoff", {"reason": "要人工"})
    taken = (await agent.post(f"{customer.path}/take-over")).json()
    assert taken == {
        "conversation_id": customer.conversation_id,
        "owner": "agent",
        "lifecycle": "open",
        "agent": {"name": "Agent"},
    }
    assert (await agent.post(f"{customer.path}/take-over")).json() == taken, "again is the same"
    assert (await customer.write("还在吗？"))["answer_id"] is None, "the bot stays silent"
    assert (await say(agent, customer, "可以退款，3 个工作日内原路退回。")).status_code == 201
    back = await agent.post(f"{customer.path}/hand-back", json={"summary": "已登记退款"})
    assert (back.json()["owner"], back.json()["agent"]) == ("bot", None)
    await customer.ask("谢谢，多久到账？")
    history = [(turn.role, turn.text) for turn in answerer.questions[-1].history]
    assert ("agent", "可以退款，3 个工作日内原路退回。") in history and ("customer", "还在吗？") in history
    told = await customer.read_until("answer.completed", 2)
    assert [event.data["role"] for event in told.events if event.name == "message.created"] == [
        "customer",
        "customer",
        "agent",
        "customer",
    ]
    assert [event.data["owner"] for event in told.events if event.name == "owner.changed"] == ["queue", "agent", "bot"]
    shown = (await customer.snapshot())["messages"]
    assert [m["agent"]["name"] for m in shown if m["role"] == "agent"] == ["Agent"]


async def test_the_bot_falls_silent_in_the_middle_of_its_sentence(
    customer: Customer, agent: httpx.AsyncClient, answerer: FakeAnswerer
) -> None:
    answerer.hold("先说半句，", "后半句谁也不该看到。")
    reading = Reading()
    async with customer.asking("能换新吗？") as events:
        answerer.say_next()
        async for event in events:
            reading.take(event)
            if event.name == "answer.delta":
                break
    assert (await agent.post(f"{customer.path}/take-over")).status_code == 200
    answerer.say_all()
    ended = next(iter((await customer.read_until("answer.completed")).ended.values()))
    assert (ended.data["text"], ended.data["outcome"]) == ("先说半句，", "stopped")
    assert (await say(agent, customer, "我来接着说。")).status_code == 201
    texts = [message["text"] for message in (await customer.snapshot())["messages"]]
    assert texts == ["能换新吗？", "先说半句，", "我来接着说。"]


async def test_whoever_is_slower_is_told_who_was_faster(chat: Served, customer: Customer) -> None:
    await customer.ask("在吗？")
    agents = [await chat.signed_in(Role.AGENT, f"agent{n}@example.com") for n in range(8)]
    answers = await asyncio.gather(*(one.post(f"{customer.path}/take-over") for one in agents))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    winner = agents[next(n for n, answer in enumerate(answers) if answer.status_code == 200)]
    loser = agents[next(n for n, answer in enumerate(answers) if answer.status_code == 409)]
    refused = await say(loser, customer, "我也来")
    assert (refused.status_code, refused.json()["code"]) == (409, "taken_by_another")
    assert "Agent" in refused.json()["detail"]
    done = {"outcome": "resolved"}
    for step, form in (("put-back", None), ("hand-back", None), ("close", done), ("transfer", {"queue_id": ANY})):
        refused = await loser.post(f"{customer.path}/{step}", json=form)
        assert (refused.status_code, refused.json()["code"]) == (409, "taken_by_another"), step
        assert "Agent" in refused.json()["detail"], step
    assert (await winner.post(f"{customer.path}/put-back")).json()["owner"] == "queue"
    assert (await loser.post(f"{customer.path}/take-over")).status_code == 200
    supervisor = await chat.signed_in(Role.SUPERVISOR)
    assert (await supervisor.post(f"{customer.path}/put-back")).status_code == 200, "a supervisor may decide"


async def test_a_reply_is_stored_once_and_only_in_a_conversation_taken_over(
    chat: Served, customer: Customer, agent: httpx.AsyncClient
) -> None:
    await customer.ask("在吗？")
    assert (await say(agent, customer, "在")).json()["code"] == "not_taken_over"
    await agent.post(f"{customer.path}/take-over")
    first, again = [await say(agent, customer, "在的", "same") for _ in range(2)]
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert (await say(agent, customer, "别的", "same")).json()["code"] == "client_id_reused"
    assert sum(m["role"] == "agent" for m in (await customer.snapshot())["messages"]) == 1
    for bad in ({}, {"client_id": "x", "text": " "}, {"client_id": "x", "text": "字" * 4_001}, {"text": "x"}):
        assert (await agent.post(f"{customer.path}/replies", json=bad)).status_code == 422, bad
    foreign = f"/api/v1/conversations/{new_id()}"
    for step, form in (("take-over", None), ("replies", {"client_id": "x", "text": "x"}), ("notes", {"text": "x"})):
        assert (await agent.post(f"{foreign}/{step}", json=form)).status_code == 404, step
    integrator = await chat.keyed(Role.INTEGRATOR)
    assert (await integrator.post(f"{customer.path}/take-over")).status_code == 403
    assert (await chat.client().post(f"{customer.path}/take-over", headers=customer.headers)).status_code == 401


async def test_the_end_asks_the_customer_and_a_new_question_begins_with_the_bot(
    customer: Customer, agent: httpx.AsyncClient
) -> None:
    await customer.ask("在吗？")
    await agent.post(f"{customer.path}/take-over")
    await agent.post(f"{customer.path}/notes", json={"text": "客户是金卡会员，语气要温和"})
    closed = await agent.post(f"{customer.path}/close", json={"outcome": "resolved", "note": "退款已登记"})
    assert (closed.json()["owner"], closed.json()["lifecycle"]) == ("none", "closed")
    steps = ("take-over", None), ("hand-back", None), ("put-back", None), ("close", {"outcome": "resolved"})
    for step, form in steps:
        refused = await agent.post(f"{customer.path}/{step}", json=form)
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state"), step
    assert (await say(agent, customer, "还在吗")).json()["code"] == "not_taken_over"
    told = await customer.read_until("survey.requested")
    assert told.names()[-2:] == ["owner.changed", "survey.requested"]
    heard = str(told.events) + str(await customer.snapshot())
    assert "金卡" not in heard and "退款已登记" not in heard, "notes are for the staff"
    notes = (await agent.get(f"{customer.path}/notes")).json()
    assert [(one["kind"], one["outcome"]) for one in notes] == [("note", None), ("wrap_up", "resolved")]
    assert (await agent.post(f"{customer.path}/close", json={"outcome": "great"})).status_code == 422
    assert (await customer.ask("还有一个问题")).ended, "the bot answers again"
    assert (await customer.snapshot())["owner"] == "bot"


async def test_those_who_still_wait_are_told_their_new_place(chat: Served, agent: httpx.AsyncClient) -> None:
    waiting = [await Customer.begin(chat.client()) for _ in range(3)]
    for one in waiting:
        await one.ask("在吗？")
        await one.post("/handoff")
    await agent.post(f"{waiting[0].path}/take-over")
    for one, places in ((waiting[1], [2, 1]), (waiting[2], [3, 2])):
        told = await one.read_until("queue.updated", 2)
        assert [event.data["position"] for event in told.events if event.name == "queue.updated"] == places


async def test_the_desk_hears_which_conversations_changed(
    chat: Served, customer: Customer, agent: httpx.AsyncClient
) -> None:
    heard: set[str] = set()

    async def listen() -> None:
        async with agent.stream("GET", "/api/v1/desk/events") as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            opened.set()
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    heard.add(line)

    opened = asyncio.Event()
    listening = asyncio.create_task(listen())
    try:
        await opened.wait()

        async def is_heard() -> bool:
            return any(customer.conversation_id in line for line in heard)

        await customer.ask("在吗？")
        await until(is_heard, "the desk to hear of the question", 5)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert (await chat.client().get("/api/v1/desk/events")).status_code == 401


async def test_whoever_is_not_in_its_group_finds_nothing_of_a_conversation(
    chat: Served, customer: Customer, agent: httpx.AsyncClient
) -> None:
    supervisor, outside = await chat.signed_in(Role.SUPERVISOR), await chat.signed_in(Role.AGENT, "out@example.com")
    answered = (await customer.ask("手环坏了")).events[-1].data["answer_id"]
    colleagues = (await supervisor.get("/api/v1/desk/agents")).json()
    inside = next(one["staff_id"] for one in colleagues if one["name"] == "Agent")
    form = {"name": "售后组", "members": [inside]}
    group = (await supervisor.post("/api/v1/queues", json=form)).json()["queue_id"]
    await agent.post(f"{customer.path}/take-over")
    moved = await agent.post(f"{customer.path}/transfer", json={"queue_id": group})
    assert moved.status_code == 200, moved.text
    page = f"/desk/conversations/{customer.conversation_id}"
    api = customer.path
    looked = (page, f"{page}/trace/{answered}", api, f"{api}/brief", f"{api}/trace/{answered}", f"{api}/suggestion")
    for path in looked:
        assert [(await one.get(path)).status_code for one in (outside, agent, supervisor)] == [404, 200, 200], path
    said = {"client_id": "x", "text": "x"}
    for tail, json in (
        ("knowledge", {"query": "手环"}),
        ("doing", {"doing": "reading"}),
        ("mentions/seen", None),
        ("take-over", None),
        ("replies", said),
        ("notes", {"text": "x"}),
        ("hand-back", None),
        ("put-back", None),
        ("close", {"outcome": "resolved"}),
        ("transfer", {"queue_id": group}),
        ("read", {"message_id": answered}),
    ):
        assert (await outside.post(f"{api}/{tail}", json=json)).status_code == 404, tail
    listed = [(await one.get("/api/v1/conversations")).json()["items"] for one in (outside, agent)]
    assert [len(items) for items in listed] == [0, 1]
