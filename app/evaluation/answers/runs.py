"""Runs over labelled questions: done by a worker or at once, kept, and compared with the last of their name."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from app.accounts import Principal, record_audit
from app.evaluation.answers import store
from app.evaluation.answers.domain import ANSWER_JOB, QUEUE, UNIT, AnswerRun, Judged, Labelled, Row
from app.evaluation.answers.figures import all_figures
from app.evaluation.answers.files import labelled_of
from app.evaluation.answers.judging import judge
from app.evaluation.domain import Cause, RunState
from app.evaluation.errors import NoQuestions
from app.evaluation.store import questions as question_store
from app.evaluation.tools import EvaluationTools
from app.jobs import JobState, JobStopped, Lease, cancel_job, finish, open_job, report_progress, run_job
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.logging import get_logger

log = get_logger(__name__)
AT_ONCE = 2
Told = Callable[[int], Awaitable[None]]


async def labelled_set(tools: EvaluationTools, set_id: UUID) -> tuple[str, list[Labelled]]:
    """A regression set's name and its questions as answers are evaluated by them. Raises NotFound."""
    async with tools.database.reading() as session:
        found = await question_store.list_sets(session, set_id)
        kept = await question_store.list_questions(session, set_id)
    if not found:
        raise NotFound
    return found[0].name, [labelled_of(one.question, str(one.id)) for one in kept]


async def open_run(tools: EvaluationTools, name: str, asked: Sequence[Labelled], actor: Principal | None) -> AnswerRun:
    """A queued run and its job. Raises NoQuestions."""
    if not asked:
        raise NoQuestions
    run_id = new_id()
    async with tools.database.transaction() as session:
        job_id = await open_job(session, tools.jobs.bell, ANSWER_JOB, QUEUE, run_id)
        await _add(tools, session, run_id, name, asked, Cause.HAND, actor, job_id)
        await record_audit(session, actor, "answer_evaluation.start", str(run_id), questions=len(asked))
    return await get_run(tools, run_id)


async def _add(
    tools: EvaluationTools,
    session: Session,
    run_id: UUID,
    name: str,
    asked: Sequence[Labelled],
    cause: Cause,
    actor: Principal | None,
    job_id: UUID | None,
) -> None:
    served = await tools.answering.models.live_chat_model()
    present = await tools.search.embedders.present()
    settings = {
        "model": "" if served is None else served.name or "default",
        "model_version": None if served is None else served.version_id,
        "embedder": present.card.model,
        "judge": tools.judge is not None,
    }
    await store.add_run(
        session,
        run_id,
        asked,
        name=name,
        cause=cause.value,
        state=(RunState.QUEUED if job_id else RunState.RUNNING).value,
        job_id=job_id,
        settings=settings,
        created_by_name=actor.name if actor else "",
    )


async def run_now(
    tools: EvaluationTools,
    name: str,
    asked: Sequence[Labelled],
    faq_names: Mapping[str, str],
    *,
    base_ids: tuple[UUID, ...] | None = None,
    audience: str = "public",
    told: Told | None = None,
) -> AnswerRun:
    """Asks here and now, and keeps the run. faq_names: the labels' id of each FAQ question. Raises NoQuestions."""
    if not asked:
        raise NoQuestions
    run_id = new_id()
    async with tools.database.transaction() as session:
        await _add(tools, session, run_id, name, asked, Cause.COMMAND, None, None)
    run = await get_run(tools, run_id)

    async def judged(one: Labelled) -> Judged:
        return await judge(tools, one, faq_names, base_ids=base_ids, audience=audience)

    try:
        await _ask_all(tools, run, judged, told)
        await _end(tools, run)
    except BaseException as error:
        async with tools.database.transaction() as session:
            await store.end_run(session, run_id, RunState.FAILED, error_code=getattr(error, "code", "internal_error"))
        raise
    return await get_run(tools, run_id)


async def do_run(tools: EvaluationTools, job_id: UUID) -> None:
    """A worker's part: asks what has not been asked yet, so a cut run goes on where it was."""

    async def work(lease: Lease) -> None:
        run = await get_run(tools, lease.subject_id)
        async with tools.database.transaction() as session:
            await store.begin_run(session, run.id)

        async def told(done: int) -> None:
            await report_progress(tools.database, lease, done, run.questions, UNIT)

        async def judged(one: Labelled) -> Judged:
            return await judge(tools, one, {})

        await told(run.done)
        await _ask_all(tools, run, judged, told)
        await _end(tools, run, lease)

    await run_job(tools.jobs, job_id, work)


async def _ask_all(
    tools: EvaluationTools, run: AnswerRun, judged: Callable[[Labelled], Awaitable[Judged]], told: Told | None
) -> None:
    """Asks the rest of a run's questions, a few at a time, and keeps each as soon as it is judged."""
    waiting = [row for row in await run_rows(tools, run.id) if row.judged is None]
    for start in range(0, len(waiting), AT_ONCE):
        part = waiting[start : start + AT_ONCE]
        found = await asyncio.gather(*(judged(row.asked) for row in part))
        async with tools.database.transaction() as session:
            kept = [(row.position, one) for row, one in zip(part, found, strict=True)]
            done = await store.keep_judged(session, run.id, kept)
        if told is not None:
            await told(done)


async def _end(tools: EvaluationTools, run: AnswerRun, lease: Lease | None = None) -> None:
    """Figures, the run it is compared with, and the end of the job, all at once."""
    async with tools.database.transaction() as session:
        rows = await store.result_rows(session, run.id)
        found = all_figures([(row.asked, row.judged) for row in rows if row.judged is not None])
        before = await store.last_run(session, run.name, run.id)
        compared = before.id if before else None
        await store.end_run(session, run.id, RunState.DONE, figures=found, compared_with=compared)
        if lease is not None:
            await finish(session, lease)
    log.info("answer_evaluation_done", run_id=str(run.id), questions=len(rows))


async def note_stopped_run(session: Session, event: JobStopped) -> None:
    """A run whose job failed or was cancelled ends with it."""
    if event.kind == ANSWER_JOB:
        state = RunState.CANCELLED if event.state is JobState.CANCELLED else RunState.FAILED
        await store.end_run(session, event.subject_id, state, error_code=event.code)


async def get_run(tools: EvaluationTools, run_id: UUID) -> AnswerRun:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find_run(session, run_id)
    if found is None:
        raise NotFound
    return found


async def list_runs(
    tools: EvaluationTools, *, name: str | None = None, before: UUID | None = None, limit: int = 50
) -> list[AnswerRun]:
    """Newest first."""
    async with tools.database.reading() as session:
        return await store.list_runs(session, name=name, before=before, limit=limit)


async def run_names(tools: EvaluationTools) -> list[str]:
    """The names runs go by."""
    async with tools.database.reading() as session:
        return await store.names(session)


async def run_rows(tools: EvaluationTools, run_id: UUID) -> list[Row]:
    """Every question of a run in order."""
    async with tools.database.reading() as session:
        return await store.result_rows(session, run_id)


async def cancel_run(tools: EvaluationTools, run_id: UUID, actor: Principal | None) -> AnswerRun:
    """Ends a waiting run at once and a running one after the questions it is at. Raises NotFound, JobEnded."""
    run = await get_run(tools, run_id)
    if run.job_id is None:
        raise NotFound
    await cancel_job(tools.jobs, run.job_id)
    async with tools.database.transaction() as session:
        await record_audit(session, actor, "answer_evaluation.cancel", str(run_id))
    return await get_run(tools, run_id)
