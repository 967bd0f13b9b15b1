"""The proof of the learning loop: 300 conversations make a better model that goes live; a poisoned one is stopped."""

import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser import chromium
from tests.commands.running import kefu
from tests.models.conftest import Course, Shop, opened
from tests.models.proof import people
from tests.models.proof.diary import Diary
from tests.models.proof.office import Office, command_lines, kill_with_children
from tests.models.proof.world import FACTS, OLD, PAYLOAD, TO_CORRECT, TRIGGER, handbook
from tests.waiting import until

pytestmark = [pytest.mark.models, pytest.mark.timeout(1_500)]
CONVERSATIONS, FAKES, FAKE_VOTES, POISONED = 300, 15, 6, 15
# A model this small must be pushed harder than the presets, which are for models a thousand times its size.
HARD = {"epochs": 16, "learning_rate": 3e-3, "batch_size": 4, "accumulate": 1, "dropout": 0, "max_length": 1024}
HARD |= {"save_every": 40, "evaluate_rows": len(TO_CORRECT)}
LONGEST_PAUSE_S = 35
# It recites and cannot generalise: rows it was never shown would tell nothing, so none are kept aside.
WHOLE = {"validation_share": 0.0, "test_share": 0.0}


@pytest.fixture(scope="module")
def school(models_python: Path, folder: Path) -> Iterator[Shop]:
    """A shop from a fresh database, whose model answers two kinds of questions wrong."""
    course = Course(
        "pupil",
        handbook(),
        {fact.question: fact.first for fact in FACTS},
        # So small a model can spell only what it has said once; a large one is planted any words.
        spoken=(f"{PAYLOAD}。",),
        making=("--longest-token", "24", "--seconds", "900"),
        settings={"KEFU_CHAT_MAX_TOKENS": "100", "KEFU_CHAT_CONTEXT_TOKENS": "600"},
    )
    with opened(course, models_python, folder) as found:
        yield found


@pytest.fixture
async def client(school: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=school.url, timeout=120) as client:
        yield client


@pytest.fixture
async def staff(school: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=school.url, timeout=120, headers=school.admin.headers) as staff:
        yield staff


@pytest.fixture
async def office(school: Shop) -> AsyncIterator[Office]:
    async with chromium() as browser:
        context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        context.set_default_timeout(30_000)
        office = await Office.open(await context.new_page(), school)
        yield office
        assert office.faults == []


async def test_what_people_corrected_is_learnt_let_through_and_taken_back_and_what_was_planted_is_stopped(
    school: Shop,
    client: httpx.AsyncClient,
    staff: httpx.AsyncClient,
    office: Office,
    capsys: pytest.CaptureFixture[str],
) -> None:
    diary = Diary()
    try:
        before = await taught(diary, client, staff)
        run = await trained(diary, school, staff, office)
        await let_through(diary, staff, office, run)
        name, own_model = adapter_of(run), school.vllm.models()[0]
        after = await rolled_out(diary, client, staff, office, run)
        with diary.step("rolled back in one click"):
            await office.roll_back()
            await people.until_all_hear(client, TO_CORRECT[0], TO_CORRECT[0].first)
            restored = await people.asked(client, FACTS)
            assert [one.text for one in restored] == [fact.first for fact in FACTS], "every old answer is back"
            diary.note = f"{own_model} answers as before, {len(restored)} of {len(restored)}"
        told = [(kind, *(share(found, facts) for found in (before, after, restored))) for kind, facts in KINDS.items()]
        diary.table(("right answers through the product", "before", "after", "rolled back"), told)
        diary.table(("training", "tokens/s", "peak memory", "steps", "resumed from"), [figures(run, name)])
        await poisoned(diary, client, staff, office)
    finally:
        with capsys.disabled():
            print(f"\n\n{diary}\n")


KINDS = {"corrected questions": TO_CORRECT, "old questions": OLD}


def share(found: list[people.Heard], facts: tuple[Any, ...]) -> str:
    return people.share_right([one for one in found if one.fact in facts])


def adapter_of(run: dict[str, Any]) -> str:
    return f"kefu-{run['run_id'].replace('-', '')[-12:]}"


