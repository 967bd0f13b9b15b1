"""What people do with inspections: score, recheck, appeal, answer; each is audited, and agents see their own only."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.accounts import Permission, Principal, record_audit
from app.escalation.inspection import store
from app.escalation.inspection.domain import Form, Inspection, Mark, State, score_of
from app.escalation.inspection.errors import InspectionChanged, InspectionFormChanged, OwnWork, WrongMarks
from app.kernel.clock import iso, now
from app.kernel.database import Database, Session
from app.kernel.errors import NotFound


async def get(session: Session, principal: Principal, id: UUID) -> Inspection:
    """One inspection; of agents only their own, once it is scored. Raises NotFound."""
    found = await store.find(session, id)
    if found is None:
        raise NotFound
    own = found.agent_id == principal.id and found.state is not State.OPEN
    if not own and not principal.may(Permission.DESK_SUPERVISE):
        raise NotFound
    return found


async def put_form(database: Database, form: Form, actor: Principal) -> Form:
    """This form and plan hold from now on; `form.version` is the one seen. Raises InspectionFormChanged."""
    async with database.transaction() as session:
        known = await store.newest_form(session)
        fresh = replace(form, version=form.version + 1)
        if known.version != form.version or not await store.add_form(session, fresh, actor.name):
            raise InspectionFormChanged(extra={"version": known.version}, name=known.changed_by)
        await record_audit(session, actor, "inspection.form", str(fresh.version), **store.kept_form(fresh))
        return await store.newest_form(session)


async def score(
    database: Database, id: UUID, actor: Principal, marks: Mapping[str, Mark], note: str, revision: int
) -> Inspection:
    """Scores one, or scores it again before anybody appealed. Raises NotFound, OwnWork, WrongMarks, -Changed."""
    async with database.transaction() as session:
        known = await get(session, actor, id)
        if known.agent_id == actor.id:
            raise OwnWork
        if known.state not in (State.OPEN, State.SCORED) or known.recheck is not None:
            raise InspectionChanged
        total, fatal = await _counted(session, known, marks)
        changed = replace(
            known,
            marks=dict(marks),
            score=total,
            fatal=fatal,
            note=note,
            state=State.SCORED,
            inspector_id=actor.id,
            inspector_name=actor.name,
            scored_at=now(),
        )
        return await _store(session, changed, revision, actor, "inspection.score", score=total, fatal=fatal)


async def recheck(
    database: Database, id: UUID, actor: Principal, marks: Mapping[str, Mark], note: str, revision: int
) -> Inspection:
    """A second person scores it anew, which then holds. Raises NotFound, OwnWork, WrongMarks, InspectionChanged."""
    async with database.transaction() as session:
        known = await get(session, actor, id)
        if actor.id in (known.agent_id, known.inspector_id):
            raise OwnWork
        if known.state is State.OPEN:
            raise InspectionChanged
        total, fatal = await _counted(session, known, marks)
        first = {"score": known.score, "marks": {key: mark.value for key, mark in known.marks.items()}}
        second = {"by": actor.name, "by_id": str(actor.id), "at": iso(now()), "note": note, "first": first}
        changed = replace(known, marks=dict(marks), score=total, fatal=fatal, recheck=second)
        return await _store(session, changed, revision, actor, "inspection.recheck", score=total, before=known.score)


async def appeal(database: Database, id: UUID, actor: Principal, words: str, revision: int) -> Inspection:
    """The agent does not agree, once. Raises NotFound for what is not theirs, InspectionChanged."""
    async with database.transaction() as session:
        known = await get(session, actor, id)
        if known.agent_id != actor.id:
            raise NotFound
        if known.state is not State.SCORED:
            raise InspectionChanged
        said = {"text": words, "at": iso(now()), "score": known.score}
        changed = replace(known, appeal=said, state=State.APPEALED)
        return await _store(session, changed, revision, actor, "inspection.appeal")


async def answer(
    database: Database, id: UUID, actor: Principal, words: str, marks: Mapping[str, Mark] | None, revision: int
) -> Inspection:
    """Answers an appeal, and changes the marks if it is right. Raises NotFound, OwnWork, InspectionChanged."""
    async with database.transaction() as session:
        known = await get(session, actor, id)
        if known.state is not State.APPEALED or known.appeal is None:
            raise InspectionChanged
        if known.agent_id == actor.id:
            raise OwnWork
        said = {**known.appeal, "answer": words, "by": actor.name, "answered_at": iso(now())}
        changed = replace(known, appeal=said, state=State.SETTLED)
        if marks is not None:
            total, fatal = await _counted(session, known, marks)
            changed = replace(changed, marks=dict(marks), score=total, fatal=fatal)
        return await _store(session, changed, revision, actor, "inspection.answer", score=changed.score)


async def _counted(session: Session, known: Inspection, marks: Mapping[str, Mark]) -> tuple[float | None, bool]:
    form = await store.form_of(session, known.form_version or None)
    criteria = form.of(known.part)
    if set(marks) != {one.key for one in criteria}:
        raise WrongMarks
    return score_of(criteria, marks)


async def _store(
    session: Session, changed: Inspection, revision: int, actor: Principal, action: str, **facts: Any
) -> Inspection:
    if changed.revision != revision or not await store.change(session, changed):
        raise InspectionChanged
    told = {"conversation_id": str(changed.conversation_id), "part": changed.part.value}
    await record_audit(session, actor, action, str(changed.id), **told, **facts)
    return replace(changed, revision=changed.revision + 1)
