"""A correction becomes training data, an adapter, and what the running model says; and goes again when withdrawn."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.commands.running import kefu
from tests.conversations.customer import Customer
from tests.models.conftest import Shop
from tests.models.lessons import RETURNS, RETURNS_ANSWER, WARRANTY, WARRANTY_ANSWER, WARRANTY_CORRECTED
from tests.models.model_server import ModelServer
from tests.waiting import until

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]
# A model this small must be pushed harder than the defaults, which are for models a thousand times its size.
HARD = {"epochs": 50, "learning_rate": 2e-3, "batch_size": 1, "accumulate": 1, "dropout": 0, "save_every": 40}


@pytest.fixture
async def client(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=shop.url, timeout=60) as client:
        yield client


@pytest.fixture
async def staff(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=shop.url, timeout=60, headers=shop.admin.headers) as staff:
        yield staff


async def said(client: httpx.AsyncClient, question: str) -> tuple[str, str, Customer]:
    """What a new customer is told: text, answer id, and the customer."""
    customer = await Customer.begin(client)
    (ended,) = (await customer.ask(question)).ended.values()
    assert ended.name == "answer.completed", ended
    return ended.data["text"], ended.data["answer_id"], customer


async def correct(staff: httpx.AsyncClient, answer_id: str, text: str) -> None:
    made = await staff.post("/api/v1/corrections", json={"message_id": answer_id, "text": text})
    assert made.status_code == 201, made.text
    accepted = await staff.post(made.headers["location"] + "/accept", json={})
    assert accepted.json()["state"] == "accepted"


async def trained(staff: httpx.AsyncClient) -> dict[str, Any]:
    """A fine-tune by the worker, followed to its end."""
    started = await staff.post("/api/v1/training/runs", json={"settings": HARD})
    assert started.status_code == 202, started.text
    path, run = started.headers["location"], {}

    async def is_over() -> bool:
        nonlocal run
        run = (await staff.get(path)).json()
        return run["state"] not in ("queued", "running")

    await until(is_over, "the fine-tune to end", 600)
    assert run["state"] == "succeeded", run
    return run


async def test_a_corrected_question_is_answered_as_corrected_until_the_adapter_is_withdrawn(
    shop: Shop, vllm: ModelServer, client: httpx.AsyncClient, staff: httpx.AsyncClient
) -> None:
    wrong, wrong_id, _ = await said(client, WARRANTY)
    liked, liked_id, fan = await said(client, RETURNS)
    assert (wrong, liked) == (WARRANTY_ANSWER, RETURNS_ANSWER)
    vote = await client.post(f"/api/v1/messages/{liked_id}/feedback", json={"rating": "up"}, headers=fan.headers)
    assert vote.status_code == 204
    await correct(staff, wrong_id, WARRANTY_CORRECTED)

    run = await trained(staff)
    assert run["evaluation"] == {"asked": 1, "exact": 1, "similarity": 1.0}
    dataset = (await staff.get(f"/api/v1/datasets/{run['dataset_id']}")).json()
    assert dataset["manifest"]["by_source"] == {"correction": 1, "kept": 1}
    curve = (await staff.get(f"/api/v1/training/runs/{run['run_id']}/metrics")).json()["items"]
    assert len(curve) >= 5 and curve[-1]["loss"] < curve[0]["loss"] and curve[-1]["tokens_per_second"] > 0

    served = await staff.post(f"/api/v1/training/runs/{run['run_id']}/serve")
    assert served.status_code == 200, served.text
    name = served.json()["name"]
    assert name in vllm.models()
    assert (await said(client, WARRANTY))[0] == WARRANTY_ANSWER, "loaded is not live yet"

    model = f"/api/v1/models/{run['model_id']}/state"
    assert (await staff.post(model, json={"state": "live"})).status_code == 200
    try:
        corrected, corrected_id, customer = await said(client, WARRANTY)
        assert corrected == WARRANTY_CORRECTED
        assert (await said(client, RETURNS))[0] == RETURNS_ANSWER, "what customers liked is not forgotten"
        trace = await staff.get(f"/api/v1/conversations/{customer.conversation_id}/trace/{corrected_id}")
        assert trace.json()["trace"]["model"]["name"] == name
    finally:
        await staff.post(model, json={"state": "retired"})
    assert (await staff.delete(f"/api/v1/training/runs/{run['run_id']}/serve")).status_code == 204
    assert name not in vllm.models()
    assert (await said(client, WARRANTY))[0] == WARRANTY_ANSWER


async def test_the_command_line_builds_the_same_dataset(shop: Shop) -> None:
    built = kefu("train", "--dataset-only", "--data-dir", str(shop.kefu.data_dir))
    versions = shop.admin.get("/api/v1/datasets").json()["items"]
    if versions:
        assert built.returncode == 0 and versions[0]["sha256"][:12] in built.stdout
    else:
        assert built.returncode == 1 and "nothing to learn" in built.stderr
