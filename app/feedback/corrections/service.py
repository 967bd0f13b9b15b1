"""The way of a correction: proposed or drafted, edited, sent to review, accepted or rejected, sent back."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.accounts import Principal, Role, record_audit
from app.feedback.corrections import store
from app.feedback.corrections.domain import REVIEWED, Correction, CorrectionState, Place, Plan, Review, Rules
from app.feedback.errors import (
    CorrectionChanged,
    CorrectionIncomplete,
    CorrectionReviewed,
    CorrectionUnchanged,
    OwnCorrection,
)
from app.feedback.events import CorrectionAccepted, CorrectionMoved, CorrectionProposed
from app.feedback.service import FeedbackTools
from app.kernel.clock import iso
from app.kernel.database import Database, Session
from app.kernel.errors import NotFound
from app.kernel.personal import without_personal_values

NOWHERE = Plan()


async def propose_correction(
    tools: FeedbackTools, message_id: UUID, text: str, author: Principal, plan: Plan = NOWHERE, *, draft: bool = False
) -> tuple[Correction, bool]:
    """The proposal, and whether it is new: one under way for the same answer is replaced.

    Raises NotFound when there is no such answer, CorrectionUnchanged when the text is the bot's own and nothing else
    is wrong, CorrectionIncomplete.
    """
    answer = await tools.answers.get(message_id)
    text = text.strip()
    plan = with_questions(plan, [answer.question])
    if text == answer.answer.strip() and plan.place is not Place.FAQ_PHRASING:
        raise CorrectionUnchanged
    if not draft and not plan.complete:
        raise CorrectionIncomplete
    state = CorrectionState.DRAFT if draft else CorrectionState.IN_REVIEW
    async with tools.database.transaction() as session:
        correction, is_new = await store.put_proposal(session, answer, text, plan, author, state)
        await record_audit(
            session, author, "correction.propose", str(correction.id), message=str(message_id), place=plan.place.value
        )
        await tools.announcer.announce(session, CorrectionProposed(correction.id, message_id))
    return correction, is_new


def with_questions(plan: Plan, asked: Iterable[str]) -> Plan:
    """The plan with ways to ask where its place needs some and it names none; nobody's personal data among them."""
    if plan.place not in (Place.NEW_FAQ, Place.FAQ_PHRASING) or plan.questions:
        return plan
    return replace(plan, questions=tuple(dict.fromkeys(without_personal_values(one) for one in asked)))


async def edit_correction(
    tools: FeedbackTools, correction_id: UUID, text: str | None, plan: Plan | None, version: int, author: Principal
) -> Correction:
    """Other words or another place before it is reviewed. Raises NotFound, CorrectionReviewed, CorrectionChanged."""
    async with tools.database.transaction() as session:
        before = await _held(session, correction_id, version)
        wanted = None if plan is None else with_questions(plan, [before.question])
        if before.state is CorrectionState.IN_REVIEW and wanted is not None and not wanted.complete:
            raise CorrectionIncomplete
        after = await store.change(session, correction_id, text.strip() if text else None, wanted)
        await record_audit(session, author, "correction.edit", str(correction_id), version=after.version)
    return after


async def submit_correction(tools: FeedbackTools, correction_id: UUID, version: int, author: Principal) -> Correction:
    """A draft goes to review. Raises NotFound, CorrectionReviewed, CorrectionChanged, CorrectionIncomplete."""
    async with tools.database.transaction() as session:
        before = await _held(session, correction_id, version)
        if not before.plan.complete:
            raise CorrectionIncomplete
        if before.state is CorrectionState.IN_REVIEW:
            return before
        return await _move(tools, session, before, CorrectionState.IN_REVIEW, author, "submit")


async def return_correction(
    tools: FeedbackTools, correction_id: UUID, note: str | None, version: int | None, reviewer: Principal
) -> Correction:
    """Back to a draft: from review, or when its publication was stopped. Raises NotFound, CorrectionReviewed."""
    async with tools.database.transaction() as session:
        before = await store.lock_correction(session, correction_id)
        if before is None:
            raise NotFound
        if before.state in (CorrectionState.REJECTED, CorrectionState.PUBLISHED):
            raise reviewed_already(before)
        refuse_old(before, version)
        return await _move(tools, session, before, CorrectionState.DRAFT, reviewer, "return", note=note, problem=None)


async def _move(
    tools: FeedbackTools,
    session: Session,
    before: Correction,
    state: CorrectionState,
    actor: Principal,
    action: str,
    **columns: Any,
) -> Correction:
    after = await store.change(session, before.id, state=state.value, **columns)
    await record_audit(session, actor, f"correction.{action}", str(before.id))
    await tell_gap(tools, session, after, actor.name)
    return after


