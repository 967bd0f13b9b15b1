"""Customers' questions through the whole product to a real vLLM and back, when all is well and when it is not."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.adapters.vllm_adapters import VllmAdapters
from app.training import AdapterUnfit
from tests.conversations.customer import Customer, Reading
from tests.fakes.training import an_adapter
from tests.models.conftest import LONGEST_ANSWER, Shop
from tests.models.lessons import ADAPTER, ADAPTER_ANSWER, ENDLESS, ENDLESS_PIECE, HANDBOOK, RETURNS, RETURNS_ANSWER
from tests.models.model_server import ModelServer
from tests.waiting import until

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]


@pytest.fixture
async def customer(shop: Shop) -> AsyncIterator[Customer]:
    async with httpx.AsyncClient(base_url=shop.url, timeout=60) as client:
        yield await Customer.begin(client)


async def begun(customer: Customer, reading: Reading) -> str:
    """Asks the question without an end, reads its first words, and leaves; gives the answer's id."""
    async with customer.asking(ENDLESS) as events:
        async for event in events:
            reading.take(event)
            if event.name == "answer.delta":
                return str(event.data["answer_id"])
    raise AssertionError(f"the answer was over before a word of it was read: {reading.events}")


async def at_rest(vllm: ModelServer) -> None:
    """Waits until nothing of an earlier question is left to be counted."""
    seen: list[float] = []

    async def counts_no_more() -> bool:
        seen.append(vllm.metric("vllm:generation_tokens_total"))
        return vllm.metric("vllm:num_requests_running") == 0 and len(seen) > 1 and seen[-1] == seen[-2]

    await until(counts_no_more, "vLLM to be at rest", 10)


async def at_work(vllm: ModelServer) -> None:
    """Waits until vLLM itself says that it is answering."""

    async def answers() -> bool:
        return vllm.metric("vllm:num_requests_running") == 1

    await until(answers, "vLLM to say that it answers", 2)


@pytest.mark.parametrize(("question", "answer"), [(RETURNS, RETURNS_ANSWER), (ADAPTER, ADAPTER_ANSWER)])
async def test_a_grounded_answer_streams_with_its_source(
    vllm: ModelServer, customer: Customer, question: str, answer: str
) -> None:
    asked = vllm.metric("vllm:request_success_total")
    reading = await customer.ask(question)
    (ended,) = reading.ended.values()
    assert (ended.data["text"], ended.data["outcome"]) == (answer, "answered")
    started = next(event for event in reading.events if event.name == "answer.started")
    assert started.data["composer"] == "generative"
    (citation,) = ended.data["citations"]
    assert citation["number"] == 1 and citation["document_id"]
    assert citation["quote"] in HANDBOOK and citation["url"].startswith("/sources/")
    assert vllm.metric("vllm:request_success_total") == asked + 1


async def test_stop_aborts_the_request_in_the_model_server(vllm: ModelServer, customer: Customer) -> None:
    await at_rest(vllm)
    generated = vllm.metric("vllm:generation_tokens_total")
    ended_before = vllm.metric("vllm:request_success_total")
    reading = Reading()
    answer_id = await begun(customer, reading)
    with vllm.held():
        await at_work(vllm)
        stopped = await customer.post(f"/answers/{answer_id}/stop")
        assert stopped.status_code == 202
        ended = (await customer.read_until("answer.completed")).ended[answer_id]

    async def is_idle() -> bool:
        return vllm.metric("vllm:num_requests_running") == 0

    await until(is_idle, "vLLM to drop the request", 5)
    assert ended.data["outcome"] == "stopped" and ENDLESS_PIECE.startswith(ended.data["text"][:6])
    spent = vllm.metric("vllm:generation_tokens_total") - generated
    assert 0 < spent < LONGEST_ANSWER
    assert vllm.metric("vllm:request_success_total") == ended_before, "it was cut off, not finished"
    late = await customer.post(f"/answers/{answer_id}/stop")
    assert (late.status_code, late.json()["code"]) == (409, "answer_ended")
    assert vllm.metric("vllm:generation_tokens_total") == generated + spent


async def test_a_closed_tab_stops_nothing(vllm: ModelServer, customer: Customer) -> None:
    await at_rest(vllm)
    generated = vllm.metric("vllm:generation_tokens_total")
    answer_id = await begun(customer, Reading())
    assert answer_id in (await customer.read_until("answer.completed")).ended
    assert vllm.metric("vllm:generation_tokens_total") - generated > LONGEST_ANSWER / 3, "written on for nobody"


async def test_a_model_server_killed_mid_answer_ends_in_an_honest_sentence_and_works_again_after_its_restart(
    shop: Shop, vllm: ModelServer, customer: Customer
) -> None:
    answer_id = await begun(customer, Reading())
    with vllm.held():
        await at_work(vllm)
        vllm.kill()
    failed = (await customer.read_until("answer.failed")).ended[answer_id]
    assert failed.data["code"] in ("model_broken", "model_unavailable", "model_timeout") and failed.data["text"]
    shown = (await customer.snapshot())["messages"][-1]
    assert (shown["message_id"], shown["outcome"], shown["text"]) == (answer_id, "failed", failed.data["text"])
    refused = (await customer.ask(RETURNS)).ended.popitem()[1]
    assert (refused.name, refused.data["code"]) == ("answer.failed", "model_unavailable")
    vllm.start("--max-num-seqs", "16")
    fresh = await Customer.begin(customer.client)
    assert (await fresh.ask(RETURNS)).ended.popitem()[1].data["text"] == RETURNS_ANSWER
    again = (await customer.ask(RETURNS)).ended.popitem()[1]
    assert again.name == "answer.completed"


async def test_adapters_of_another_rank_or_base_are_refused_and_the_server_answers_on(
    shop: Shop, vllm: ModelServer, customer: Customer, folder: Path
) -> None:
    base = folder / shop.vllm.name
    adapters = VllmAdapters(vllm.url, None)
    with pytest.raises(AdapterUnfit) as caught:
        await adapters.load("wide", str(an_adapter(folder / "wide", base, rank=64)))
    assert "rank" in caught.value.sentence("en"), "in the server's own words"
    with pytest.raises(AdapterUnfit):
        await adapters.load("other", str(an_adapter(folder / "other", base, rank=8, narrower=2)))
    await adapters.load("fits", str(an_adapter(folder / "fits", base, rank=8)))
    try:
        assert set(vllm.models()) == {shop.vllm.name, "fits"}
        (ended,) = (await customer.ask(RETURNS)).ended.values()
        assert ended.data["text"] == RETURNS_ANSWER
    finally:
        await adapters.unload("fits")
