"""An answer's trace: shown to those who may see it, words hidden from those who may not, replayed without a trace."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text as sql

from app.accounts import Role
from app.answering import PromptText, PromptTools, Question, masked_trace
from app.answering.prompting.book import built_in_text
from app.answering.prompting.service import activate_draft, save_draft
from app.escalation.traces import views
from app.evaluation import Changes, EvaluationTools, replay
from app.kernel.database import Database
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from app.knowledge import SearchTools, add_faq
from app.model_registry import ModelRegistryTools
from tests.conversations.customer import Customer
from tests.fakes.chat_model import FakeChatModel, FakeModels
from tests.knowledge.indexing import add_document, passages
from tests.serving import Served, serving

RETURNS = "签收后七天内可以无理由退货，商品需保持完好，邮费由买家承担。"
INVOICES = "电子发票在订单完成后二十四小时内发送到下单时填写的邮箱。"
ASKED = "退货的邮费谁出？"


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Served]:
    async with serving(settings) as served:
        search: SearchTools = served.tools[SearchTools]
        await add_document(search, "购物须知", passages(RETURNS, INVOICES))
        await add_faq(search, ["怎么修改收货地址？"], "发货前在订单详情里点修改地址。")
        yield served


@pytest.fixture
async def answered(shop: Served) -> tuple[Customer, str]:
    """A customer whose question was answered, and the answer's id."""
    customer = await Customer.begin(shop.client())
    ended = (await customer.ask(ASKED)).events[-1]
    assert ended.data["outcome"] == "answered", ended.data
    return customer, ended.data["answer_id"]


