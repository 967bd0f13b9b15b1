"""What happens by itself proposes and trains, and never sends a model to anybody."""

from dataclasses import replace
from uuid import uuid4

from app.accounts import Role
from app.model_registry import ModelState, list_models
from app.training import Faq, TrainingTools, do_run, propose_dataset, start_weekly_run
from app.training.scheduling.domain import Came
from app.training.scheduling.service import change_schedule, get_schedule
from tests.fakes.training import FakeCurated, ScriptedTrainer
from tests.serving import Served
from tests.training.test_runs import ADMIN, BEGAN, MADE, bell, metric, tools

__all__ = ["bell", "tools"]


def with_faqs(tools: TrainingTools, count: int) -> TrainingTools:
    faqs = [Faq(uuid4(), (f"第{n}种商品怎么保养？",), f"每 {n} 天用软布擦一次。") for n in range(count)]
    return replace(tools, curated=FakeCurated(faqs), trainer=ScriptedTrainer([BEGAN, metric(4, 0.1), MADE]))


async def test_a_version_is_proposed_at_night_and_trained_in_the_week_only_if_enough_is_new(
    tools: TrainingTools,
) -> None:
    assert await propose_dataset(replace(tools, curated=FakeCurated())) is None
    assert await start_weekly_run(tools) is None, "there is no version yet"
    assert await came(tools) == (Came.NOTHING_TO_LEARN, Came.NO_DATASET)
    few = with_faqs(tools, 5)
    assert (await propose_dataset(few)) is not None
    run = await start_weekly_run(few)
    assert run is not None and run.created_by_name == "system"
    assert await came(tools) == (Came.PROPOSED, Came.STARTED)
    assert await start_weekly_run(few) is None, "one is waiting already"
    await do_run(few, run.job_id)
    assert await start_weekly_run(few) is None, "nothing is new"
    more = with_faqs(tools, 15)
    await propose_dataset(more)
    assert await start_weekly_run(more) is None, "ten rows are not enough"
    assert await came(tools) == (Came.PROPOSED, Came.NOT_ENOUGH)
    await propose_dataset(more)
    assert (await came(tools))[0] is Came.UNCHANGED
    many = with_faqs(tools, 30)
    await propose_dataset(many)
    assert await start_weekly_run(many) is not None
    assert [model.state for model in await list_models(tools.models)] == [ModelState.CANDIDATE], (
        "people decide the rest"
    )


async def came(tools: TrainingTools) -> tuple[Came | None, Came | None]:
    """What came of the last night and the last week."""
    found = await get_schedule(tools)
    night, week = found.last_night, found.last_week
    return night.came if night else None, week.came if week else None


async def test_what_is_switched_off_does_not_happen_and_a_smaller_bound_makes_a_run(tools: TrainingTools) -> None:
    few = with_faqs(tools, 5)
    await change_schedule(few, False, False, 3, ADMIN)
    assert await propose_dataset(few) is None and await start_weekly_run(few) is None
    assert await came(few) == (None, None), "it was not even tried"
    await change_schedule(few, True, True, 3, ADMIN)
    await propose_dataset(few)
    run = await start_weekly_run(few)
    assert run is not None
    await do_run(few, run.job_id)
    more = with_faqs(tools, 9)
    await propose_dataset(more)
    assert await start_weekly_run(more) is not None, "four new rows are enough now"
    assert (await get_schedule(more)).enough_new == 3


async def test_the_schedule_is_shown_and_switched_by_those_who_train(kefu: Served) -> None:
    admin, supervisor = await kefu.keyed(Role.ADMIN), await kefu.keyed(Role.SUPERVISOR)
    shown = (await supervisor.get("/api/v1/training/schedule")).json()
    assert shown == {"nightly": True, "weekly": True, "enough_new": 20, "last_night": None, "last_week": None}
    form = {"nightly": False, "weekly": True, "enough_new": 50}
    assert (await supervisor.put("/api/v1/training/schedule", json=form)).status_code == 403
    assert (await admin.put("/api/v1/training/schedule", json=form)).json() == {**shown, **form}
    refused = await admin.put("/api/v1/training/schedule", json={**form, "enough_new": 0})
    assert refused.status_code == 422
