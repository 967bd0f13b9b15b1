"""The hit test walks the live path: it finds what customers are answered with, and its settings stay its own."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app.accounts import Role
from app.knowledge import SearchRequest, SearchTools, search_passages
from tests.evaluation.conftest import INVOICES, RETURNS
from tests.serving import Served

QUESTIONS = ["退货的运费谁出", "发票什么时候发到邮箱", "do orders ship for free", "怎么修改收货地址", "明天会下雨吗"]


async def probe(client: httpx.AsyncClient, question: str, **more: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/hit-test", json={"question": question, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def live_answer(shop: Served, question: str) -> dict[str, Any]:
    """What a customer reads in a real conversation."""
    started = (await shop.client().post("/api/v1/conversations", json={"locale": "zh-CN"})).json()
    customer = shop.client(Authorization=f"Bearer {started['token']}", Accept="text/event-stream")
    path = f"/api/v1/conversations/{started['conversation_id']}"
    await customer.post(f"{path}/messages", json={"client_id": "1", "text": question})
    customer.headers["Accept"] = "application/json"
    message: dict[str, Any] = (await customer.get(path)).json()["messages"][-1]
    return message


@pytest.mark.parametrize("question", QUESTIONS)
async def test_finds_what_live_search_finds_and_says_what_a_customer_reads(
    shop: Served, admin: httpx.AsyncClient, question: str
) -> None:
    told = await probe(admin, question)
    live = await search_passages(shop.tools[SearchTools], SearchRequest([question]))
    final = [one["chunk_id"] for one in told["stages"]["reranked"]["items"]]
    assert final[: len(live.hits)] == [str(hit.chunk_id) for hit in live.hits]
    assert (told["confidence"], told["answerable"]) == (round(live.confidence, 4), live.answerable)
    said = await live_answer(shop, question)
    assert (told["answer"]["text"], told["answer"]["outcome"]) == (said["text"], said["outcome"])
    quoted = [(one["number"], one["quote"]) for one in told["answer"]["citations"]]
    assert quoted == [(one["number"], one["quote"]) for one in said.get("citations") or []]


async def test_settings_of_a_test_never_reach_a_customer(shop: Served, admin: httpx.AsyncClient) -> None:
    before = await live_answer(shop, QUESTIONS[0])
    strict = await probe(admin, QUESTIONS[0], options={"threshold": 1.0, "weights": [0, 1], "synonyms": False})
    assert not strict["answerable"] and strict["answer"]["outcome"] != "answered" and strict["threshold"] == 1.0
    after = await live_answer(shop, QUESTIONS[0])
    assert (before["text"], before["outcome"]) == (after["text"], after["outcome"])
    assert after["outcome"] == "answered"


async def test_other_words_for_a_passage_are_tried_and_kept_nowhere(admin: httpx.AsyncClient) -> None:
    before = await probe(admin, QUESTIONS[0])
    first = before["stages"]["reranked"]["items"][0]["chunk_id"]
    best = next(one for one in before["passages"] if one["chunk_id"] == first)
    edited = {"chunk_id": first, "text": "退货的运费由月球基地承担。"}
    tried = await probe(admin, QUESTIONS[0], edited=edited)
    words = [one["text"] for one in tried["passages"]]
    assert edited["text"] in words and best["text"] not in words
    assert "月球基地" in tried["answer"]["text"]
    assert (await probe(admin, QUESTIONS[0]))["passages"] == before["passages"]
    unknown = {"question": "退货", "edited": {"chunk_id": str(UUID(int=3)), "text": "x"}}
    assert (await admin.post("/api/v1/hit-test", json=unknown)).status_code == 404


async def test_says_where_the_expected_passage_stands_and_why(admin: httpx.AsyncClient) -> None:
    told = await probe(admin, "退货的运费谁出", expected=[{"source": "购物须知", "text": RETURNS}])
    standing = told["expected"]
    assert standing["ranks"]["reranked"] == 1 and standing["cited"]
    assert any("同义词" in said for said in standing["why"]), standing["why"]
    passage = next(one for one in told["passages"] if one["chunk_id"] in standing["chunk_ids"])
    assert passage["text"] == RETURNS and passage["source"] == "购物须知"
    again = await probe(admin, "退货的运费谁出", expected=[{"source": passage["source"], "sha256": passage["sha256"]}])
    assert again["expected"]["chunk_ids"] == standing["chunk_ids"]


async def test_an_expected_passage_that_is_nowhere_is_said_to_be_nowhere(admin: httpx.AsyncClient) -> None:
    standing = (await probe(admin, "退货的运费谁出", expected=[{"source": "没有这个文件"}]))["expected"]
    assert (standing["chunk_ids"], standing["ranks"], standing["cited"]) == ([], {}, False)
    assert len(standing["why"]) == 1


async def test_other_phrasings_tell_the_rank_of_the_same_passage(admin: httpx.AsyncClient) -> None:
    body = {
        "question": "退货的运费谁出",
        "expected": [{"source": "购物须知", "text": INVOICES}],
        "phrasings": ["发票发到哪个邮箱", "退货"],
    }
    found = (await admin.post("/api/v1/hit-test/phrasings", json=body)).json()["items"]
    assert [one["text"] for one in found] == body["phrasings"]
    assert found[0]["rank"] == 1 and found[1]["rank"] != 1


async def test_offers_bases_and_embedders_to_choose_from(admin: httpx.AsyncClient) -> None:
    offered = (await admin.get("/api/v1/hit-test/choices")).json()
    assert [one["state"] for one in offered["embedders"]] == ["present"] and len(offered["bases"]) == 1
    chosen = {"embedder_id": offered["embedders"][0]["embedder_id"]}
    assert (await probe(admin, "退货", options=chosen))["embedder"] == offered["embedders"][0]["model"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": ""}, 422),
        ({"question": "x" * 2_001}, 422),
        ({"question": "退货", "options": {"threshold": 2}}, 422),
        ({"question": "退货", "options": {"embedder_id": "00000000-0000-7000-8000-00000000ffff"}}, 404),
        ({"question": "退货", "unknown": 1}, 422),
        ({"question": "' OR 1=1 -- {1:2}/3 \\"}, 200),
        ({"question": "转人工"}, 200),
        ({"question": "你好"}, 200),
    ],
)
async def test_odd_requests_are_refused_or_answered_but_never_fail(
    admin: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    assert (await admin.post("/api/v1/hit-test", json=body)).status_code == status


async def test_only_staff_may_test(shop: Served) -> None:
    assert (await shop.client().post("/api/v1/hit-test", json={"question": "退货"})).status_code == 401
    integrator = await shop.keyed(Role.INTEGRATOR)
    assert (await integrator.post("/api/v1/hit-test", json={"question": "退货"})).status_code == 403
