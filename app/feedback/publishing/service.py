"""Publication: a job that tries an accepted correction and makes it live when nothing becomes worse."""

from functools import partial
from uuid import UUID

from app.accounts import Principal, Role, record_audit
from app.evaluation import Expected, Origin, Question, add_questions, add_set, find_set
from app.feedback.corrections import store
from app.feedback.corrections.domain import Correction, CorrectionState, Place
from app.feedback.corrections.service import get_correction, tell_gap
from app.feedback.errors import CorrectionIncomplete, CorrectionNotReady, CorrectionStopped
from app.feedback.events import CorrectionAccepted
from app.feedback.publishing.domain import JOB, QUEUE, REGRESSION_QUESTIONS, REGRESSION_SET, UNIT, Trial
from app.feedback.publishing.replay import questions_of, replay, try_out
from app.feedback.publishing.tools import PublishingTools
from app.jobs import JobStopped, Lease, open_job, report_progress, run_job
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import AppError, Conflict, NotFound
from app.kernel.logging import get_logger
from app.knowledge import (
    DEFAULT_BASE,
    FaqContent,
    canonical_text,
    create_faq,
    edit_chunk,
    edit_faq,
    get_faq,
    get_passage,
)

log = get_logger(__name__)


async def publish_accepted(tools: PublishingTools, session: Session, event: CorrectionAccepted) -> None:
    """Listener: what was accepted for a knowledge base is tried and published by a worker."""
    correction = await store.find_correction(session, event.correction_id)
    if correction is not None and correction.plan.place is not Place.TRAINING:
        await _open(tools, session, correction.id)


async def _open(tools: PublishingTools, session: Session, correction_id: UUID) -> UUID:
    job_id = await open_job(session, tools.jobs.bell, JOB, QUEUE, correction_id)
    await store.note_job(session, correction_id, job_id)
    return job_id


async def open_trial(tools: PublishingTools, correction_id: UUID, actor: Principal) -> UUID:
    """A job that tries a correction; one that is accepted already is published when it passes.

    Raises NotFound, CorrectionNotReady, CorrectionIncomplete.
    """
    async with tools.database.transaction() as session:
        correction = await store.lock_correction(session, correction_id)
        if correction is None:
            raise NotFound
        settled = correction.state in (CorrectionState.REJECTED, CorrectionState.PUBLISHED)
        if settled or correction.plan.place is Place.TRAINING:
            raise CorrectionNotReady
        if not correction.plan.complete:
            raise CorrectionIncomplete
        await record_audit(session, actor, "correction.try", str(correction_id))
        return await _open(tools, session, correction_id)


async def override(tools: PublishingTools, correction_id: UUID, reason: str, actor: Principal) -> UUID:
    """Publishes an accepted correction that the gate stopped; the reason stays in the audit trail.

    Raises NotFound, CorrectionNotReady.
    """
    async with tools.database.transaction() as session:
        correction = await store.lock_correction(session, correction_id)
        if correction is None:
            raise NotFound
        if correction.state is not CorrectionState.ACCEPTED or correction.plan.place is Place.TRAINING:
            raise CorrectionNotReady
        await store.change(session, correction_id, overridden_by=actor.name, override_reason=reason)
        trial = correction.trial or {}
        await record_audit(
            session, actor, "correction.override", str(correction_id), reason=reason, gate=trial.get("reasons", [])
        )
        return await _open(tools, session, correction_id)


async def note_stopped_publication(session: Session, event: JobStopped) -> None:
    """Listener: a correction whose job failed or was cancelled says so."""
    if event.kind == JOB:
        await store.set_problem(session, event.subject_id, event.code or "job_cancelled")


async def do_publication(tools: PublishingTools, job_id: UUID) -> None:
    """The job: tries, keeps what it showed, and publishes what is accepted and passes."""
    await run_job(tools.jobs, job_id, partial(_work, tools))


async def _work(tools: PublishingTools, lease: Lease) -> None:
    correction = await get_correction(tools.database, lease.subject_id)
    if correction.state in (CorrectionState.PUBLISHED, CorrectionState.REJECTED):
        return
    await report_progress(tools.database, lease, 0, len(await questions_of(tools, correction)), UNIT)
    trial = await try_out(tools, correction)
    async with tools.database.transaction() as session:
        if not await store.keep_trial(session, correction.id, correction.version, trial.as_dict()):
            return  # edited meanwhile: what was tried is not what it says now
    log.info("correction_tried", correction_id=str(correction.id), passes=trial.passes, took_ms=trial.took_ms)
    if correction.state is CorrectionState.ACCEPTED:
        if not trial.passes and correction.override_reason is None:
            raise CorrectionStopped
        await _publish(tools, correction, trial)


