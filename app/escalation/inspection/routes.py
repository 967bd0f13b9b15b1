"""JSON routes of inspection: the form, the list, one with its transcript, scoring, recheck, appeal, results."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.conversations import transcript
from app.escalation.inspection import sampling, schemas, service, store
from app.escalation.inspection.domain import Inspection, Part, State
from app.escalation.inspection.errors import NothingToInspect
from app.escalation.inspection.tools import InspectionTools
from app.kernel.clock import now
from app.kernel.paging import Limit
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/inspections", tags=["inspection"])
Tools = Annotated[InspectionTools, tool(InspectionTools)]
Staff = Annotated[Principal, require(Permission.DESK_SERVE)]
Supervisor = Annotated[Principal, require(Permission.DESK_SUPERVISE)]


def _only(principal: Principal) -> UUID | None:
    """Whose inspections somebody sees: everybody's, or their own."""
    return None if principal.may(Permission.DESK_SUPERVISE) else principal.id


def _shown(one: Inspection, principal: Principal) -> schemas.InspectionView:
    return schemas.InspectionView.of(one, principal.id)


@router.get("/form", dependencies=[require(Permission.DESK_SERVE)])
async def show_form(tools: Tools) -> schemas.FormView:
    """The form in force and what is sampled."""
    async with tools.database.reading() as session:
        return schemas.FormView.of(await store.newest_form(session))


@router.put("/form")
async def change_form(tools: Tools, principal: Supervisor, form: schemas.FormForm) -> schemas.FormView:
    """Another version of the form; what is scored keeps its own. 409 `inspection_form_changed`."""
    return schemas.FormView.of(await service.put_form(tools.database, form.form(), principal))


@router.get("/results")
async def results(tools: Tools, principal: Staff, days: Annotated[int, Query(ge=1, le=730)] = 90) -> schemas.ResultList:
    """Scores by week, person, queue and bot, with their counts; agents see their own."""
    since = now() - timedelta(days=days)
    async with tools.database.reading() as session:
        found = await store.results(session, since, _only(principal))
    return schemas.ResultList(items=[schemas.ResultView.of(one) for one in found])


@router.get("")
async def list_some(
    tools: Tools, principal: Staff, state: State | None = None, part: Part | None = None, limit: Limit = 100
) -> schemas.InspectionList:
    """The newest first; agents see what was scored of theirs."""
    async with tools.database.reading() as session:
        found = await store.list_some(session, agent_id=_only(principal), state=state, part=part, limit=limit)
    return schemas.InspectionList(items=[_shown(one, principal) for one in found])


@router.post("", status_code=200)
async def add(tools: Tools, principal: Supervisor, form: schemas.ByHand) -> schemas.Added:
    """Puts a conversation under inspection, whatever the plan says. 422 `inspection_nothing`."""
    added = await sampling.put_by_hand(tools, form.conversation_id, principal)
    if not added:
        raise NothingToInspect
    return schemas.Added(added=added)


@router.get("/{inspection_id}")
async def show(tools: Tools, principal: Staff, inspection_id: UUID) -> schemas.OpenedView:
    """One with its lines and the transcript; what is not yours is 404."""
    async with tools.database.reading() as session:
        found = await service.get(session, principal, inspection_id)
        form = await store.form_of(session, found.form_version or None)
        said = await transcript(session, found.conversation_id)
    criteria = [schemas.CriterionView(**{**vars(one), "parts": list(one.parts)}) for one in form.of(found.part)]
    lines = [schemas.SaidView.of(one) for one in said if one.role != "system"]
    return schemas.OpenedView(inspection=_shown(found, principal), criteria=criteria, said=lines)


@router.post("/{inspection_id}/score", status_code=200)
async def score(
    tools: Tools, principal: Supervisor, inspection_id: UUID, form: schemas.MarksForm
) -> schemas.InspectionView:
    """Scores it; 403 `inspection_own_work`, 409 `inspection_changed`, 422 `inspection_wrong_marks`."""
    done = await service.score(tools.database, inspection_id, principal, form.marks, form.note, form.revision)
    return _shown(done, principal)


@router.post("/{inspection_id}/recheck", status_code=200)
async def recheck(
    tools: Tools, principal: Supervisor, inspection_id: UUID, form: schemas.MarksForm
) -> schemas.InspectionView:
    """A second person scores it anew; the first score stays beside it."""
    done = await service.recheck(tools.database, inspection_id, principal, form.marks, form.note, form.revision)
    return _shown(done, principal)


@router.post("/{inspection_id}/appeal", status_code=200)
async def appeal(
    tools: Tools, principal: Staff, inspection_id: UUID, form: schemas.AppealForm
) -> schemas.InspectionView:
    """The agent does not agree, once."""
    return _shown(await service.appeal(tools.database, inspection_id, principal, form.text, form.revision), principal)


@router.post("/{inspection_id}/answer", status_code=200)
async def answer(
    tools: Tools, principal: Supervisor, inspection_id: UUID, form: schemas.AnswerForm
) -> schemas.InspectionView:
    """Answers an appeal, with other marks if it is right."""
    done = await service.answer(tools.database, inspection_id, principal, form.text, form.marks, form.revision)
    return _shown(done, principal)
