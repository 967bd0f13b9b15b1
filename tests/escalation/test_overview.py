"""The wall's figures, and conversations found by words said in them, by anybody, anywhere in them."""

import httpx
import pytest

from app.accounts import Role
from app.answering import Outcome
from app.kernel.clock import now
from app.kernel.ids import new_id
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served


@pytest.fixture
async def supervisor(chat: Served) -> httpx.AsyncClient:
    """Supervisor, signed in."""
    return await chat.signed_in(Role.SUPERVISOR)


async def found(client: httpx.AsyncClient, **wanted: str) -> list[str]:
    answer = await client.get("/api/v1/desk/search", params=wanted)
    assert answer.status_code == 200, answer.text
    return [one["said"] for one in answer.json()["items"]]


async def test_conversations_are_found_by_every_word_and_by_filters(
    chat: Served, customer: Customer, supervisor: httpx.AsyncClient, answerer: FakeAnswerer
) -> None:
    await customer.ask("手環螢幕壞了")
    answerer.outcome = Outcome.REFUSED
    other = await Customer.begin(chat.client())
    await other.ask("手环屏幕 100% 碎了，怎么退款")
    assert await found(supervisor, q="屏幕 退款") == ["手环屏幕 100% 碎了，怎么退款"]
    assert len(await found(supervisor, q="退货")) == 2, "what the bot said counts too"
    assert await found(supervisor, q="屏幕 发票") == [] and len(await found(supervisor, q="%碎_")) == 1
    assert await found(supervisor, outcome="refused", q="退款") == ["手环屏幕 100% 碎了，怎么退款"]
    await supervisor.post(f"{other.path}/take-over")
    assert len(await found(supervisor, state="agent")) == 1 and len(await found(supervisor, state="bot")) == 1
    await supervisor.post(f"{other.path}/close", json={"outcome": "resolved", "category": "维修"})
    default = (await supervisor.get("/api/v1/queues")).json()[-1]["queue_id"]
    assert len(await found(supervisor, queue=default)) == 1 and await found(supervisor, queue=str(new_id())) == []
    assert await found(supervisor, sla="breached") == []
    assert len(await found(supervisor, category="维修")) == 1 and await found(supervisor, category="发票") == []


async def test_the_wall_counts_who_waits_and_how_they_judge(
    chat: Served, customer: Customer, supervisor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = now()  # the wall's day does not end while this runs, whatever the hour
    monkeypatch.setattr("app.escalation.overview.service.now", lambda: begun)
    await customer.ask("在吗？")
    await customer.post("/handoff")
    wall = (await supervisor.get("/api/v1/desk/wall")).json()
    assert (wall["figures"]["waiting"], wall["figures"]["with_bot"]) == (1, 0) and wall["figures"]["waiting_since"]
    assert [(one["name"], one["state"], one["load"]) for one in wall["agents"]] == [("Supervisor", "offline", 0)]
    await supervisor.post(f"{customer.path}/take-over")
    form = {"client_id": str(new_id()), "text": "在的。"}
    await supervisor.post(f"{customer.path}/replies", json=form)
    await supervisor.post(f"{customer.path}/close", json={"outcome": "resolved"})
    await customer.post("/survey", {"score": 5, "part": "agent"})
    await customer.post("/survey", {"score": 2, "part": "bot"})
    later = (await supervisor.get("/api/v1/desk/wall")).json()["figures"]
    assert (later["waiting"], later["waiting_since"], later["ended_today"]) == (0, None, 1)
    assert [later[key] for key in ("agent_good", "agent_verdicts", "bot_good", "bot_verdicts")] == [1, 1, 0, 1]
    assert (await (await chat.signed_in(Role.AGENT)).get("/api/v1/desk/wall")).status_code == 403


async def test_a_kept_search_is_ones_own(chat: Served, supervisor: httpx.AsyncClient) -> None:
    kept = await supervisor.post("/api/v1/desk/views", json={"name": "退款", "query": "?q=退款&days=7"})
    assert (kept.status_code, kept.json()["query"]) == (201, "q=退款&days=7")
    agent = await chat.signed_in(Role.AGENT)
    path = f"/api/v1/desk/views/{kept.json()['view_id']}"
    assert (await agent.get("/api/v1/desk/views")).json()["items"] == []
    assert (await agent.delete(path)).status_code == 404
    assert (await supervisor.delete(path)).status_code == 204
