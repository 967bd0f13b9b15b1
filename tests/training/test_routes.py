"""Datasets and runs over HTTP: who may, what is refused with which code, and what can be downloaded."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.accounts import Role
from app.kernel.settings import Settings
from app.training import TrainingTools, do_build
from tests.fakes.training import a_base_model
from tests.serving import Served, serving
from tests.training.building import built

FAQ = {"questions": ["怎么开发票？", "能开专票吗？"], "answer": "在订单页申请电子发票。"}


@pytest.fixture
async def school(settings: Settings, tmp_path: Path) -> AsyncIterator[Served]:
    """A Kefu that has a base model to start from."""
    base = a_base_model(tmp_path / "base")
    async with serving(settings.model_copy(update={"base_model_dir": base, "train_python": base / "python"})) as served:
        admin = await served.keyed(Role.ADMIN)
        assert (await admin.post("/api/v1/faqs", json=FAQ)).status_code == 201
        yield served


async def test_a_dataset_is_built_once_and_its_rows_are_those_of_its_digest(school: Served) -> None:
    admin = await school.keyed(Role.ADMIN)
    body = await built(school, admin)
    rows = await admin.get(f"/api/v1/datasets/{body['dataset_id']}/rows")
    assert hashlib.sha256(rows.content).hexdigest() == body["sha256"] == body["manifest"]["sha256"]
    assert rows.content.count(b"\n") == body["rows"] == 2 and body["manifest"]["by_source"] == {"faq": 2}
    again = await built(school, admin)
    assert again["dataset_id"] == body["dataset_id"]
    assert [one["version"] for one in (await admin.get("/api/v1/datasets")).json()["items"]] == [1]


async def test_faq_rows_use_the_real_prompt_and_cite_it(school: Served) -> None:
    admin = await school.keyed(Role.ADMIN)
    version = await built(school, admin)
    rows = (await admin.get(f"/api/v1/datasets/{version['dataset_id']}/rows")).text
    assert "【资料】" in rows and "在订单页申请电子发票[1]。" in rows


async def test_a_run_is_accepted_shown_and_cancelled(school: Served) -> None:
    admin = await school.keyed(Role.ADMIN)
    early = await admin.post("/api/v1/training/runs", json={})
    assert (early.status_code, early.json()["code"]) == (409, "nothing_to_learn"), "there is no version yet"
    await built(school, admin)
    started = await admin.post("/api/v1/training/runs", json={"settings": {"epochs": 1}})
    assert started.status_code == 202
    run = (await admin.get(started.headers["location"])).json()
    assert (run["state"], run["settings"]["epochs"], run["step"], run["error"]) == ("queued", 1, 0, None)
    assert (await admin.get(f"/api/v1/jobs/{run['job_id']}")).json()["kind"] == "training.fine_tune"
    curve = (await admin.get(started.headers["location"] + "/metrics")).json()
    assert (curve["items"], curve["validations"], curve["verdict"]["code"]) == ([], [], "no_validation")
    assert (await admin.get(started.headers["location"] + "/log")).json() == {"items": []}
    unserved = await admin.post(started.headers["location"] + "/serve")
    assert (unserved.status_code, unserved.json()["code"]) == (409, "run_not_succeeded")
    cancelled = await admin.post(started.headers["location"] + "/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    late = await admin.post(started.headers["location"] + "/cancel")
    assert (late.status_code, late.json()["code"]) == (409, "job_ended")
    assert [one["run_id"] for one in (await admin.get("/api/v1/training/runs")).json()["items"]] == [run["run_id"]]


@pytest.mark.parametrize(
    "chosen",
    [
        {"epochs": 0},
        {"learning_rate": 1},
        {"rank": 0},
        {"dropout": 1},
        {"batch_size": -1},
        {"max_length": 10},
        {"seed": -1},
        {"optimizer": "x"},
    ],
)
async def test_settings_outside_their_bounds_are_refused(school: Served, chosen: dict[str, Any]) -> None:
    admin = await school.keyed(Role.ADMIN)
    refused = await admin.post("/api/v1/training/runs", json={"settings": chosen})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert (await admin.get("/api/v1/training/runs")).json()["items"] == []


@pytest.mark.parametrize("name", ["", " ", "../secrets", "x" * 61, "a\x00"])
async def test_a_bad_dataset_name_is_refused(standing: Served, name: str) -> None:
    refused = await (await standing.keyed(Role.ADMIN)).post("/api/v1/datasets", json={"name": name})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_unknown_datasets_and_runs_are_not_found(school: Served) -> None:
    admin = await school.keyed(Role.ADMIN)
    unknown = str(uuid4())
    answers = [
        await admin.post("/api/v1/training/runs", json={"dataset_id": unknown}),
        await admin.get(f"/api/v1/datasets/{unknown}"),
        await admin.get(f"/api/v1/datasets/{unknown}/rows"),
        await admin.get(f"/api/v1/training/runs/{unknown}"),
        await admin.get(f"/api/v1/training/runs/{unknown}/metrics"),
        await admin.post(f"/api/v1/training/runs/{unknown}/cancel"),
        await admin.post(f"/api/v1/training/runs/{unknown}/serve"),
    ]
    assert [one.json()["code"] for one in answers] == ["not_found"] * len(answers)


async def test_supervisors_watch_and_admins_train(school: Served) -> None:
    agent, supervisor = await school.keyed(Role.AGENT), await school.keyed(Role.SUPERVISOR)
    assert (await supervisor.get("/api/v1/training/runs")).status_code == 200
    assert (await supervisor.post("/api/v1/training/runs", json={})).status_code == 403
    assert (await supervisor.post("/api/v1/datasets", json={})).status_code == 403
    assert (await agent.get("/api/v1/datasets")).status_code == 403


async def test_without_anything_to_learn_or_to_start_from_the_reason_is_named(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    empty = (await admin.post("/api/v1/datasets", json={})).json()
    await do_build(kefu.tools[TrainingTools], UUID(empty["job_id"]))
    job = (await admin.get(f"/api/v1/jobs/{empty['job_id']}")).json()
    assert (job["state"], job["error"]["code"]) == ("failed", "nothing_to_learn")
    assert (await admin.get(f"/api/v1/datasets/builds/{empty['build_id']}")).json()["dataset_id"] is None
    await admin.post("/api/v1/faqs", json=FAQ)
    await built(kefu, admin)
    unset = await admin.post("/api/v1/training/runs", json={})
    assert (unset.status_code, unset.json()["code"]) == (409, "training_not_set_up")
