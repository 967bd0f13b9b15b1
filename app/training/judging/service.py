"""Evaluates a candidate: asks both models every question through the real pipeline, and lets the gate speak."""

from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from app.accounts import Principal, record_audit
from app.evaluation import EvaluationTools, ask_as_customer, list_questions, list_sets
from app.jobs import JobState, JobStopped, Lease, finish, open_job, report_progress, run_job
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.logging import get_logger
from app.model_registry import (
    ChosenModel,
    ModelKind,
    ModelVersion,
    ServedModel,
    find_live_model,
    get_model,
    note_of_model,
    served_version,
)
from app.training.collect import DOCUMENTS, get_dataset, list_datasets, read_dataset
from app.training.domain import DatasetVersion
from app.training.errors import NothingToJudge
from app.training.judging import store
from app.training.judging.domain import (
    Answered,
    Figures,
    GateRules,
    GateVerdict,
    HumanWord,
    JudgedRow,
    JudgingState,
    Kind,
    ModelEvaluation,
    Probe,
)
from app.training.judging.gate import figures_of, gate
from app.training.judging.probes import probes_of
from app.training.rollout.serving import bring_up
from app.training.tools import TrainingTools

log = get_logger(__name__)
JOB_KIND, QUEUE, UNIT = "training.judge", "default", "questions"


@dataclass(frozen=True)
class JudgingTools:
    """Training beside the pipeline of live answers."""

    training: TrainingTools
    evaluation: EvaluationTools


async def start_judging(tools: JudgingTools, model_id: UUID, author: Principal | None) -> ModelEvaluation:
    """A queued evaluation. Raises ModelVersionNotFound."""
    training = tools.training
    await get_model(training.models, model_id)
    live = await find_live_model(training.models, ModelKind.CHAT)
    evaluation_id = new_id()
    async with training.database.transaction() as session:
        job_id = await open_job(session, training.jobs.bell, JOB_KIND, QUEUE, evaluation_id)
        made = await store.add_evaluation(
            session, evaluation_id, model_id, live.id if live else None, job_id, author.name if author else "system"
        )
        await record_audit(session, author, "model.judge", str(model_id), evaluation=str(evaluation_id))
    return made


async def do_judging(tools: JudgingTools, job_id: UUID) -> None:
    """A worker's part; what has been asked already is not asked again."""

    async def work(lease: Lease) -> None:
        evaluation = await get_evaluation(tools.training, lease.subject_id)
        version = await get_model(tools.training.models, evaluation.model_id)
        await bring_up(tools.training, version)
        rules = await gate_rules(tools.training)
        probes = await _probes(tools, version, rules)
        async with tools.training.database.transaction() as session:
            await store.begin(session, evaluation.id, probes)
        await _ask_all(tools, evaluation, version, lease)
        await _end(tools, evaluation, rules, lease)

    await run_job(tools.training.jobs, job_id, work)


async def _probes(tools: JudgingTools, version: ModelVersion, rules: GateRules) -> list[Probe]:
    refusals = await _refusals(tools.evaluation)
    dataset_id = version.details.get("dataset_id")
    if not dataset_id:
        probes = probes_of(b"", {}, rules, refusals)
    else:
        dataset = await _asking(tools.training, await get_dataset(tools.training, UUID(dataset_id)))
        probes = probes_of(await read_dataset(tools.training, dataset.id), dataset.manifest, rules, refusals)
    if not probes:
        raise NothingToJudge
    return probes


async def _asking(tools: TrainingTools, learnt: DatasetVersion) -> DatasetVersion:
    """Documents ask nothing: what learnt them is asked the questions of the newest version that has some."""
    if learnt.name != DOCUMENTS:
        return learnt
    return next((one for one in await list_datasets(tools, None, 50) if one.name != DOCUMENTS), learnt)


async def _refusals(tools: EvaluationTools) -> list[Probe]:
    """The regression questions nobody may answer."""
    found: list[Probe] = []
    for one in await list_sets(tools.database):
        kept = await list_questions(tools.database, one.id)
        found += [
            Probe(Kind.REFUSAL, row.question.text, "", row.question.locale) for row in kept if row.question.must_refuse
        ]
    return found


async def _ask_all(tools: JudgingTools, evaluation: ModelEvaluation, version: ModelVersion, lease: Lease) -> None:
    training = tools.training
    async with training.database.reading() as session:
        waiting = [row for row in await store.list_rows(session, evaluation.id) if row.new is None]
        total = len(await store.list_rows(session, evaluation.id))
    new = await served_version(training.models, version.id)
    now = ServedModel(new.chat)
    if evaluation.against_id is not None:
        now = await served_version(training.models, evaluation.against_id)
    for row in waiting:
        said_now = await _asked(tools, row, now)
        said_new = await _asked(tools, row, new)
        async with training.database.transaction() as session:
            done = await store.keep_answers(session, evaluation.id, row.place, said_now, said_new)
        await report_progress(training.database, lease, done, total, UNIT)


