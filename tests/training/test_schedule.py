"""What happens by itself proposes and trains, and never sends a model to anybody."""

from dataclasses import replace
from uuid import uuid4

from app.model_registry import ModelState, list_models
from app.training import Faq, TrainingTools, do_run, propose_dataset, start_weekly_run
from tests.fakes.training import FakeCurated, ScriptedTrainer
from tests.training.test_runs import BEGAN, MADE, bell, metric, tools

__all__ = ["bell", "tools"]


def with_faqs(tools: TrainingTools, count: int) -> TrainingTools:
    faqs = [Faq(uuid4(), (f"第{n}种商品怎么保养？",), f"每 {n} 天用软布擦一次。") for n in range(count)]
    return replace(tools, curated=FakeCurated(faqs), trainer=ScriptedTrainer([BEGAN, metric(4, 0.1), MADE]))


async def test_a_version_is_proposed_at_night_and_trained_in_the_week_only_if_enough_is_new(
    tools: TrainingTools,
) -> None:
    assert await propose_dataset(replace(tools, curated=FakeCurated())) is None
    assert await start_weekly_run(tools) is None, "there is no version yet"
    few = with_faqs(tools, 5)
    assert (await propose_dataset(few)) is not None
    run = await start_weekly_run(few)
    assert run is not None and run.created_by_name == "system"
    assert await start_weekly_run(few) is None, "one is waiting already"
    await do_run(few, run.job_id)
    assert await start_weekly_run(few) is None, "nothing is new"
    more = with_faqs(tools, 15)
    await propose_dataset(more)
    assert await start_weekly_run(more) is None, "ten rows are not enough"
    many = with_faqs(tools, 30)
    await propose_dataset(many)
    assert await start_weekly_run(many) is not None
    assert [model.state for model in await list_models(tools.models)] == [ModelState.CANDIDATE], (
        "people decide the rest"
    )