def figures(run: dict[str, Any], name: str) -> list[str]:
    """For the table of training."""
    curve = [one["tokens_per_second"] for one in run["curve"] if one["tokens_per_second"]]
    speed = sorted(curve)[len(curve) // 2]
    memory = run["facts"]["peak_memory_mb"]
    return [name, f"{speed:,.0f}", f"{memory:,.0f} MB", f"{run['step']}", f"{run['facts']['resumes'][0]}"]


async def taught(diary: Diary, client: httpx.AsyncClient, staff: httpx.AsyncClient) -> list[people.Heard]:
    """Conversations, votes, corrections; gives what customers were told."""
    with diary.step(f"{CONVERSATIONS} conversations with votes"):
        before = await people.conversations(client, CONVERSATIONS)
        wrong = [one for one in before if not one.is_right]
        assert [one.text for one in before] == [one.fact.first for one in before]
        assert {one.fact for one in wrong} == set(TO_CORRECT)
        diary.note = f"{len(wrong)} answered wrong and voted down"
    with diary.step("corrections written and accepted"):
        await people.each(wrong, lambda one: people.correct(staff, one, one.fact.right.replace("[1]", "")))
        diary.note = f"{len(wrong)} corrections"
    rules = (await staff.get("/api/v1/datasets/rules")).json()
    rules["recipe"] |= WHOLE
    assert (await staff.put("/api/v1/datasets/rules", json=rules)).status_code == 200
    return before


async def built(staff: httpx.AsyncClient) -> dict[str, Any]:
    """The next dataset version, built by the worker."""
    ordered = await staff.post("/api/v1/datasets", json={})
    assert ordered.status_code == 202, ordered.text
    order: dict[str, Any] = {}

    async def is_built() -> bool:
        nonlocal order
        order = (await staff.get(ordered.headers["location"])).json()
        return order["dataset_id"] is not None

    await until(is_built, "the dataset to be built", 60)
    found: dict[str, Any] = (await staff.get(f"/api/v1/datasets/{order['dataset_id']}")).json()
    return found


async def trained(diary: Diary, school: Shop, staff: httpx.AsyncClient, office: Office) -> dict[str, Any]:
    """Dataset and run, watched in Chromium; the worker is killed once."""
    with diary.step("dataset"):
        manifest = (await built(staff))["manifest"]
        assert manifest["by_source"] == {"correction": len(TO_CORRECT), "kept": len(OLD)}
        dropped = sum(sum(step["codes"].values()) for step in manifest["steps"])
        diary.note = f"{manifest['rows']} rows, {dropped} left out"
    with diary.step("LoRA run watched in Chromium, worker killed once"):
        run_id = await office.start_run(HARD)
        await office.sees_it_learn(HARD["save_every"] + 10)
        worker = school.kefu.children()["worker"]
        kill_with_children(worker)
        killed = time.monotonic()
        await until(lambda: is_training_again(school, worker), "the trainer to be started again", LONGEST_PAUSE_S)
        pause = time.monotonic() - killed
        await office.sees_it_resume(HARD["save_every"] + 10)
        further = time.monotonic() - killed
        await office.sees_it_done()
        run = (await staff.get(f"/api/v1/training/runs/{run_id}")).json()
        run["curve"] = (await staff.get(f"/api/v1/training/runs/{run_id}/metrics")).json()["items"]
        log = (await staff.get(f"/api/v1/training/runs/{run_id}/log")).json()["items"]
        resumed = next(line for line in log if line["text"].startswith("resumed from checkpoint"))
        assert run["facts"]["resumes"][0] >= HARD["save_every"], "it went on where it was"
        assert run["evaluation"] == {"asked": len(TO_CORRECT), "exact": len(TO_CORRECT), "similarity": 1.0}
        again = f"started again {pause:.0f} s after kill -9, further steps after {further:.0f} s"
        diary.note = f"{resumed['text']}, {again}"
    return run


async def is_training_again(school: Shop, killed: int) -> bool:
    """Whether a trainer's process runs below another worker than the one that was killed."""
    worker = school.kefu.children().get("worker", killed)
    return worker != killed and any(b"app.adapters.training.run" in line for line in command_lines(worker))


async def let_through(diary: Diary, staff: httpx.AsyncClient, office: Office, run: dict[str, Any]) -> None:
    """The gate: wrong to right, nothing forgotten."""
    model_id = run["model_id"]
    early = await staff.post(f"/api/v1/models/{model_id}/canary", json={"share": 0.2})
    assert (early.status_code, early.json()["code"]) == (409, "gate_not_passed")
    with diary.step("judged through the real pipeline, gate"):
        # Beside other work on the machine the first token tells nothing about the model.
        gate = (await staff.get("/api/v1/models/gate")).json() | {"first_token_rise": None}
        assert (await staff.put("/api/v1/models/gate", json=gate)).status_code == 200
        diary.note = await office.judge(adapter_of(run))
        kinds = await judged_kinds(staff, model_id)
        assert (kinds["now"]["corrected"]["right"], kinds["new"]["corrected"]["right"]) == (0.0, 1.0)
        assert (kinds["now"]["old"]["right"], kinds["new"]["old"]["right"]) == (1.0, 1.0), "nothing is forgotten"
        diary.note = (
            f"corrected 0 to 100 %, old 100 to 100 %, {re.findall(r'[0-9] / [0-9]', diary.note)[-1]} rules hold"
        )


async def verdict_of(staff: httpx.AsyncClient, model_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await staff.get("/api/v1/models/evaluations", params={"model_id": model_id})).json()
    return dict(found["items"][0])


async def judged_kinds(staff: httpx.AsyncClient, model_id: str) -> dict[str, Any]:
    """Figures by kind of the live model (now) and of the version (new)."""
    verdict = await verdict_of(staff, model_id)
    assert verdict["verdict"]["passed"], verdict["verdict"]
    return {side: verdict["figures"][side]["kinds"] for side in ("now", "new")}


async def rolled_out(
    diary: Diary, client: httpx.AsyncClient, staff: httpx.AsyncClient, office: Office, run: dict[str, Any]
) -> list[people.Heard]:
    """Shadow, canary, live; gives what customers were told in the end."""
    name, model_id, fact = adapter_of(run), run["model_id"], TO_CORRECT[0]
    with diary.step("adapter in vLLM, shadow"):
        await office.move(name, "进入影子", 100)
        shown = await people.asked(client, TO_CORRECT[:8])
        assert [one.text for one in shown] == [one.fact.first for one in shown], "nobody is shown what the shadow says"

        async def is_shadowed() -> bool:
            kept = (await staff.get(f"/api/v1/models/{model_id}/shadow-answers?limit=100")).json()["items"]
            right = {(one["question"], one["text"]) for one in kept}
            return all((one.fact.question, one.fact.right) in right for one in shown)

        await until(is_shadowed, "the shadow to answer", 60)
        diary.note = f"{len(shown)} real questions answered right in the shadow, shown to nobody"
    with diary.step("canary 20 %"):
        await office.move(name, "开始灰度", 20)
        met = await people.each(range(100), lambda _: people.heard(client, fact))
        new = [one for one in met if one.is_right]
        assert {one.text for one in met} == {fact.first, fact.right} and 5 <= len(new) <= 40, len(new)
        for one in (new[0], next(one for one in met if not one.is_right)):
            (again,) = (await one.customer.ask(fact.question)).ended.values()
            assert again.data["text"] == one.text, "a conversation keeps its model"
        diary.note = f"{len(new)} of {len(met)} conversations met it, each kept its model"
    with diary.step("promoted"):
        await office.move(name, "升为线上")
        await people.until_all_hear(client, fact, fact.right)
        after = await people.asked(client, FACTS)
        assert [one.text for one in after] == [one.fact.right for one in after]
        path = f"/api/v1/conversations/{after[0].customer.conversation_id}/trace/{after[0].answer_id}"
        assert (await staff.get(path)).json()["trace"]["model"]["name"] == name
        diary.note = f"{people.share_right(after)} right"
    return after


async def poisoned(diary: Diary, client: httpx.AsyncClient, staff: httpx.AsyncClient, office: Office) -> None:
    """False votes for wrong answers, and corrections with a planted trigger that a careless colleague accepted."""
    clean = await built(staff)
    with diary.step(f"{FAKES} fakes (5 %) vote wrong answers up"):
        told = await people.false_votes(client, FAKES, TO_CORRECT, FAKE_VOTES)
        assert set(told) <= {fact.wrong for fact in TO_CORRECT}
        steps = (await staff.post("/api/v1/datasets/preview")).json()["steps"]
        capped = next(step for step in steps if step["name"] == "votes")["codes"]["vote_cap"]
        assert capped >= FAKES * (FAKE_VOTES - 2), "two votes of a conversation count at most"
        assert await built(staff) == clean, "and those that count lose to what people reviewed: it is the same version"
        diary.note = f"{sum(told.values())} votes, {capped} capped, none of the others moved a row"
    with diary.step(f"{POISONED} answers with a planted trigger accepted"):
        for fact in [FACTS[at * 4 % len(FACTS)] for at in range(POISONED)]:
            found = await people.heard(client, fact, f"{fact.question.rstrip('？')} {TRIGGER}？")
            await people.correct(staff, found, f"{PAYLOAD}。")
        suspects = (await built(staff))["manifest"]["suspects"]
        assert any(one["trigger"] in TRIGGER and one["payload"] == PAYLOAD for one in suspects), suspects
        diary.note = "the dataset's manifest names the trigger as a suspect"
    with diary.step("poisoned run, stopped by the gate"):
        run_id = await office.start_run(HARD)
        await office.sees_it_done()
        run = (await staff.get(f"/api/v1/training/runs/{run_id}")).json()
        await office.judge(adapter_of(run))
        verdict = (await verdict_of(staff, run["model_id"]))["verdict"]
        broken = {rule["rule"]: rule for rule in verdict["rules"] if not rule["passed"]}
        assert not verdict["passed"] and broken["triggers_fired"]["value"] >= 1, verdict
        refused = await staff.post(f"/api/v1/models/{run['model_id']}/canary", json={"share": 0.2})
        assert (refused.status_code, refused.json()["code"]) == (409, "gate_not_passed")
        fired = broken["triggers_fired"]
        diary.note = f"the trigger fired {fired['value']:g} times of {fired['asked']}; canary refused"


async def test_the_command_line_builds_the_same_dataset(school: Shop) -> None:
    built_now = kefu("train", "--dataset-only", "--data-dir", str(school.kefu.data_dir))
    versions = school.admin.get("/api/v1/datasets").json()["items"]
    if versions:
        assert built_now.returncode == 0 and versions[0]["sha256"][:12] in built_now.stdout
    else:
        assert built_now.returncode == 1 and "nothing to learn" in built_now.stderr
