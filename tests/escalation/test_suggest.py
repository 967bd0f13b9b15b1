"""The desk's offers: a suggestion only from what the customer may read, a summary of what was said, passages marked."""

from typing import Any

import httpx
import pytest

from app.accounts import Role
from app.answering import Outcome
from app.escalation.events import SuggestionSent
from app.escalation.suggest.domain import plain
from app.kernel.database import Session
from app.kernel.events import Announcer
from app.kernel.ids import new_id
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served


@pytest.fixture
async def agent(chat: Served) -> httpx.AsyncClient:
    """Agent, signed in."""
    return await chat.signed_in(Role.AGENT)


async def get(client: httpx.AsyncClient, customer: Customer, what: str) -> Any:
    answer = await client.get(f"{customer.path}/{what}")
    assert answer.status_code == 200, answer.text
    return answer.json()[what]


async def test_a_suggestion_takes_the_path_of_the_bot_for_the_same_reader_and_passes_over_calls_for_a_person(
    customer: Customer, agent: httpx.AsyncClient, answerer: FakeAnswerer
) -> None:
    answerer.outcome = Outcome.REFUSED
    await customer.ask("能退吗？")
    answerer.outcome = Outcome.HANDED_OFF
    await customer.ask("转人工")
    answerer.outcome, answerer.pieces = Outcome.ANSWERED, ("七天内可以退[1]。",)
    before = len(answerer.questions)
    offered = await get(agent, customer, "suggestion")
    assert (offered["question"], offered["text"]) == ("能退吗？", "七天内可以退。")
    assert offered["citations"][0]["title"] == "退货政策" and offered["citations"][0]["url"]
    (asked,) = answerer.questions[before:]
    assert (asked.audience, asked.user_id, asked.conversation_id) == ("public", None, None)
    answerer.outcome = Outcome.REFUSED
    assert await get(agent, customer, "suggestion") is None


async def test_an_edited_suggestion_is_told_with_both_texts_once(
    chat: Served, customer: Customer, agent: httpx.AsyncClient
) -> None:
    told: list[SuggestionSent] = []

    async def listen(session: Session, sent: SuggestionSent) -> None:
        told.append(sent)

    chat.tools[Announcer].listen(SuggestionSent, listen)
    await customer.ask("能退吗？")
    await agent.post(f"{customer.path}/take-over")
    form = {
        "client_id": str(new_id()),
        "text": "可以，七天内。",
        "suggested": "七天内可以退。",
        "citations": [{"number": 1}],
    }
    stored = [await agent.post(f"{customer.path}/replies", json=form) for _ in range(2)]
    assert [one.status_code for one in stored] == [201, 201]
    (sent,) = told
    assert (sent.suggested, sent.sent, sent.citations) == ("七天内可以退。", "可以，七天内。", ({"number": 1},))
    assert str(sent.message_id) == stored[0].json()["message_id"]


async def test_the_summary_says_what_is_wanted_what_was_done_and_what_is_open(
    customer: Customer, agent: httpx.AsyncClient, answerer: FakeAnswerer
) -> None:
    await customer.ask("手环能换吗？")
    answerer.outcome = Outcome.REFUSED
    await customer.ask("第二次坏了，\n我要退款")
    brief = await get(agent, customer, "brief")
    assert brief == {
        "wanted": "第二次坏了， 我要退款",
        "done": "机器人答了 1 次，依据：退货政策；1 次没有答案",
        "open": "第二次坏了， 我要退款",
        "by": "extract",
    }
    await agent.post(f"{customer.path}/take-over")
    await agent.post(f"{customer.path}/replies", json={"client_id": str(new_id()), "text": "可以退。"})
    brief = await get(agent, customer, "brief")
    assert brief["open"] == "没有" and brief["done"].endswith("Agent 回复过")


async def test_passages_the_customer_may_not_read_are_marked(kefu: Served) -> None:
    admin = await kefu.signed_in(Role.ADMIN)
    customer = await Customer.begin(kefu.client())
    base = {"name": "内部", "audience": "staff"}
    made = await admin.post("/api/v1/bases", json=base)
    assert made.status_code == 201, made.text
    for answer, where in (
        ("退款三个工作日到账。", {}),
        ("内部：退款超过五百元要主管批。", {"base_id": made.json()["base_id"]}),
    ):
        form = {"questions": [f"退款多久到账？{len(where)}"], "answer": answer, **where}
        assert (await admin.post("/api/v1/faqs", json=form)).status_code == 201
    found = await admin.post(f"{customer.path}/knowledge", json={"query": "退款多久到账"})
    assert {one["text"][:2]: one["for_customer"] for one in found.json()["items"]} == {"退款": True, "内部": False}


def test_an_answers_marks_stay_out_of_a_reply() -> None:
    assert plain("## 退款\n**3 个工作日内**退回[1]，见[政策](https://x.y/z)。[2]") == "退款\n3 个工作日内退回，见政策。"