async def review_correction(tools: FeedbackTools, correction_id: UUID, word: Review, reviewer: Principal) -> Correction:
    """Accepts or rejects; the same word again changes nothing. What is accepted is then tried, and published.

    Raises NotFound, CorrectionReviewed and CorrectionChanged with the name of whoever was faster, OwnCorrection,
    CorrectionIncomplete.
    """
    async with tools.database.transaction() as session:
        before = await store.lock_correction(session, correction_id)
        if before is None:
            raise NotFound
        if before.state in REVIEWED:
            if before.state is word.state and word.text in (None, before.right_answer):
                return before
            raise reviewed_already(before)
        refuse_old(before, word.version)
        if word.state is CorrectionState.ACCEPTED:
            await _may_accept(session, before, word, reviewer)
        after = await store.review(session, correction_id, _tidy(before, word, reviewer), reviewer)
        await record_audit(
            session,
            reviewer,
            "correction.review",
            str(correction_id),
            state=word.state.value,
            edited=word.text is not None or word.plan is not None,
        )
        if after.state is CorrectionState.ACCEPTED:
            await tools.announcer.announce(session, CorrectionAccepted(after.id, after.message_id))
        await tell_gap(tools, session, after, reviewer.name)
    return after


async def _may_accept(session: Session, before: Correction, word: Review, reviewer: Principal) -> None:
    rules = await store.find_rules(session)
    if rules.four_eyes and reviewer.id == before.proposed_by and reviewer.role is not Role.ADMIN:
        raise OwnCorrection
    if not (word.plan or before.plan).complete:
        raise CorrectionIncomplete


def _tidy(before: Correction, word: Review, reviewer: Principal) -> Review:
    plan = word.plan or before.plan
    if word.state is CorrectionState.ACCEPTED and plan.owner is None:
        plan = replace(plan, owner=reviewer.name)
    return replace(word, plan=plan)


async def _held(session: Session, correction_id: UUID, version: int) -> Correction:
    before = await store.lock_correction(session, correction_id)
    if before is None:
        raise NotFound
    if before.state in REVIEWED:
        raise reviewed_already(before)
    refuse_old(before, version)
    return before


def reviewed_already(before: Correction) -> CorrectionReviewed:
    """The conflict with the name of whoever decided first."""
    return CorrectionReviewed(name=before.reviewed_by_name or before.proposed_by_name, extra=_theirs(before))


def refuse_old(before: Correction, version: int | None) -> None:
    """Raises CorrectionChanged when it is not the version somebody saw."""
    if version is not None and before.version != version:
        raise CorrectionChanged(name=before.reviewed_by_name or before.proposed_by_name, extra=_theirs(before))


def _theirs(before: Correction) -> dict[str, object]:
    return {
        "theirs": {
            "state": before.state.value,
            "version": before.version,
            "text": before.right_answer,
            "by": before.reviewed_by_name or before.proposed_by_name,
            "at": iso(before.reviewed_at or before.proposed_at),
        }
    }


async def tell_gap(tools: FeedbackTools, session: Session, correction: Correction, by: str) -> None:
    """The gap it was drafted for moves with it."""
    if correction.gap_id is not None:
        await tools.announcer.announce(session, CorrectionMoved(correction.id, correction.gap_id, correction.state, by))


async def get_correction(database: Database, correction_id: UUID) -> Correction:
    """Raises NotFound."""
    async with database.reading() as session:
        found = await store.find_correction(session, correction_id)
    if found is None:
        raise NotFound
    return found


async def list_corrections(
    database: Database,
    *,
    state: CorrectionState | None = None,
    conversation_id: UUID | None = None,
    before: UUID | None = None,
    limit: int | None = None,
) -> list[Correction]:
    """Newest first, behind `before`; all of them without a limit."""
    async with database.reading() as session:
        return await store.list_corrections(
            session, state=state, conversation_id=conversation_id, before=before, limit=limit
        )


async def review_rules(database: Database) -> Rules:
    """How corrections are reviewed."""
    async with database.reading() as session:
        return await store.find_rules(session)


async def change_rules(database: Database, four_eyes: bool, actor: Principal) -> Rules:
    """Other rules for reviews, noted in the audit trail."""
    async with database.transaction() as session:
        before = await store.find_rules(session)
        await store.keep_rules(session, four_eyes, actor.name)
        await record_audit(session, actor, "correction.rules", "rules", before=before.four_eyes, after=four_eyes)
    return Rules(four_eyes, actor.name)
