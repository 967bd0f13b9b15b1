"""What staff sees of conversations, and who may see it."""

from typing import Any
from uuid import UUID

from app.accounts import Role
from app.conversations import find_answer, transcript
from app.kernel.database import Database
from app.kernel.ids import new_id
from tests.conversations.customer import Customer
from tests.serving import Served


def unsigned(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages without the links of their citations: each reading signs them anew, with its second."""
    return [{**m, "citations": [{**c, "url": None} for c in m.get("citations") or []]} for m in messages]


async def test_staff_lists_reads_and_traces_what_was_said(chat: Served, customer: Customer, database: Database) -> None:
    answer_id = (await customer.ask("怎么退货？")).events[-1].data["answer_id"]
    await Customer.begin(chat.client())  # nothing was said there, so it is not listed
    agent = await chat.keyed(Role.AGENT)
    page = (await agent.get("/api/v1/conversations")).json()
    (item,) = page["items"]
    assert item["conversation_id"] == customer.conversation_id and page["next_cursor"] is None
    assert item["message_count"] == 2 and item["last_role"] == "bot" and item["last_outcome"] == "answered"
    shown = await agent.get(customer.path)
    assert shown.status_code == 200
    assert unsigned(shown.json()["messages"]) == unsigned((await customer.snapshot())["messages"])
    trace = (await agent.get(f"{customer.path}/trace/{answer_id}")).json()
    assert trace["trace"] == {"question": "怎么退货？"} and trace["timings"]["total_ms"] > 0
    assert (await agent.get(f"{customer.path}/trace/{new_id()}")).status_code == 404
    told = (await customer.ask("我的手机是 13812345678，怎么退货？")).events[-1].data["answer_id"]
    kept = (await agent.get(f"{customer.path}/trace/{told}")).json()
    assert kept["trace"] == {"question": "我的手机是 〔电话〕，怎么退货？"}, "the number stands in the message alone"
    async with database.reading() as session:
        messages = await transcript(session, UUID(customer.conversation_id))
        found = await find_answer(session, messages[1].id)
    assert found is not None and found.question == "怎么退货？" and found.citations[0].title == "退货政策"
    assert found.citations == messages[1].citations


async def test_only_staff_that_may_read_threads_does(chat: Served, customer: Customer) -> None:
    answer_id = (await customer.ask("怎么退货？")).events[-1].data["answer_id"]
    paths = ["/api/v1/conversations", customer.path, f"{customer.path}/trace/{answer_id}"]
    integrator, nobody = await chat.keyed(Role.INTEGRATOR), chat.client()
    signed_in = await chat.signed_in(Role.AGENT)
    for path in paths:
        # of a trace an integrator sees the figures, and nobody's words
        assert (await integrator.get(path)).status_code == (200 if "/trace/" in path else 403)
        assert (await nobody.get(path)).status_code == 401
        assert (await signed_in.get(path)).status_code == 200
    for path in (paths[0], paths[2]):
        assert (await nobody.get(path, headers=customer.headers)).status_code == 401


async def test_the_list_filters_and_pages(chat: Served) -> None:
    customers = [await Customer.begin(chat.client()) for _ in range(3)]
    for one in customers:
        await one.ask("？？")
    await customers[0].post("/handoff")
    agent = await chat.keyed(Role.AGENT)

    async def ids(query: str) -> list[str]:
        answer = await agent.get(f"/api/v1/conversations?{query}")
        assert answer.status_code == 200, answer.text
        return [item["conversation_id"] for item in answer.json()["items"]]

    assert await ids("owner=queue") == [customers[0].conversation_id]
    assert await ids("outcome=answered") == [c.conversation_id for c in customers[::-1]]
    assert await ids("lifecycle=closed") == []
    first = (await agent.get("/api/v1/conversations?limit=2")).json()
    rest = await ids(f"limit=2&cursor={first['next_cursor']}")
    assert rest == [customers[0].conversation_id] and len(first["items"]) == 2
    for bad in ("limit=0", "limit=101", "owner=me", "cursor=forged", "outcome=;drop", "sort=id"):
        answer = await agent.get(f"/api/v1/conversations?{bad}")
        assert answer.status_code == (200 if bad == "sort=id" else 422), bad
