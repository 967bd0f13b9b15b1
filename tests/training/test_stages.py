"""Stages, methods and compressions: what a run may be ordered, where it goes on from, and how it is served."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from app.feedback import FeedbackTools
from app.jobs import JobStopped, JobTools
from app.kernel.database import Database
from app.kernel.events import Announcer
from app.model_registry import (
    ModelKind,
    ModelRegistryTools,
    ModelState,
    NewModelVersion,
    change_model_state,
    list_models,
    register_model,
    served_version,
)
from app.training import (
    Faq,
    RunSettings,
    RunState,
    TrainingTools,
    TrainRun,
    Validation,
    build_version,
    do_run,
    get_run,
    note_stopped,
    serve_adapter,
    start_run,
)
from app.training.domain import Stage
from app.training.errors import (
    MethodNeedsGpu,
    ModelNotServed,
    NothingForStage,
    SoftPromptNotServed,
    StartUnfit,
)
from app.training.ordering import compression_of
from app.training.rollout.serving import bring_up, name_server
from app.training.runs import curves
from tests.fakes.answers import FakeAnswers
from tests.fakes.bell import FakeBell
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.training import BlobsInMemory, FakeAdapterServer, FakeCurated, PlainForm, ScriptedTrainer
from tests.training.test_runs import ADMIN, BEGAN, MADE, accept_a_correction, metric, scripted, started


@pytest.fixture
def tools(database: Database) -> TrainingTools:
    announcer = Announcer()
    announcer.listen(JobStopped, note_stopped)
    return TrainingTools(
        database=database,
        blobs=BlobsInMemory(),  # type: ignore[arg-type]  # takes whole bytes only, which is all training gives
        jobs=JobTools(database, FakeBell(), announcer),
        models=ModelRegistryTools(database),
        feedback=FeedbackTools(database, FakeAnswers(), announcer),
        curated=FakeCurated([Faq(uuid4(), ("怎么退货？", "能退吗？"), "七天内可退。")]),
        form=PlainForm(),
        trainer=ScriptedTrainer([BEGAN, metric(2), metric(4, 0.1), MADE]),
        adapters=FakeAdapterServer(),
        base_model="/models/base",
    )


async def with_pairs(tools: TrainingTools) -> UUID:
    await accept_a_correction(tools)
    return (await build_version(tools, "corrections", ADMIN)).id


async def test_a_run_on_preferences_needs_pairs(tools: TrainingTools) -> None:
    plain = await build_version(tools, "corrections", ADMIN)
    wish = RunSettings(stage="dpo")
    with pytest.raises(NothingForStage):
        await start_run(tools, plain.id, wish, ADMIN)
    run = await start_run(tools, await with_pairs(tools), wish, ADMIN)
    assert run.settings.stage == "dpo"


async def test_documents_are_learnt_from_a_dataset_of_documents_only(tools: TrainingTools) -> None:
    with pytest.raises(NothingForStage):
        await start_run(tools, await with_pairs(tools), RunSettings(stage="pretrain"), ADMIN)


async def test_a_method_this_machine_cannot_do_is_refused_before_it_waits_in_line(tools: TrainingTools) -> None:
    trainer = ScriptedTrainer([], lack="no CUDA device")
    with pytest.raises(MethodNeedsGpu):
        await start_run(replace(tools, trainer=trainer), await with_pairs(tools), RunSettings(method="qlora"), ADMIN)


async def test_a_second_stage_goes_on_from_the_adapter_of_the_first(tools: TrainingTools) -> None:
    dataset_id = await with_pairs(tools)
    first = await start_run(tools, dataset_id, RunSettings(), ADMIN)
    await do_run(tools, first.job_id)
    (version,) = await list_models(tools.models)
    second = await start_run(tools, dataset_id, RunSettings(stage="dpo", start_from=str(version.id)), ADMIN)
    await do_run(tools, second.job_id)
    assert isinstance(tools.trainer, ScriptedTrainer)
    assert [order.start_adapter for order in tools.trainer.orders] == [None, MADE.adapter_path]
    newest = (await list_models(tools.models))[0]
    assert (newest.parent_id, newest.details["stage"], newest.details["serves"]) == (version.id, "dpo", "adapter")


@pytest.mark.parametrize(
    "change", [{"method": "ia3"}, {"start_from": str(uuid4())}, {"start_from": "no id"}], ids=["method", "gone", "odd"]
)
async def test_what_cannot_be_learnt_further_is_refused_with_words(
    tools: TrainingTools, change: dict[str, str]
) -> None:
    dataset_id = await with_pairs(tools)
    first = await start_run(tools, dataset_id, RunSettings(), ADMIN)
    await do_run(tools, first.job_id)
    (version,) = await list_models(tools.models)
    with pytest.raises(StartUnfit):
        await start_run(tools, dataset_id, RunSettings(**{"start_from": str(version.id), **change}), ADMIN)


async def test_the_margin_of_pairs_is_kept_for_the_plot(tools: TrainingTools) -> None:
    tools = scripted(
        tools, BEGAN, Validation(0, 0.69, True, -3.0, 0.0), replace(metric(2), margin=-1.5, preferred=0.5), MADE
    )
    run = await started(tools)
    await do_run(tools, run.job_id)
    found = await curves(tools, run.id)
    assert [(one.margin, one.preferred) for one in found.metrics] == [(-1.5, 0.5)]
    assert [one.margin for one in found.validations] == [-3.0]


async def compressed(tools: TrainingTools, stage: Stage, model_id: UUID) -> TrainRun:
    dataset_id, settings = await compression_of(tools, model_id, stage)
    run = await start_run(tools, dataset_id, settings, ADMIN)
    await do_run(tools, run.job_id)
    return await get_run(tools, run.id)


async def test_a_version_is_merged_then_rounded_and_needs_a_server_of_its_own(tools: TrainingTools) -> None:
    run = await started(tools)
    await do_run(tools, run.job_id)
    (first,) = await list_models(tools.models)
    merged = await compressed(tools, Stage.MERGE, first.id)
    version = (await list_models(tools.models))[0]
    assert (merged.state, version.parent_id, version.details["serves"]) == (RunState.SUCCEEDED, first.id, "model")
    with pytest.raises(StartUnfit):
        await compressed(tools, Stage.MERGE, version.id)
    assert (await compressed(tools, Stage.INT8, version.id)).state is RunState.SUCCEEDED
    with pytest.raises(ModelNotServed):
        await bring_up(tools, version)
    adapters = tools.adapters
    assert isinstance(adapters, FakeAdapterServer)
    adapters.elsewhere["http://gpu:8101/v1"] = {version.name}
    with pytest.raises(ModelNotServed):
        await name_server(tools, version.id, "http://elsewhere:8101/v1", ADMIN)
    named = await name_server(tools, version.id, "http://gpu:8101/v1", ADMIN)
    await bring_up(tools, named)
    assert adapters.loaded == {}, "a whole model is no adapter"


async def test_a_whole_model_answers_from_its_own_server(tools: TrainingTools) -> None:
    main, own = FakeChatModel(["main"]), FakeChatModel(["own"])
    models = replace(tools.models, chat=main, server_at={"http://gpu:8101/v1": own}.__getitem__)
    new = NewModelVersion(ModelKind.CHAT, "kefu-1", details={"serves": "model", "server_url": "http://gpu:8101/v1"})
    version = await register_model(models, new, None)
    assert (await served_version(models, version.id)).chat is own
    await change_model_state(models, version.id, ModelState.LIVE, ADMIN)
    live = await models.live_chat_model()
    assert live is not None and live.chat is own


async def test_soft_prompts_are_refused_with_words(tools: TrainingTools) -> None:
    dataset = await build_version(tools, "corrections", ADMIN)
    run = await start_run(tools, dataset.id, RunSettings(method="prefix"), ADMIN)
    await do_run(tools, run.job_id)
    (version,) = await list_models(tools.models)
    with pytest.raises(SoftPromptNotServed):
        await bring_up(tools, version)
    with pytest.raises(SoftPromptNotServed):
        await serve_adapter(tools, run.id, ADMIN)
