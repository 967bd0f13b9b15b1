"""The page of a run on preferences: its margin on learnt and on watched pairs, drawn and told in numbers."""

from dataclasses import replace

import pytest
from playwright.async_api import BrowserContext, expect

from app.feedback import FeedbackTools
from app.kernel.events import Announcer
from app.kernel.web import FRONTEND
from app.training import Began, Made, Metric, RunSettings, TrainingTools, Validation, build_version, do_run, start_run
from tests.fakes.answers import FakeAnswers
from tests.fakes.training import FakeAdapterServer, ScriptedTrainer
from tests.journeys.conftest import watched
from tests.journeys.test_faqs import signed_in
from tests.looks import faults
from tests.serving import Served
from tests.training.test_runs import ADMIN, accept_a_correction

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]
STEPS = 40


def preferences() -> ScriptedTrainer:
    """What a run on pairs told once: the margin of learnt pairs runs ahead of the one kept aside."""
    told: list[Began | Metric | Validation | Made] = [Began(STEPS, 0, 6, 0, "cpu", {"stage": "dpo"})]
    for step in range(0, STEPS + 1, 2):
        done = step / STEPS
        margin = 12.7 + 26.4 * done**0.7
        if step:
            told.append(Metric(step, 0.69 - 0.6 * done, 1e-3 * (1 - done), 0.4, 0.9, 800.0, 640.0, margin, done))
        if step % 10 == 0:
            told.append(Validation(step, 0.69 - 0.3 * done, step > 0, -5.7 + 15.4 * done, 1.0))
    return ScriptedTrainer([*told, Made("/adapters/a", "ab" * 32, STEPS, 12.0)])


async def test_the_margin_of_pairs_is_drawn(kefu: Served, context: BrowserContext) -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    real = kefu.tools[TrainingTools]
    feedback = FeedbackTools(real.database, FakeAnswers(), Announcer())
    fakes = {"trainer": preferences(), "adapters": FakeAdapterServer(), "feedback": feedback}
    tools = replace(real, base_model="/models/tiny", **fakes)
    await accept_a_correction(tools)
    dataset = await build_version(tools, "corrections", ADMIN)
    run = await start_run(tools, dataset.id, RunSettings(stage="dpo"), ADMIN)
    await do_run(tools, run.job_id)
    page = await signed_in(kefu, context, "bai@example.com", f"/admin/training?run={run.id}")
    noticed = watched(page)
    await expect(page.locator(".run-numbers")).to_contain_text("39.10")
    await page.get_by_role("button", name="偏好差").click()
    await expect(page.locator("run-plot canvas")).to_be_visible()
    assert await faults(page) == []
    assert noticed == []
