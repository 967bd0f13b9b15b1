"""Runs over regression questions and files of questions: done by a worker or at once, compared with the last."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.accounts import Principal, record_audit
from app.answering import AnsweringChanged
from app.evaluation import ask
from app.evaluation.domain import EVALUATION_JOB, QUEUE, UNIT, Cause, Judged, Question, Row, Run, RunState
from app.evaluation.errors import NoQuestions
from app.evaluation.gate import verdict_of
from app.evaluation.judge import figures_of, measured
from app.evaluation.store import questions as question_store
from app.evaluation.store import runs as store
from app.evaluation.tools import EvaluationTools
from app.jobs import JobState, JobStopped, Lease, cancel_job, finish, open_job, report_progress, run_job
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.logging import get_logger
from app.knowledge import Measured, SearchChanged, SearchOptions, Verdict

log = get_logger(__name__)
REGRESSION, BATCH = "regression", "batch"
AT_ONCE = 2
# Changes that search does not see: every question is answered, with the live model where there is one.
ANSWERING = (Cause.PROMPTS, Cause.GUARD)
Told = Callable[[int], Awaitable[None]]


@dataclass(frozen=True)
class RunReport:
    """A finished run, the one it is compared with if there is one, and what the gate says about the two."""

    run: Run
    measured: Measured
    before: Measured | None
    verdict: Verdict | None


async def open_run(
    tools: EvaluationTools,
    set_id: UUID | None,
    *,
    cause: Cause = Cause.HAND,
    options: SearchOptions | None = None,
    actor: Principal | None = None,
) -> Run:
    """A queued run over one set or all of them, and its job. Raises NotFound, NoQuestions."""
    async with tools.database.transaction() as session:
        run_id = await _open(tools, session, set_id, cause, options, actor)
        if run_id is None:
            raise NoQuestions
    return await get_run(tools, run_id)


async def _open(
    tools: EvaluationTools,
    session: Session,
    set_id: UUID | None,
    cause: Cause,
    options: SearchOptions | None,
    actor: Principal | None,
) -> UUID | None:
    name = ""
    if set_id is not None:
        found = await question_store.list_sets(session, set_id)
        if not found:
            raise NotFound
        name = found[0].name
    asked = [(one.id, one.question) for one in await question_store.list_questions(session, set_id)]
    if not asked:
        return None
    run_id = new_id()
    job_id = await open_job(session, tools.jobs.bell, EVALUATION_JOB, QUEUE, run_id)
    await _add(session, run_id, asked, set_id, name, cause, options, actor, job_id)
    await record_audit(session, actor, "evaluation.start", str(run_id), cause=cause.value, questions=len(asked))
    return run_id


async def _add(
    session: Session,
    run_id: UUID,
    asked: Sequence[tuple[UUID | None, Question]],
    set_id: UUID | None,
    name: str,
    cause: Cause,
    options: SearchOptions | None,
    actor: Principal | None,
    job_id: UUID | None,
) -> None:
    await store.add_run(
        session,
        run_id,
        asked,
        kind=REGRESSION,
        set_id=set_id,
        set_name=name,
        cause=cause.value,
        state=(RunState.QUEUED if job_id else RunState.RUNNING).value,
        job_id=job_id,
        options=options.as_dict() if options else {},
        created_by_name=actor.name if actor else "",
    )


async def open_batch(
    tools: EvaluationTools,
    questions: Sequence[Question],
    file_name: str,
    options: SearchOptions | None,
    actor: Principal | None,
) -> Run:
    """A queued run over the questions of a file."""
    run_id = new_id()
    async with tools.database.transaction() as session:
        job_id = await open_job(session, tools.jobs.bell, EVALUATION_JOB, QUEUE, run_id)
        await store.add_run(
            session,
            run_id,
            [(None, question) for question in questions],
            kind=BATCH,
            cause=Cause.FILE.value,
            state=RunState.QUEUED.value,
            job_id=job_id,
            options=options.as_dict() if options else {},
            file_name=file_name,
            created_by_name=actor.name if actor else "",
        )
        await record_audit(session, actor, "evaluation.batch", str(run_id), questions=len(questions))
    return await get_run(tools, run_id)


async def note_search_changed(tools: EvaluationTools, session: Session, event: SearchChanged) -> None:
    """Asks every regression question anew once search has changed; one waiting run serves many changes."""
    cause = Cause(event.what)
    if not await store.waits_already(session, cause):
        await _open(tools, session, None, cause, None, None)


async def note_answering_changed(tools: EvaluationTools, session: Session, event: AnsweringChanged) -> None:
    """Asks them anew, with their answers, once prompts or other settings of answering have changed."""
    cause = Cause(event.what)
    if not await store.waits_already(session, cause):
        await _open(tools, session, None, cause, None, None)


async def note_stopped_run(session: Session, event: JobStopped) -> None:
    """A run whose job failed or was cancelled ends with it."""
    if event.kind == EVALUATION_JOB:
        state = RunState.CANCELLED if event.state is JobState.CANCELLED else RunState.FAILED
        await store.end_run(session, event.subject_id, state, error_code=event.code)


async def do_run(tools: EvaluationTools, job_id: UUID) -> None:
    """A worker's part: asks what has not been asked yet, so a cut run goes on where it was."""

    async def work(lease: Lease) -> None:
        run = await get_run(tools, lease.subject_id)
        async with tools.database.transaction() as session:
            await store.begin_run(session, run.id)

        async def told(done: int) -> None:
            await report_progress(tools.database, lease, done, run.questions, UNIT)

        await told(run.done)
        await _ask_all(tools, run, told)
        await _end(tools, run, lease)

    await run_job(tools.jobs, job_id, work)


