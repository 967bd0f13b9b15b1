"""A small shop to ask: three passages and an FAQ, over HTTP, with its jobs done here instead of by a worker."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from app.accounts import Role
from app.evaluation import EvaluationTools, do_run
from app.jobs import JobState, list_jobs
from app.kernel.settings import Settings
from app.knowledge import SearchTools, add_faq
from tests.knowledge.indexing import add_document, passages
from tests.serving import Served, serving

RETURNS = "签收后七天内可以无理由退货，商品需保持完好，邮费由买家承担。"
INVOICES = "电子发票在订单完成后二十四小时内发送到下单时填写的邮箱。"
SHIPPING = "Orders above 99 yuan ship for free within 48 hours."
Work = Callable[[], Awaitable[None]]


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Served]:
    async with serving(settings) as served:
        search: SearchTools = served.tools[SearchTools]
        await add_document(search, "购物须知", passages(RETURNS, INVOICES, SHIPPING))
        await add_faq(search, ["怎么修改收货地址？", "地址写错了怎么办"], "发货前在订单详情里点修改地址。")
        yield served


@pytest.fixture
async def admin(shop: Served) -> httpx.AsyncClient:
    return await shop.keyed(Role.ADMIN)


@pytest.fixture
def work(shop: Served) -> Work:
    """Does every waiting run, as a worker would."""
    tools: EvaluationTools = shop.tools[EvaluationTools]

    async def do() -> None:
        for job in await list_jobs(tools.database, states=[JobState.QUEUED], kind="evaluation"):
            await do_run(tools, job.id)

    return do


@pytest.fixture
async def questions(admin: httpx.AsyncClient) -> str:
    """A set of three: one found in a document, one an FAQ answers, one that must be refused. Returns its id."""
    made = await admin.post("/api/v1/regression/sets", json={"name": "上线前必问"})
    assert made.status_code == 201, made.text
    set_id: str = made.json()["set_id"]
    asked: list[dict[str, Any]] = [
        {"text": "退货的运费谁出", "expected": [{"source": "购物须知", "text": RETURNS}], "must": True},
        {"text": "地址写错了", "expected": [{"question": "怎么修改收货地址？"}], "must_say": [["修改地址"]]},
        {"text": "明天上海会下雨吗", "must_refuse": True},
    ]
    added = await admin.post(f"/api/v1/regression/sets/{set_id}/questions", json={"questions": asked})
    assert added.status_code == 201 and len(added.json()["question_ids"]) == 3, added.text
    return set_id
