"""Canned replies: found by pinyin initials, filled for one customer, kept apart by whose they are."""

from typing import Any

import httpx
import pytest

from app.accounts import Role
from app.escalation.canned.domain import fill, order_number_in, unknown_variables
from tests.conversations.customer import Customer
from tests.serving import Served

SHARED = {"title": "退款时效", "text": "{{customer.name}}您好，订单 {{order_no}} 三个工作日内退回。", "shared": True}


@pytest.fixture
async def agent(chat: Served) -> httpx.AsyncClient:
    """Agent, signed in."""
    return await chat.signed_in(Role.AGENT)


@pytest.fixture
async def supervisor(chat: Served) -> httpx.AsyncClient:
    """Supervisor, signed in."""
    return await chat.signed_in(Role.SUPERVISOR)


async def found(client: httpx.AsyncClient, typed: str) -> list[str]:
    answer = (await client.get("/api/v1/canned", params={"q": typed})).json()
    return [one["title"] for one in answer["items"]]


async def make(client: httpx.AsyncClient, **form: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/canned", json=form)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_it_is_found_by_initials_by_pinyin_and_by_words(
    agent: httpx.AsyncClient, supervisor: httpx.AsyncClient
) -> None:
    made = await make(supervisor, **SHARED)
    assert made["initials"] == "tksx"
    await make(agent, title="重新发货 Orbit-3", text="今天重新发出。")
    assert await found(agent, "tk") == ["退款时效"]
    assert await found(agent, "CXFH") == ["重新发货 Orbit-3"], "重 is read as the phrase reads it"
    assert await found(agent, "chongxin") == await found(agent, "orbit3") == ["重新发货 Orbit-3"]
    assert await found(agent, "退回") == ["退款时效"], "words of the text count too"
    assert await found(agent, "tk%") == [] and await found(supervisor, "cxfh") == [], "others' own are not shown"


async def test_it_is_filled_for_the_customer_and_says_what_is_not_known(
    agent: httpx.AsyncClient, supervisor: httpx.AsyncClient, customer: Customer
) -> None:
    made = await make(supervisor, **SHARED)
    path = f"{customer.path}/canned/{made['canned_id']}"
    await customer.ask("退款多久？")
    assert (await agent.post(path)).json()["missing"] == ["customer.name", "order_no"]
    await customer.ask("订单号 NB-2605-1187，不是 NB-2605-0001？哦就是NB-2605-1188")
    filled = (await agent.post(path)).json()
    assert "订单 NB-2605-1188 三个工作日" in filled["text"] and "{{customer.name}}" in filled["text"]
    assert (await agent.get("/api/v1/canned")).json()["items"][0]["uses"] == 2


async def test_an_unknown_variable_is_refused_by_name_and_everybodys_are_a_supervisors(
    agent: httpx.AsyncClient, supervisor: httpx.AsyncClient
) -> None:
    refused = await agent.post("/api/v1/canned", json={"title": "问候", "text": "{{customer.nickname}}您好"})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_variable")
    assert refused.json()["variables"] == ["customer.nickname"] and "agent.name" in refused.json()["known"]
    assert (await agent.post("/api/v1/canned", json=SHARED)).status_code == 403
    shared = await make(supervisor, **SHARED)
    path = f"/api/v1/canned/{shared['canned_id']}"
    assert (await agent.put(path, json={**SHARED, "version": 1})).status_code == 403
    assert (await agent.delete(path)).status_code == 403
    own = await make(agent, title="问候", text="您好，我是{{agent.name}}。")
    stolen = await supervisor.put(f"/api/v1/canned/{own['canned_id']}", json={**SHARED, "version": 1})
    assert stolen.status_code == 404, "nobody writes over another's own"
    changed = {**SHARED, "text": "三天。", "version": 1}
    assert (await supervisor.put(path, json=changed)).json()["version"] == 2
    late = await supervisor.put(path, json=changed)
    assert (late.status_code, late.json()["code"]) == (409, "canned_changed")
    assert (await supervisor.delete(path)).status_code == 204
    assert await found(agent, "") == ["问候"]


def test_what_cannot_be_filled_stays_and_is_told() -> None:
    filled = fill("{{ agent.name }}，{{order_no}}，{{order_no}}", {"agent.name": "林晓", "order_no": None})
    assert (filled.text, filled.missing) == ("林晓，{{order_no}}，{{order_no}}", ("order_no",))
    assert unknown_variables("{{agent.name}} {{x}} {{ x }} {y}") == ["x"]
    assert order_number_in("SF14208836 已签收，型号 Orbit-3 2605") == "SF14208836"