async def _publish(tools: PublishingTools, correction: Correction, trial: Trial) -> None:
    assert correction.reviewed_by is not None, "an accepted correction was reviewed"
    reviewer = Principal(correction.reviewed_by, "staff", correction.reviewed_by_name or "", Role.SUPERVISOR)
    faq_id = await _change_knowledge(tools, correction, reviewer)
    asked = await questions_of(tools, correction)
    live = await replay(tools, correction, asked, None)
    await _keep_as_regression(tools, correction, faq_id, reviewer)
    shown = {**trial.as_dict(), "right_live": sum(one.right for one in live)}
    async with tools.database.transaction() as session:
        current = await store.lock_correction(session, correction.id)
        if current is None or current.state is not CorrectionState.ACCEPTED:
            return
        published = await store.change(
            session,
            correction.id,
            state=CorrectionState.PUBLISHED.value,
            published_at=now(),
            published_faq_id=faq_id,
            trial=shown,
            problem=None,
        )
        await record_audit(
            session,
            reviewer,
            "correction.publish",
            str(correction.id),
            place=correction.plan.place.value,
            overridden=correction.override_reason is not None,
        )
        await tell_gap(tools.feedback, session, published, reviewer.name)


async def _change_knowledge(tools: PublishingTools, correction: Correction, reviewer: Principal) -> UUID | None:
    """Through the knowledge room's doors; done twice it changes nothing more. Returns the FAQ, if it is one."""
    plan, search = correction.plan, tools.search
    if plan.place is Place.NEW_FAQ:
        return await _new_faq(tools, correction, reviewer)
    if plan.faq_id is None:
        assert plan.chunk_id is not None and plan.passage_text is not None, "checked when it was proposed"
        passage = await get_passage(search, plan.chunk_id)
        if passage.text != plan.passage_text:
            seen = plan.target_version or passage.revision
            await edit_chunk(search, passage.id, revision=seen, text=plan.passage_text, actor=reviewer)
        return None
    faq = await get_faq(search, plan.faq_id)
    limits = (faq.tags, faq.channels, faq.valid_from)
    if plan.place is Place.FAQ_PHRASING:
        content = FaqContent((*faq.questions, *plan.questions), faq.answer, *limits, faq.valid_until)
        await edit_faq(search, faq.id, content, reviewer)
    elif faq.answer != correction.right_answer:
        content = FaqContent(faq.questions, correction.right_answer, *limits, plan.valid_until or faq.valid_until)
        await edit_faq(search, faq.id, content, reviewer, expected=plan.target_version)
    return faq.id


async def _new_faq(tools: PublishingTools, correction: Correction, reviewer: Principal) -> UUID:
    plan, source = correction.plan, f"correction:{correction.id}"
    content = FaqContent(plan.questions, correction.right_answer, valid_until=plan.valid_until)
    try:
        return await create_faq(tools.search, content, plan.base_id or DEFAULT_BASE, reviewer, source)
    except Conflict as taken:
        known = UUID(str(taken.extra["faq_id"])) if "faq_id" in taken.extra else None
        if known is None or (await get_faq(tools.search, known)).source != source:
            raise
        return known  # an earlier attempt got this far


async def _keep_as_regression(
    tools: PublishingTools, correction: Correction, faq_id: UUID | None, reviewer: Principal
) -> None:
    """The first questions it is for are asked before every change of search from now on."""
    plan = correction.plan
    if faq_id is not None:
        expected = Expected(faq_id=faq_id, question=(await get_faq(tools.search, faq_id)).questions[0])
    else:
        expected = Expected(text=plan.passage_text or "")
    asked = (await questions_of(tools, correction))[:REGRESSION_QUESTIONS]
    questions = [
        Question(one.text, one.locale, (expected,), must=True, tags=("gap",) if correction.gap_id else ())
        for one in asked
    ]
    kept = await find_set(tools.database, REGRESSION_SET)
    if kept is None:
        try:
            kept = await add_set(tools.database, REGRESSION_SET, "", reviewer)
        except AppError:
            kept = await find_set(tools.database, REGRESSION_SET)
    assert kept is not None, "it was there or has just been made"
    distinct = {canonical_text(one.text): one for one in questions}
    await add_questions(tools.database, kept.id, list(distinct.values()), Origin.CORRECTION, reviewer)