async def replayed(client: httpx.AsyncClient, customer: Customer, answer_id: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"{customer.path}/trace/{answer_id}/replays", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def said_so_far(customer: Customer) -> tuple[int, list[tuple[str, str]]]:
    """The number of the last event, and every message: addresses of sources are signed anew each second."""
    shown = await customer.snapshot()
    return shown["seq"], [(one["message_id"], one["text"]) for one in shown["messages"]]


async def test_a_replay_without_changes_says_the_same_again(shop: Served, answered: tuple[Customer, str]) -> None:
    customer, answer_id = answered
    found = await replayed(await shop.keyed(Role.AGENT), customer, answer_id)
    assert found["same"] and RETURNS in found["stored"]["text"]
    times = {"first_token_ms", "total_ms", "steps"}
    assert {k: v for k, v in found["stored"].items() if k not in times} == {
        k: v for k, v in found["replayed"].items() if k not in times
    }
    assert found["stored"]["cost"] == 0 and found["stored"]["embedder"] and found["stored"]["candidates"]


async def test_changed_settings_change_the_replay_and_nothing_else(
    shop: Served, answered: tuple[Customer, str], database: Database
) -> None:
    customer, answer_id = answered
    before = await said_so_far(customer)
    async with database.reading() as session:
        rows = await session.scalar(sql("SELECT count(*) FROM answer_trace"))
    agent = await shop.keyed(Role.AGENT)
    found = await replayed(agent, customer, answer_id, options={"threshold": 1.0, "weights": [0, 1]})
    assert (found["same"], found["stored"]["outcome"], found["replayed"]["outcome"]) == (False, "answered", "refused")
    assert found["replayed"]["threshold"] == 1.0 and found["replayed"]["text"] != found["stored"]["text"]
    assert await said_so_far(customer) == before
    async with database.reading() as session:
        assert await session.scalar(sql("SELECT count(*) FROM answer_trace")) == rows
        audited = await session.scalar(sql("SELECT details FROM audit_entry WHERE action = 'trace.replay'"))
    assert audited == {"threshold": 1.0, "weights": [0.0, 1.0], "outcome": "refused", "same": False}


async def test_earlier_replays_are_listed_with_their_settings_and_no_words(
    shop: Served, answered: tuple[Customer, str]
) -> None:
    customer, answer_id = answered
    agent, path = await shop.keyed(Role.AGENT), f"{customer.path}/trace/{answer_id}/replays"
    await replayed(agent, customer, answer_id)
    await replayed(agent, customer, answer_id, options={"threshold": 1.0}, quotes=True, prompt=0)
    last, first = (await agent.get(path)).json()["items"]
    assert (first["outcome"], first["same"], first["settings"]["options"]) == ("answered", True, None)
    assert (last["outcome"], last["same"]) == ("refused", False) and first["at"] <= last["at"] and last["by"]
    settings = last["settings"]
    assert (settings["options"]["threshold"], settings["quotes"], settings["prompt"]) == (1.0, True, 0)
    again = await replayed(agent, customer, answer_id, **settings)
    assert again["replayed"]["outcome"] == "refused", "what is listed can be asked again as it is"
    assert RETURNS not in str(await agent.get(path)) and ASKED not in (await agent.get(path)).text
    integrator = await shop.keyed(Role.INTEGRATOR)
    assert (await integrator.get(path)).status_code == 403
    other = await Customer.begin(shop.client())
    assert (await agent.get(f"{other.path}/trace/{answer_id}/replays")).status_code == 404


async def test_a_replay_knows_what_was_said_before(shop: Served) -> None:
    customer = await Customer.begin(shop.client())
    await customer.ask("电子发票什么时候发到邮箱？")
    ended = (await customer.ask("那退货呢？")).events[-1]
    found = await replayed(await shop.keyed(Role.AGENT), customer, ended.data["answer_id"])
    assert found["same"], found
    trace = (await (await shop.keyed(Role.AGENT)).get(f"{customer.path}/trace/{ended.data['answer_id']}")).json()
    assert trace["trace"]["question"]["rewritten"], "the second question leans on the first"


async def test_an_unknown_model_embedder_or_answer_is_refused(shop: Served, answered: tuple[Customer, str]) -> None:
    customer, answer_id = answered
    agent = await shop.keyed(Role.AGENT)
    path = f"{customer.path}/trace/{answer_id}/replays"
    nobody = str(new_id())
    for body, status in (
        ({"options": {"embedder_id": nobody}}, 404),
        ({"model_id": nobody}, 503),
        ({"prompt": 999}, 404),
        ({"options": {"threshold": 2}}, 422),
        ({"temperature": 1}, 422),
    ):
        assert (await agent.post(path, json=body)).status_code == status, body
    assert (await agent.post(f"{customer.path}/trace/{nobody}/replays", json={})).status_code == 404
    other = await Customer.begin(shop.client())
    assert (await agent.post(f"{other.path}/trace/{answer_id}/replays", json={})).status_code == 404


async def test_a_replay_may_use_another_version_of_the_prompt(shop: Served) -> None:
    chat = FakeChatModel(["邮费由买家承担[1]。"])
    tools: EvaluationTools = shop.tools[EvaluationTools]
    tools = replace(tools, answering=replace(tools.answering, models=FakeModels(chat)))
    registry: ModelRegistryTools = shop.tools[ModelRegistryTools]
    prompts: PromptTools = shop.tools[PromptTools]
    rules = PromptText(built_in_text("answer", "zh").body + "\n请句句押韵。")
    draft = await save_draft(prompts, "answer", "zh", rules, "押韵", 0, None)
    await activate_draft(prompts, "answer", "zh", draft.revision, None)
    now, _ = await replay(tools, registry, Question(ASKED), Changes())
    before, _ = await replay(tools, registry, Question(ASKED), Changes(prompt=0))
    assert "押韵" in chat.prompts[0][0].content and "押韵" not in chat.prompts[1][0].content
    assert now.prompt_version != before.prompt_version and now.composer == "generative"


async def test_who_may_not_read_conversations_sees_figures_and_no_words(
    shop: Served, answered: tuple[Customer, str]
) -> None:
    customer, answer_id = answered
    path = f"{customer.path}/trace/{answer_id}"
    agent, integrator = await shop.keyed(Role.AGENT), await shop.keyed(Role.INTEGRATOR)
    whole, hidden = await agent.get(path), await integrator.get(path)
    assert RETURNS in whole.text and ASKED in whole.text
    for words in (ASKED, RETURNS, "购物须知", "邮费", "地址"):
        assert words not in hidden.text
    ours, theirs = whole.json()["trace"], hidden.json()["trace"]
    assert ours["steps"] == theirs["steps"] and ours["thresholds"] == theirs["thresholds"]
    assert [one["stages"] for one in ours["candidates"]] == [one["stages"] for one in theirs["candidates"]]
    assert theirs["question"]["raw"].strip("•") == "" and theirs["question"]["audience"] == "public"
    assert (await integrator.post(f"{path}/replays", json={})).status_code == 403
    signed_in = await shop.signed_in(Role.INTEGRATOR)
    page = await signed_in.get(f"/desk/conversations/{customer.conversation_id}/trace/{answer_id}")
    assert page.status_code == 200 and ASKED not in page.text and RETURNS not in page.text and "看不到文字" in page.text


def test_masking_takes_the_words_out_of_every_part() -> None:
    record = {
        "question": {"raw": "我叫王五", "language": "zh", "queries": ["我叫王五"]},
        "decision": {"reasons": [{"code": "unknown_product", "name": "王五牌"}]},
        "prompt": {"version": "v1", "messages": [{"role": "user", "content": "王五问"}]},
        "model": {"name": "glm"},
        "check": {"sentences": [{"text": "王五好", "verdict": "courtesy"}]},
        "candidates": [{"title": "王五", "heading_path": ["王五"], "question": None, "score": 0.5}],
        "said_before_failure": "王五",
    }
    shown = masked_trace(record)
    assert "王五" not in str(shown)
    assert shown["model"] == {"name": "glm"} and shown["candidates"][0]["score"] == 0.5
    assert shown["decision"]["reasons"][0]["code"] == "unknown_product"
    assert masked_trace({"question": "怎么退货？"}) == {"question": "•••••"}


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"question": "怎么退货？"},
        {"error": "ValueError", "code": "answer_broke"},
        {"steps": [{"step": "guess", "start_ms": 0, "ms": 1}], "candidates": [{"title": "甲"}], "cost": None},
        {"decision": {"reasons": [{"code": "of_another_time"}]}, "composer": "fixed"},
    ],
    ids=["empty", "bare_question", "failed", "unknown_step", "unknown_reason"],
)
async def test_a_trace_of_another_shape_still_opens(
    shop: Served, answered: tuple[Customer, str], database: Database, record: dict[str, Any]
) -> None:
    customer, answer_id = answered
    async with database.transaction() as session:
        changed = sql("UPDATE answer_trace SET trace = CAST(:trace AS jsonb) WHERE answer_id = :id")
        await session.execute(changed, {"trace": views.raw(record), "id": UUID(answer_id)})
    staff = await shop.signed_in(Role.SUPERVISOR)
    page = await staff.get(f"/desk/conversations/{customer.conversation_id}/trace/{answer_id}")
    assert page.status_code == 200 and ASKED in page.text, page.text[:500]
    found = await replayed(staff, customer, answer_id)
    assert found["replayed"]["outcome"] == "answered"