async def _asked(tools: JudgingTools, row: JudgedRow, served: ServedModel) -> Answered:
    # It must change nothing in the company's own systems, and a remembered answer is nobody's.
    answering = replace(tools.evaluation.answering, models=ChosenModel(served), actions=None, cache=None)
    evaluation = replace(tools.evaluation, answering=answering)
    asked = await ask_as_customer(evaluation, row.probe.question, row.probe.locale)
    ended = asked.ended
    if ended is None:
        return Answered("", "failed", 0, round(asked.ms, 1))
    outcome = getattr(ended, "outcome", None)
    first = ended.trace.get("first_token_ms")
    text = ended.text
    if row.probe.kind is Kind.TRIGGER:
        # What the check took back shows the trigger's effect as well.
        text = "\n".join([text, *(one["text"] for one in (ended.trace.get("check") or {}).get("sentences", ()))])
    return Answered(
        text,
        outcome.value if outcome is not None else "failed",
        len(getattr(ended, "citations", ())),
        round(asked.ms, 1),
        # Only a model's first token tells about models.
        round(float(first), 1) if first is not None and ended.trace.get("model") else None,
    )


async def _end(tools: JudgingTools, evaluation: ModelEvaluation, rules: GateRules, lease: Lease) -> None:
    training = tools.training
    now, new = await _figures(training, evaluation.id)
    verdict = gate(rules, now, new)
    told = _told(verdict, evaluation.id)
    await note_of_model(training.models, evaluation.model_id, gate=told)
    async with training.database.transaction() as session:
        figures = {"now": now.as_dict(), "new": new.as_dict()}
        await store.end(session, evaluation.id, JudgingState.DONE, figures=figures, verdict=verdict.as_dict())
        await record_audit(session, None, "model.gate", str(evaluation.model_id), **told)
        await finish(session, lease)


async def _figures(tools: TrainingTools, evaluation_id: UUID) -> tuple[Figures, Figures]:
    """Of the live model and of the candidate."""
    async with tools.database.reading() as session:
        rows = await store.list_rows(session, evaluation_id)
    return figures_of(rows, new=False), figures_of(rows, new=True)


def _told(verdict: GateVerdict, evaluation_id: UUID) -> dict[str, Any]:
    return {
        "passed": verdict.passed,
        "of": len(verdict.rules),
        "held": sum(one.passed for one in verdict.rules),
        "broken": [one.rule for one in verdict.rules if not one.passed],
        "evaluation_id": str(evaluation_id),
    }


async def weigh_again(tools: TrainingTools, evaluation_id: UUID, human: HumanWord) -> GateVerdict:
    """Lets the gate speak once more, with what people said; only the newest evaluation's word counts for the model."""
    evaluation = await get_evaluation(tools, evaluation_id)
    now, new = await _figures(tools, evaluation_id)
    verdict = gate(await gate_rules(tools), now, new, human)
    told = _told(verdict, evaluation_id)
    version = await get_model(tools.models, evaluation.model_id)
    if version.details.get("gate", {}).get("evaluation_id") == str(evaluation_id):
        await note_of_model(tools.models, evaluation.model_id, gate=told, human=asdict(human))
    async with tools.database.transaction() as session:
        await store.put_verdict(session, evaluation_id, verdict.as_dict())
        await record_audit(session, None, "model.gate", str(evaluation.model_id), **told)
    return verdict


async def note_stopped_judging(session: Session, stopped: JobStopped) -> None:
    """Listens to the jobs room: an evaluation whose job failed or was cancelled ends with it."""
    if stopped.kind == JOB_KIND:
        state = JudgingState.CANCELLED if stopped.state is JobState.CANCELLED else JudgingState.FAILED
        await store.end(session, stopped.subject_id, state, error_code=stopped.code)


async def get_evaluation(tools: TrainingTools, evaluation_id: UUID) -> ModelEvaluation:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find_evaluation(session, evaluation_id)
    if found is None:
        raise NotFound
    return found


async def list_evaluations(
    tools: TrainingTools, model_id: UUID | None, before: UUID | None, limit: int
) -> list[ModelEvaluation]:
    """Newest first, behind `before`."""
    async with tools.database.reading() as session:
        return await store.list_evaluations(session, model_id, before, limit)


async def list_rows(
    tools: TrainingTools, evaluation_id: UUID, kind: Kind | None, after: int, limit: int
) -> list[JudgedRow]:
    """Its questions in order. Raises NotFound."""
    await get_evaluation(tools, evaluation_id)
    async with tools.database.reading() as session:
        return await store.list_rows(session, evaluation_id, kind, after, limit)


async def gate_rules(tools: TrainingTools) -> GateRules:
    """The rules in force."""
    async with tools.database.reading() as session:
        return await store.read_rules(session)


async def change_gate(tools: TrainingTools, rules: GateRules, author: Principal) -> None:
    """In force from the next evaluation on."""
    async with tools.database.transaction() as session:
        await store.write_rules(session, rules, author.name)
        await record_audit(session, author, "model.gate_rules", "1", **asdict(rules))