async def run_set(
    tools: EvaluationTools,
    set_id: UUID | None = None,
    *,
    options: SearchOptions | None = None,
    actor: Principal | None = None,
    cause: Cause = Cause.GATE,
) -> RunReport:
    """Asks one set, or all of them, here and now, and keeps the run. Raises NotFound."""
    run_id = new_id()
    async with tools.database.transaction() as session:
        found = [] if set_id is None else await question_store.list_sets(session, set_id)
        if set_id is not None and not found:
            raise NotFound
        asked = [(one.id, one.question) for one in await question_store.list_questions(session, set_id)]
        await _add(session, run_id, asked, set_id, found[0].name if found else "", cause, options, actor, None)
    run = await get_run(tools, run_id)
    try:
        await _ask_all(tools, run)
        await _end(tools, run)
    except BaseException as error:
        async with tools.database.transaction() as session:
            await store.end_run(session, run_id, RunState.FAILED, error_code=getattr(error, "code", "internal_error"))
        raise
    return await report_of(tools, run_id)


async def _ask_all(tools: EvaluationTools, run: Run, told: Told | None = None) -> None:
    """Asks the rest of a run's questions, a few at a time, and keeps each as soon as it is judged."""
    async with tools.database.reading() as session:
        waiting = [row for row in await store.result_rows(session, run.id) if row.judged is None]
    options = SearchOptions.from_dict(run.options)
    compose = run.kind == BATCH or run.cause in ANSWERING or await tools.answering.models.live_chat_model() is None
    for start in range(0, len(waiting), AT_ONCE):
        part = waiting[start : start + AT_ONCE]
        judged = await asyncio.gather(*(ask.judge(tools, row.question, options, compose=compose) for row in part))
        done = await _keep(tools, run, part, judged)
        if told is not None:
            await told(done)


async def _keep(tools: EvaluationTools, run: Run, rows: Sequence[Row], judged: Sequence[Judged]) -> int:
    done = run.done
    async with tools.database.transaction() as session:
        for row, result in zip(rows, judged, strict=True):
            done = await store.keep_judged(session, run.id, row.position, result)
    return done


async def _end(tools: EvaluationTools, run: Run, lease: Lease | None = None) -> None:
    """Figures, what the gate says about the last run and this one, and the end of the job, all at once."""
    async with tools.database.transaction() as session:
        after = measured(run.id, await store.result_rows(session, run.id))
        before = await store.last_run(session, run.set_id, run.id) if run.kind == REGRESSION else None
        verdict = None
        if before is not None:
            rules = await question_store.find_rules(session)
            verdict = verdict_of(rules, measured(before.id, await store.result_rows(session, before.id)), after)
        await store.end_run(
            session,
            run.id,
            RunState.DONE,
            figures=figures_of(after),
            compared_with=before.id if before else None,
            verdict={"passes": verdict.passes, "reasons": list(verdict.reasons)} if verdict else None,
        )
        if lease is not None:
            await finish(session, lease)
    log.info("evaluation_done", run_id=str(run.id), kind=run.kind, questions=after.questions)


async def get_run(tools: EvaluationTools, run_id: UUID) -> Run:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find_run(session, run_id)
    if found is None:
        raise NotFound
    return found


async def list_runs(
    tools: EvaluationTools, *, kind: str, set_id: UUID | None = None, before: UUID | None = None, limit: int = 50
) -> list[Run]:
    """Newest first."""
    async with tools.database.reading() as session:
        return await store.list_runs(session, kind=kind, set_id=set_id, before=before, limit=limit)


async def run_rows(tools: EvaluationTools, run_id: UUID) -> list[Row]:
    """Every question of a run in order."""
    async with tools.database.reading() as session:
        return await store.result_rows(session, run_id)


async def report_of(tools: EvaluationTools, run_id: UUID) -> RunReport:
    """A run with the one it is compared with. Raises NotFound."""
    run = await get_run(tools, run_id)
    after = measured(run.id, await run_rows(tools, run.id))
    if run.compared_with is None:
        return RunReport(run, after, None, None)
    before = measured(run.compared_with, await run_rows(tools, run.compared_with))
    verdict = Verdict(run.verdict["passes"], tuple(run.verdict["reasons"])) if run.verdict else None
    return RunReport(run, after, before, verdict)


async def cancel_run(tools: EvaluationTools, run_id: UUID, actor: Principal | None) -> Run:
    """Ends a waiting run at once and a running one after the question it is at. Raises NotFound, JobEnded."""
    run = await get_run(tools, run_id)
    if run.job_id is None:
        raise NotFound
    await cancel_job(tools.jobs, run.job_id)
    async with tools.database.transaction() as session:
        await record_audit(session, actor, "evaluation.cancel", str(run_id))
    return await get_run(tools, run_id)
