"""A run is queued, done under a job's lease, resumed, cancelled, failed with its reason, and registered once."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.accounts import Principal, Role
from app.feedback import CorrectionState, FeedbackTools, RatedAnswer, Review, propose_correction, review_correction
from app.jobs import JobState, JobStopped, JobTools, cancel_job, get_job
from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.events import Announcer
from app.model_registry import (
    ModelRegistryTools,
    ModelState,
    list_models,
)
from app.training import (
    AdapterDamaged,
    BaseModelPickle,
    Began,
    Faq,
    Judged,
    Made,
    Metric,
    RunSettings,
    RunState,
    Said,
    TrainerDied,
    TrainerEvent,
    TrainingDiverged,
    TrainingNotSetUp,
    TrainingTools,
    TrainRun,
    Validation,
    build_version,
    do_run,
    get_run,
    list_metrics,
    note_stopped,
    pause_run,
    resume_run,
    runs,
    serve_adapter,
    start_run,
    withdraw_adapter,
)
from app.training.errors import (
    NothingToLearn,
    RunNotCutOff,
    RunNotRunning,
    RunNotSucceeded,
)
from app.training.runs import curves, log_tail
from tests.fakes.answers import FakeAnswers
from tests.fakes.bell import FakeBell
from tests.fakes.training import BlobsInMemory, FakeAdapterServer, FakeCurated, PlainForm, ScriptedTrainer

ADMIN = Principal(uuid4(), "staff", "Chen", Role.ADMIN)
BEGAN = Began(total_steps=4, resumed_from=0, rows=3, skipped_rows=0, device="cpu")
MADE = Made("/adapters/a", "ab" * 32, 4, 1.5)
PROMPT = ({"role": "user", "content": "保修多久？"},)


def metric(step: int, loss: float = 0.5) -> Metric:
    return Metric(step, loss, 0.001, 0.1, 0.9, 1000.0)


@pytest.fixture
def bell() -> FakeBell:
    return FakeBell()


@pytest.fixture
def tools(database: Database, bell: FakeBell) -> TrainingTools:
    announcer = Announcer()
    announcer.listen(JobStopped, note_stopped)
    return TrainingTools(
        database=database,
        blobs=BlobsInMemory(),  # type: ignore[arg-type]  # takes whole bytes only, which is all training gives
        jobs=JobTools(database, bell, announcer),
        models=ModelRegistryTools(database),
        feedback=FeedbackTools(database, FakeAnswers(), announcer),
        curated=FakeCurated([Faq(uuid4(), ("怎么退货？", "能退吗？"), "七天内可退。")]),
        form=PlainForm(),
        trainer=ScriptedTrainer([BEGAN, metric(2), metric(4, 0.1), Judged(1, 1, 1.0), MADE]),
        adapters=FakeAdapterServer(),
        base_model="/models/base",
    )


def scripted(tools: TrainingTools, *script: TrainerEvent | Exception, waits: bool = False) -> TrainingTools:
    return replace(tools, trainer=ScriptedTrainer(script, waits))


async def started(tools: TrainingTools) -> TrainRun:
    dataset = await build_version(tools, "corrections", ADMIN)
    return await start_run(tools, dataset.id, RunSettings(epochs=1), ADMIN)


async def accept_a_correction(tools: TrainingTools) -> None:
    answers = tools.feedback.answers
    assert isinstance(answers, FakeAnswers)
    answer = answers.add(RatedAnswer(uuid4(), uuid4(), "保修多久？", "一年。", "zh-CN", PROMPT))
    made, _ = await propose_correction(tools.feedback, answer.message_id, "两年。", ADMIN)
    await review_correction(tools.feedback, made.id, Review(CorrectionState.ACCEPTED), ADMIN)


async def test_unchanged_material_is_the_same_version_and_a_new_correction_the_next(tools: TrainingTools) -> None:
    first = await build_version(tools, "corrections", ADMIN)
    again = await build_version(tools, "corrections", ADMIN)
    await accept_a_correction(tools)
    second = await build_version(tools, "corrections", ADMIN)
    assert (first.version, again.id, second.version, second.rows) == (1, first.id, 2, 3)
    assert second.manifest["by_source"] == {"correction": 1, "faq": 2}


async def test_two_builders_at_once_make_one_version(tools: TrainingTools) -> None:
    made = await asyncio.gather(*[build_version(tools, "corrections", ADMIN) for _ in range(4)])
    assert len({one.id for one in made}) == 1


async def test_a_proposed_correction_teaches_nothing(tools: TrainingTools) -> None:
    tools = replace(tools, curated=FakeCurated())
    answers = tools.feedback.answers
    assert isinstance(answers, FakeAnswers)
    answer = answers.add(RatedAnswer(uuid4(), uuid4(), "保修多久？", "一年。", "zh-CN", PROMPT))
    await propose_correction(tools.feedback, answer.message_id, "两年。", ADMIN)
    with pytest.raises(NothingToLearn):
        await build_version(tools, "corrections", ADMIN)


async def test_a_dataset_version_can_never_be_changed(tools: TrainingTools) -> None:
    import psycopg

    await build_version(tools, "corrections", ADMIN)
    url = tools.database.url.replace("+psycopg", "")
    async with await psycopg.AsyncConnection.connect(url) as connection:
        with pytest.raises(psycopg.errors.RaiseException, match="only ever added"):
            await connection.execute("UPDATE dataset_version SET rows = 0")


async def test_a_run_ends_with_a_registered_candidate_and_its_loss_curve(tools: TrainingTools, bell: FakeBell) -> None:
    run = await started(tools)
    assert (run.state, bell.rung[0].queue, bell.rung[0].subject_id) == (RunState.QUEUED, "train", run.job_id)
    await do_run(tools, run.job_id)
    done, job = await get_run(tools, run.id), await get_job(tools.database, run.job_id)
    assert (done.state, done.step, done.loss, done.adapter_sha256) == (RunState.SUCCEEDED, 4, 0.1, MADE.sha256)
    assert (job.state, job.done, job.total, job.unit) == (JobState.SUCCEEDED, 4, 4, "steps")
    assert done.evaluation == {"asked": 1, "exact": 1, "similarity": 1.0}
    assert [one.step for one in await list_metrics(tools, run.id)] == [2, 4]
    (model,) = await list_models(tools.models)
    assert (model.id, model.run_id, model.state, model.sha256) == (
        done.model_id,
        run.id,
        ModelState.CANDIDATE,
        MADE.sha256,
    )
    assert model.adapter_path == "/adapters/a" and model.base_model == "/models/base"


async def test_the_trainer_gets_exactly_the_versions_rows(tools: TrainingTools) -> None:
    run = await started(tools)
    await do_run(tools, run.job_id)
    assert isinstance(tools.trainer, ScriptedTrainer)
    (order,) = tools.trainer.orders
    dataset = await build_version(tools, "corrections", ADMIN)
    assert order.dataset_sha256 == dataset.sha256 and order.dataset.count(b"\n") == dataset.rows
    assert order.settings == RunSettings(epochs=1)


async def test_a_dead_trainer_is_tried_again_and_the_repeated_steps_are_written_over(tools: TrainingTools) -> None:
    run = await started(tools)
    await do_run(scripted(tools, BEGAN, metric(2), metric(4, 9.0), TrainerDied()), run.job_id)
    between = await get_run(tools, run.id)
    assert between.state is RunState.RUNNING and (await get_job(tools.database, run.job_id)).state is JobState.QUEUED
    resumed = replace(BEGAN, resumed_from=2)
    await do_run(scripted(tools, resumed, metric(4, 0.2), MADE), run.job_id)
    done = await get_run(tools, run.id)
    assert (done.state, done.resumed_from) == (RunState.SUCCEEDED, 2)
    assert [(one.step, one.loss) for one in await list_metrics(tools, run.id)] == [(2, 0.5), (4, 0.2)]


async def test_a_trainer_that_keeps_dying_fails_the_run(tools: TrainingTools) -> None:
    run = await started(tools)
    for _ in range(3):
        await do_run(scripted(tools, BEGAN, TrainerDied()), run.job_id)
    done = await get_run(tools, run.id)
    assert (done.state, done.error_code) == (RunState.FAILED, "trainer_died")


async def test_a_run_away_loss_is_named_and_not_tried_again(tools: TrainingTools) -> None:
    run = await started(tools)
    await do_run(scripted(tools, BEGAN, TrainingDiverged("loss nan at step 3")), run.job_id)
    done = await get_run(tools, run.id)
    assert (done.state, done.error_code, done.error_detail) == (
        RunState.FAILED,
        "training_diverged",
        "loss nan at step 3",
    )
    assert await list_models(tools.models) == [] and (await get_job(tools.database, run.job_id)).attempts == 1


async def test_lost_rows_fail_the_run_with_their_own_reason(tools: TrainingTools) -> None:
    run = await started(tools)
    assert isinstance(tools.blobs, BlobsInMemory)
    tools.blobs.blobs.clear()
    await do_run(tools, run.job_id)
    assert (await get_run(tools, run.id)).error_code == "dataset_damaged"


async def test_a_damaged_adapter_is_not_registered(tools: TrainingTools) -> None:
    run = await started(tools)
    await do_run(replace(tools, adapters=FakeAdapterServer(damaged={"/adapters/a"})), run.job_id)
    assert (await get_run(tools, run.id)).error_code == "adapter_damaged"
    assert await list_models(tools.models) == []


async def test_cancelling_a_running_job_stops_the_trainer_and_ends_the_run(tools: TrainingTools) -> None:
    eager = replace(tools.jobs, heartbeat_s=0.05)
    tools = scripted(replace(tools, jobs=eager), BEGAN, metric(2), waits=True)
    run = await started(tools)
    work = asyncio.create_task(do_run(tools, run.job_id))
    async with asyncio.timeout(10):
        while (await get_run(tools, run.id)).step < 2:
            await asyncio.sleep(0.01)
        await cancel_job(tools.jobs, run.job_id)
        await work
    assert isinstance(tools.trainer, ScriptedTrainer) and tools.trainer.closed
    assert (await get_run(tools, run.id)).state is RunState.CANCELLED


async def test_a_cancel_while_the_finished_adapter_is_registered_leaves_no_candidate(
    tools: TrainingTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = replace(tools, jobs=replace(tools.jobs, heartbeat_s=0.05))
    run = await started(tools)
    reached, really = asyncio.Event(), runs.register_in

    async def slowly(*asked: Any) -> Any:
        made = await really(*asked)
        reached.set()
        await asyncio.Event().wait()
        return made

    monkeypatch.setattr(runs, "register_in", slowly)
    work = asyncio.create_task(do_run(tools, run.job_id))
    async with asyncio.timeout(10):
        await reached.wait()
        await cancel_job(tools.jobs, run.job_id)
        await work
    assert (await get_run(tools, run.id)).state is RunState.CANCELLED
    assert await list_models(tools.models) == []
    monkeypatch.setattr(runs, "register_in", really)
    again = await resume_run(tools, run.id, ADMIN)
    await do_run(tools, again.job_id)
    assert len(await list_models(tools.models)) == 1


async def test_cancelling_a_waiting_run_ends_it_at_once(tools: TrainingTools) -> None:
    run = await started(tools)
    await cancel_job(tools.jobs, run.job_id)
    assert (await get_run(tools, run.id)).state is RunState.CANCELLED
    await do_run(tools, run.job_id)
    assert isinstance(tools.trainer, ScriptedTrainer) and not tools.trainer.orders


async def test_a_failed_run_goes_on_under_a_new_job_and_a_succeeded_one_does_not(
    tools: TrainingTools, bell: FakeBell
) -> None:
    run = await started(tools)
    with pytest.raises(RunNotCutOff):
        await resume_run(tools, run.id, ADMIN)
    await do_run(scripted(tools, BEGAN, metric(2), TrainingDiverged("too fast")), run.job_id)
    again = await resume_run(tools, run.id, ADMIN)
    assert again.state is RunState.QUEUED and again.error_code is None and again.job_id != run.job_id
    assert bell.rung[-1].subject_id == again.job_id
    await do_run(scripted(tools, replace(BEGAN, resumed_from=2), metric(4), MADE), again.job_id)
    assert (await get_run(tools, run.id)).state is RunState.SUCCEEDED
    with pytest.raises(RunNotCutOff):
        await resume_run(tools, run.id, ADMIN)
    assert len(await list_models(tools.models)) == 1


async def test_a_machine_that_cannot_train_leaves_the_job_to_one_that_can(tools: TrainingTools) -> None:
    run = await started(tools)
    await do_run(replace(tools, trainer=ScriptedTrainer([], ready=False)), run.job_id)
    assert (await get_run(tools, run.id)).state is RunState.QUEUED
    await do_run(tools, run.job_id)
    assert (await get_run(tools, run.id)).state is RunState.SUCCEEDED


async def test_without_a_base_model_nothing_is_started(tools: TrainingTools) -> None:
    dataset = await build_version(tools, "corrections", ADMIN)
    with pytest.raises(TrainingNotSetUp):
        await start_run(replace(tools, base_model=None), dataset.id, RunSettings(), ADMIN)
    with pytest.raises(NotFound):
        await start_run(tools, UUID(int=1), RunSettings(), ADMIN)


async def test_an_adapter_is_served_under_a_name_of_its_own_and_withdrawn(tools: TrainingTools) -> None:
    run = await started(tools)
    with pytest.raises(RunNotSucceeded):
        await serve_adapter(tools, run.id, ADMIN)
    await do_run(tools, run.job_id)
    name = await serve_adapter(tools, run.id, ADMIN)
    assert isinstance(tools.adapters, FakeAdapterServer)
    assert tools.adapters.loaded == {name: "/adapters/a"}
    assert [model.name for model in await list_models(tools.models)] == [name]
    await withdraw_adapter(tools, run.id, ADMIN)
    assert tools.adapters.loaded == {}


async def test_an_adapter_that_was_tampered_with_is_not_served(tools: TrainingTools) -> None:
    run = await started(tools)
    await do_run(tools, run.job_id)
    server = FakeAdapterServer(damaged={"/adapters/a"})
    with pytest.raises(AdapterDamaged):
        await serve_adapter(replace(tools, adapters=server), run.id, ADMIN)
    assert server.loaded == {}


async def test_a_paused_run_gives_the_machine_away_and_goes_on_where_it_was(tools: TrainingTools) -> None:
    eager = replace(tools.jobs, heartbeat_s=0.05)
    tools = scripted(replace(tools, jobs=eager), BEGAN, metric(2), waits=True)
    run = await started(tools)
    work = asyncio.create_task(do_run(tools, run.job_id))
    async with asyncio.timeout(10):
        while (await get_run(tools, run.id)).step < 2:
            await asyncio.sleep(0.01)
        await pause_run(tools, run.id, ADMIN)
        await work
    paused = await get_run(tools, run.id)
    assert (paused.state, paused.finished_at) == (RunState.PAUSED, None)
    with pytest.raises(RunNotRunning):
        await pause_run(tools, run.id, ADMIN)
    again = await resume_run(tools, run.id, ADMIN)
    await do_run(scripted(tools, replace(BEGAN, resumed_from=2), metric(4), MADE), again.job_id)
    done = await get_run(tools, run.id)
    assert (done.state, done.facts["resumes"]) == (RunState.SUCCEEDED, [2])


async def test_two_runs_on_one_machine_queue_and_say_for_whom(tools: TrainingTools, bell: FakeBell) -> None:
    first, second = (
        await started(tools),
        await start_run(tools, (await build_version(tools, "corrections", ADMIN)).id, RunSettings(), ADMIN),
    )
    busy = replace(tools, trainer=ScriptedTrainer([], taken_by=first.job_id))
    await do_run(busy, second.job_id)
    waiting = await get_run(tools, second.id)
    assert (waiting.state, waiting.waiting_for) == (RunState.QUEUED, first.id)
    assert (await get_job(tools.database, second.job_id)).attempts == 0, "waiting is no attempt"
    bell.rung.clear()
    await do_run(tools, first.job_id)
    assert [job.subject_id for job in bell.rung] == [second.job_id], "the end of one calls the next"
    await do_run(tools, second.job_id)
    assert (await get_run(tools, second.id)).state is RunState.SUCCEEDED


async def test_the_page_of_a_run_has_its_curves_its_log_and_a_verdict(tools: TrainingTools) -> None:
    looks = [Validation(2, 1.0), Validation(3, 1.4), Validation(4, 1.9)]
    tools = scripted(tools, BEGAN, metric(2), *looks, Said("eval step 4", "warn"), metric(4, 0.1), MADE)
    run = await started(tools)
    await do_run(tools, run.job_id)
    found = await curves(tools, run.id)
    assert [(one.step, one.best) for one in found.validations] == [(2, True), (3, False), (4, False)]
    assert found.verdict.code == "overfitting" and found.verdict.facts["best_step"] == 2
    assert [(line.number, line.text, line.level) for line in await log_tail(tools, run.id, 0, 10)] == [
        (1, "eval step 4", "warn")
    ]
    assert await log_tail(tools, run.id, 1, 10) == []


async def test_a_bad_base_model_stops_a_run_before_it_is_queued(tools: TrainingTools, bell: FakeBell) -> None:
    dataset = await build_version(tools, "corrections", ADMIN)
    bad = replace(tools, trainer=ScriptedTrainer([], base=BaseModelPickle("pytorch_model.bin")))
    with pytest.raises(BaseModelPickle):
        await start_run(bad, dataset.id, RunSettings(), ADMIN)
    assert bell.rung == []
