"""What was said long ago is summed up; customers decide what is remembered of them, see it and erase it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from app.conversations import ConversationTools
from app.kernel.settings import Settings
from tests.conversations.customer import Customer
from tests.conversations.test_customers import SECRET, vouched
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served, serving
from tests.waiting import until


@pytest.fixture
def vouching(settings: Settings) -> Settings:
    return Settings(**{**settings.model_dump(), "visitor_secret": SECRET.decode()})


async def memory(customer: Customer) -> dict[str, Any]:
    answer = await customer.client.get(f"{customer.path}/memory", headers=customer.headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def decide(customer: Customer, consent: bool) -> int:
    answer = await customer.client.put(f"{customer.path}/memory", json={"consent": consent}, headers=customer.headers)
    return answer.status_code


async def until_known(customer: Customer, enough: Callable[[list[str]], bool]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    async def known() -> bool:
        found[:] = (await memory(customer))["facts"]
        return enough([fact["text"] for fact in found])

    await until(known, "facts")
    return found


async def test_turns_older_than_the_window_reach_the_answer_as_a_summary(chat: Served, answerer: FakeAnswerer) -> None:
    customer = await Customer.begin(chat.client())
    tools: ConversationTools = chat.tools[ConversationTools]
    for n in range(8):
        await customer.ask(f"第 {n} 个问题：怎么退货？")

    async def folded() -> bool:
        async with tools.database.reading() as session:
            return bool((await session.execute(text("SELECT count(*) FROM conversation_summary"))).scalar_one())

    await until(folded, "a summary")
    await customer.ask("那换货呢？")
    told = answerer.questions[-1]
    assert "第 0 个问题" in told.summary and "第 1 个问题" in told.summary
    assert answerer.questions[0].summary == "" and told.history[-1].role == "bot" and len(told.history) >= 12


async def test_nothing_is_remembered_before_the_customer_consents(vouching: Settings, answerer: FakeAnswerer) -> None:
    async with serving(vouching, answerer) as served:
        customer = await Customer.begin(served.client(), visitor=vouched("u1"))
        assert await memory(customer) == {"available": True, "consent": None, "facts": []}
        await customer.ask("我叫小林，我买的 Orbit 3 坏了")
        assert await decide(customer, True) == 200
        await customer.ask("我用的是 Nova Buds 2，怎么退货")
        facts = await until_known(customer, lambda texts: "使用的产品：Nova Buds 2" in texts)
        assert not any("小林" in fact["text"] for fact in facts), "said before the consent"
        assert [fact["kind"] for fact in facts] == ["profile", "case"]

        later = await Customer.begin(served.client(), visitor=vouched("u1"))
        await later.ask("保修多久")
        assert "使用的产品：Nova Buds 2" in answerer.questions[-1].memory
        stranger = await Customer.begin(served.client(), visitor=vouched("u2"))
        await stranger.ask("保修多久")
        assert answerer.questions[-1].memory == () and (await memory(stranger))["facts"] == []


async def test_customers_erase_one_fact_all_of_them_or_the_consent(vouching: Settings, answerer: FakeAnswerer) -> None:
    async with serving(vouching, answerer) as served:
        customer = await Customer.begin(served.client(), visitor=vouched("u1"))
        other = await Customer.begin(served.client(), visitor=vouched("u2"))
        await decide(customer, True)
        await decide(other, True)
        await customer.ask("我买的 Orbit 3 坏了，我用的 Nova Buds 2 没事")
        facts = await until_known(customer, lambda texts: len(texts) == 3)
        one = f"/memory/{facts[0]['fact_id']}"
        assert (await other.client.delete(other.path + one, headers=other.headers)).status_code == 404
        assert (await customer.client.delete(customer.path + one, headers=customer.headers)).status_code == 204
        assert len((await memory(customer))["facts"]) == 2
        assert (await customer.client.delete(f"{customer.path}/memory", headers=customer.headers)).status_code == 204
        assert await memory(customer) == {"available": True, "consent": True, "facts": []}
        await customer.ask("我的 Orbit 3 又坏了")
        await until_known(customer, lambda texts: len(texts) == 2)
        assert await decide(customer, False) == 200
        assert await memory(customer) == {"available": True, "consent": False, "facts": []}


async def test_visitors_nobody_vouches_for_have_no_memory(chat: Served) -> None:
    customer = await Customer.begin(chat.client())
    assert await memory(customer) == {"available": False, "consent": None, "facts": []}
    assert await decide(customer, True) == 409
    foreign = await Customer.begin(chat.client())
    wrong = await foreign.client.get(f"{customer.path}/memory", headers=foreign.headers)
    assert wrong.status_code == 404 and (await chat.client().get(f"{customer.path}/memory")).status_code == 401
