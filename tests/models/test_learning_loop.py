"""A correction becomes training data, an adapter, what the gate lets through and customers read; and goes again."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.commands.running import RunningKefu, kefu
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


async def trained(staff: httpx.AsyncClient, kefu_up: RunningKefu | None = None) -> dict[str, Any]:
    """A fine-tune by the worker, followed to its end; with `kefu_up` its worker is killed once in the middle."""
    started = await staff.post("/api/v1/training/runs", json={"settings": HARD})
    assert started.status_code == 202, started.text
    path, run = started.headers["location"], {}
    waits_to_kill = kefu_up is not None

    async def is_over() -> bool:
        nonlocal run, waits_to_kill
        run = (await staff.get(path)).json()
        if waits_to_kill and run["step"] > HARD["save_every"]:
            assert kefu_up is not None
            kill_with_children(kefu_up.children()["worker"])
            waits_to_kill = False
        return run["state"] not in ("queued", "running")

    await until(is_over, "the fine-tune to end", 600)
    assert run["state"] == "succeeded" and not waits_to_kill, run
    return run


def kill_with_children(pid: int) -> None:
    """As a machine that loses power does: the worker and every process it started, at once."""
    family, waiting = [pid], [pid]
    while waiting:
        parent = waiting.pop()
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            born = [int(one) for one in task.read_text().split()]
            family += born
            waiting += born
    for one in family:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


async def judged(staff: httpx.AsyncClient, model_id: str) -> dict[str, Any]:
    """An evaluation of a model by a worker, followed to its end."""
    started = await staff.post(f"/api/v1/models/{model_id}/evaluations")
    assert started.status_code == 202, started.text
    found: dict[str, Any] = {}

    async def is_over() -> bool:
        nonlocal found
        found = (await staff.get(started.headers["location"])).json()
        return found["state"] not in ("queued", "running")

    await until(is_over, "the evaluation to end", 120)
    assert found["state"] == "done", found
    return found


async def moved(staff: httpx.AsyncClient, model_id: str, where: str, **form: Any) -> None:
    answer = await staff.post(f"/api/v1/models/{model_id}/{where}", json=form)
    assert answer.status_code == 200, answer.text


async def test_a_corrected_question_goes_from_wrong_to_right_through_gate_shadow_and_canary_and_back(
    shop: Shop, vllm: ModelServer, client: httpx.AsyncClient, staff: httpx.AsyncClient
) -> None:
    wrong, wrong_id, _ = await said(client, WARRANTY)
    liked, liked_id, fan = await said(client, RETURNS)
    assert (wrong, liked) == (WARRANTY_ANSWER, RETURNS_ANSWER)
    vote = await client.post(f"/api/v1/messages/{liked_id}/feedback", json={"rating": "up"}, headers=fan.headers)
    assert vote.status_code == 204
    await correct(staff, wrong_id, WARRANTY_CORRECTED)

    run = await trained(staff, shop.kefu)
    model_id = run["model_id"]
    assert run["facts"]["resumes"] and run["facts"]["resumes"][0] >= HARD["save_every"], "it went on where it was"
    assert run["evaluation"] == {"asked": 1, "exact": 1, "similarity": 1.0}
    dataset = (await staff.get(f"/api/v1/datasets/{run['dataset_id']}")).json()
    assert dataset["manifest"]["by_source"] == {"correction": 1, "kept": 1}
    curve = (await staff.get(f"/api/v1/training/runs/{run['run_id']}/metrics")).json()["items"]
    assert len(curve) >= 5 and curve[-1]["loss"] < curve[0]["loss"] and curve[-1]["tokens_per_second"] > 0
    log = (await staff.get(f"/api/v1/training/runs/{run['run_id']}/log")).json()["items"]
    assert any(line["text"].startswith("resumed from checkpoint") for line in log)

    early = await staff.post(f"/api/v1/models/{model_id}/canary", json={"share": 0.2})
    assert (early.status_code, early.json()["code"]) == (409, "gate_not_passed")
    verdict = await judged(staff, model_id)
    assert verdict["verdict"]["passed"], verdict["verdict"]
    now, new = (verdict["figures"][one]["kinds"] for one in ("now", "new"))
    assert (now["corrected"]["right"], new["corrected"]["right"]) == (0.0, 1.0)
    assert (now["old"]["right"], new["old"]["right"]) == (1.0, 1.0), "what customers liked is not forgotten"

    await moved(staff, model_id, "shadow", share=1.0)
    name = next(one for one in vllm.models() if one.startswith("kefu-"))
    assert (await said(client, WARRANTY))[0] == WARRANTY_ANSWER, "nobody is shown what the shadow says"

    async def is_shadowed() -> bool:
        found = (await staff.get(f"/api/v1/models/{model_id}/shadow-answers")).json()["items"]
        return any(one["text"].startswith(WARRANTY_CORRECTED[:-4]) for one in found)

    await until(is_shadowed, "the shadow to answer", 60)
    await moved(staff, model_id, "canary", share=0.5)
    heard: dict[str, str] = {}
    for _ in range(40):
        text, _, customer = await said(client, WARRANTY)
        heard[text] = heard.get(text) or customer.conversation_id
        if len(heard) == 2:
            break
    assert set(heard) == {WARRANTY_ANSWER, WARRANTY_CORRECTED}, "some customers meet it, some do not"

    await moved(staff, model_id, "promote")
    corrected, corrected_id, customer = await said(client, WARRANTY)
    assert corrected == WARRANTY_CORRECTED and (await said(client, RETURNS))[0] == RETURNS_ANSWER
    trace = await staff.get(f"/api/v1/conversations/{customer.conversation_id}/trace/{corrected_id}")
    assert trace.json()["trace"]["model"]["name"] == name
    figures = (await staff.get("/api/v1/models/figures")).json()["items"]
    assert next(one for one in figures if one["model_id"] == model_id)["answers"] >= 2

    back = await staff.post("/api/v1/models/roll-back", json={"reason": "演练"})
    assert back.json() == {"answers_now": None, "name": None}
    assert (await said(client, WARRANTY))[0] == WARRANTY_ANSWER
    assert (await staff.delete(f"/api/v1/training/runs/{run['run_id']}/serve")).status_code == 204
    assert name not in vllm.models()


async def test_the_command_line_builds_the_same_dataset(shop: Shop) -> None:
    built = kefu("train", "--dataset-only", "--data-dir", str(shop.kefu.data_dir))
    versions = shop.admin.get("/api/v1/datasets").json()["items"]
    if versions:
        assert built.returncode == 0 and versions[0]["sha256"][:12] in built.stdout
    else:
        assert built.returncode == 1 and "nothing to learn" in built.stderr
