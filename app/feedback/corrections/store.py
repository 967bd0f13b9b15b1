"""All SQL of corrections."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts import Principal
from app.answering import Citation
from app.feedback.corrections.domain import Correction, CorrectionState, Place, Plan, Review, Rules
from app.feedback.corrections.tables import CorrectionRow, RulesRow
from app.feedback.domain import RatedAnswer, Reason, as_prompt
from app.kernel.clock import now
from app.kernel.database import Session

UNDER_WAY = (CorrectionState.DRAFT.value, CorrectionState.IN_REVIEW.value)


def citation_as_kept(citation: Citation) -> dict[str, Any]:
    """A source as it is kept with a correction."""
    return {
        **{name: str(value) if isinstance(value, UUID) else value for name, value in vars(citation).items()},
        "heading_path": list(citation.heading_path),
    }


def _citation(kept: dict[str, Any]) -> Citation:
    ids = {name: UUID(kept[name]) if kept[name] else None for name in ("document_id", "faq_id", "chunk_id")}
    return Citation(**{**kept, **ids, "heading_path": tuple(kept["heading_path"])})


def _plan(row: CorrectionRow) -> Plan:
    return Plan(
        place=Place(row.place),
        faults=tuple(Reason(fault) for fault in row.faults),
        questions=tuple(row.questions),
        base_id=row.base_id,
        faq_id=row.faq_id,
        chunk_id=row.chunk_id,
        passage_text=row.passage_text,
        target_version=row.target_version,
        owner=row.owner_name,
        valid_until=row.valid_until,
    )


def _write_plan(row: CorrectionRow, plan: Plan) -> None:
    row.place = plan.place.value
    row.faults = [fault.value for fault in plan.faults]
    row.questions = list(plan.questions)
    row.base_id, row.faq_id, row.chunk_id = plan.base_id, plan.faq_id, plan.chunk_id
    row.passage_text, row.target_version = plan.passage_text, plan.target_version
    row.owner_name, row.valid_until = plan.owner, plan.valid_until


def as_correction(row: CorrectionRow) -> Correction:
    """A row as the room speaks of it."""
    return Correction(
        id=row.id,
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        question=row.question,
        wrong_answer=row.wrong_answer,
        right_answer=row.right_answer,
        locale=row.locale,
        prompt=as_prompt(row.prompt),
        state=CorrectionState(row.state),
        note=row.note,
        proposed_by=row.proposed_by,
        proposed_by_name=row.proposed_by_name,
        proposed_at=row.proposed_at,
        reviewed_by=row.reviewed_by,
        reviewed_by_name=row.reviewed_by_name,
        reviewed_at=row.reviewed_at,
        plan=_plan(row),
        citations=tuple(_citation(one) for one in row.citations),
        version=row.version,
        gap_id=row.gap_id,
        evidence=row.evidence or {},
        trial=row.trial,
        problem=row.problem,
        job_id=row.job_id,
        overridden_by=row.overridden_by,
        override_reason=row.override_reason,
        published_at=row.published_at,
        published_faq_id=row.published_faq_id,
    )


async def put_proposal(
    session: Session, answer: RatedAnswer, text: str, plan: Plan, author: Principal, state: CorrectionState
) -> tuple[Correction, bool]:
    """The correction under way for an answer, replaced if there is one; also whether it is new."""
    statement = (
        select(CorrectionRow)
        .where(
            CorrectionRow.message_id == answer.message_id,
            CorrectionRow.state.in_(UNDER_WAY),
            CorrectionRow.gap_id.is_(None),
        )
        .with_for_update()
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    is_new = row is None
    if row is None:
        row = _new_row(answer)
        session.add(row)
    else:
        row.version += 1
    row.state, row.right_answer = state.value, text
    row.trial, row.problem = None, None
    row.proposed_by, row.proposed_by_name, row.proposed_at = author.id, author.name, now()
    _write_plan(row, plan)
    await session.flush()
    return as_correction(row), is_new


def _new_row(answer: RatedAnswer) -> CorrectionRow:
    return CorrectionRow(
        message_id=answer.message_id,
        conversation_id=answer.conversation_id,
        question=answer.question,
        wrong_answer=answer.answer,
        locale=answer.locale,
        prompt=None if answer.prompt is None else list(answer.prompt),
        citations=[citation_as_kept(one) for one in answer.citations],
        version=1,
    )


async def add_draft(
    session: Session,
    answer: RatedAnswer,
    gap_id: UUID,
    text: str,
    plan: Plan,
    evidence: dict[str, Any],
    author: Principal,
) -> Correction | None:
    """A draft for a gap; None when one is under way for it already."""
    known = select(CorrectionRow.id).where(
        CorrectionRow.gap_id == gap_id, CorrectionRow.state.in_((*UNDER_WAY, CorrectionState.ACCEPTED.value))
    )
    if (await session.execute(known)).first() is not None:
        return None
    row = _new_row(answer)
    row.gap_id, row.evidence, row.state = gap_id, evidence, CorrectionState.DRAFT.value
    row.right_answer = text
    row.proposed_by, row.proposed_by_name = author.id, author.name
    _write_plan(row, plan)
    session.add(row)
    await session.flush()
    return as_correction(row)


async def find_correction(session: Session, correction_id: UUID) -> Correction | None:
    """One correction."""
    row = await session.get(CorrectionRow, correction_id)
    return None if row is None else as_correction(row)


async def lock_correction(session: Session, correction_id: UUID) -> Correction | None:
    """One correction, locked until the transaction ends."""
    row = await session.get(CorrectionRow, correction_id, with_for_update=True)
    return None if row is None else as_correction(row)


async def review(session: Session, correction_id: UUID, word: Review, reviewer: Principal) -> Correction:
    """Writes the review; the correction must exist."""
    row = await session.get_one(CorrectionRow, correction_id)
    row.state = word.state.value
    row.right_answer = row.right_answer if word.text is None else word.text
    row.note = word.note
    if word.plan is not None:
        _write_plan(row, word.plan)
    row.reviewed_by, row.reviewed_by_name, row.reviewed_at = reviewer.id, reviewer.name, now()
    row.version += 1
    row.problem = None
    await session.flush()
    return as_correction(row)


async def change(
    session: Session, correction_id: UUID, text: str | None = None, plan: Plan | None = None, **columns: Any
) -> Correction:
    """Other words, another plan, other columns of the row; what was tried before holds no more."""
    row = await session.get_one(CorrectionRow, correction_id)
    if text is not None:
        row.right_answer = text
    if plan is not None:
        _write_plan(row, plan)
    if text is not None or plan is not None:
        row.trial = None
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    await session.flush()
    return as_correction(row)


async def keep_trial(session: Session, correction_id: UUID, version: int, trial: dict[str, Any]) -> bool:
    """Keeps what a trial showed, unless the correction is another one by now."""
    row = await session.get(CorrectionRow, correction_id, with_for_update=True)
    if row is None or row.version != version:
        return False
    row.trial = trial
    await session.flush()
    return True


async def note_job(session: Session, correction_id: UUID, job_id: UUID) -> None:
    """The job that tries or publishes it."""
    row = await session.get_one(CorrectionRow, correction_id)
    row.job_id, row.problem = job_id, None
    await session.flush()


async def set_problem(session: Session, correction_id: UUID, code: str) -> None:
    """What stands in its way."""
    row = await session.get(CorrectionRow, correction_id, with_for_update=True)
    if row is not None:
        row.problem = code
        await session.flush()


async def list_corrections(
    session: Session,
    *,
    state: CorrectionState | None,
    conversation_id: UUID | None,
    before: UUID | None,
    limit: int | None,
) -> list[Correction]:
    """Newest first, behind `before`; all of them without a limit."""
    statement = select(CorrectionRow).order_by(CorrectionRow.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(CorrectionRow.state == state.value)
    if conversation_id is not None:
        statement = statement.where(CorrectionRow.conversation_id == conversation_id)
    if before is not None:
        statement = statement.where(CorrectionRow.id < before)
    return [as_correction(row) for row in (await session.execute(statement)).scalars()]


async def count_by_state(session: Session) -> dict[str, int]:
    """How many corrections are in each state."""
    counted = select(CorrectionRow.state, func.count()).group_by(CorrectionRow.state)
    return {row[0]: row[1] for row in await session.execute(counted)}


async def corrected_messages(session: Session, message_ids: Sequence[UUID]) -> set[UUID]:
    """Of some answers those that have a correction nobody rejected."""
    statement = select(CorrectionRow.message_id).where(
        CorrectionRow.message_id.in_(message_ids), CorrectionRow.state != CorrectionState.REJECTED.value
    )
    return set((await session.execute(statement)).scalars())


async def find_rules(session: Session) -> Rules:
    """How corrections are reviewed."""
    row = await session.get(RulesRow, 1)
    return Rules() if row is None else Rules(row.four_eyes, row.changed_by_name)


async def keep_rules(session: Session, four_eyes: bool, author: str) -> None:
    """Other rules."""
    values = {"four_eyes": four_eyes, "changed_by_name": author, "changed_at": now()}
    statement = insert(RulesRow).values(id=1, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