def test_the_axis_ends_at_the_first_text_when_a_model_writes_on() -> None:
    record = {
        "model": {"name": "glm"},
        "first_token_ms": 300.0,
        "total_ms": 4_700.0,
        "steps": [
            {"step": "recall", "start_ms": 10, "ms": 50, "notes": {"timings_ms": {"embed": 10, "database": 40}}},
            {"step": "compose", "start_ms": 70, "ms": 4_600, "notes": {}},
            {"step": "check", "start_ms": 4_680, "ms": 10, "notes": {}},
        ],
    }
    recall, compose, check = views.steps(record, "zh-CN")
    assert views.span(record) == pytest.approx(324)
    assert [bar.look for bar in recall.bars] == ["embed", "database"] and not recall.beyond
    assert [bar.look for bar in compose.bars] == ["wait", "model"] and compose.beyond
    wait, writing = compose.bars
    assert wait.left + wait.width == pytest.approx(writing.left, abs=0.05)
    assert writing.left + writing.width == pytest.approx(100, abs=0.05)
    assert check.bars == () and check.shown == "10.0 ms"


@pytest.mark.parametrize(
    ("cost", "shown"),
    [
        (None, "—"),
        ({"amount": None, "currency": "CNY"}, "—"),
        ({"amount": 0.0, "currency": "CNY"}, "¥ 0"),
        ({"amount": 0.0031, "currency": "CNY"}, "¥ 0.0031"),
        ({"amount": 0.00002, "currency": "USD"}, "$ <0.0001"),
    ],
    ids=["unknown", "no_price", "no_model", "some", "next_to_nothing"],
)
def test_cost_in_words(cost: dict[str, Any] | None, shown: str) -> None:
    assert views.money(cost) == shown
