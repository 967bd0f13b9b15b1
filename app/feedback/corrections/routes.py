"""JSON routes of corrections: proposed by agents, reviewed by supervisors, tried and published by a job."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.feedback.corrections import service, store
from app.feedback.corrections.domain import CorrectionState, Review
from app.feedback.corrections.place_schemas import PlacesView
from app.feedback.corrections.places import places_of
from app.feedback.corrections.schemas import (
    AcceptForm,
    CorrectionView,
    CountsView,
    EditForm,
    OverrideForm,
    ProposalForm,
    RejectForm,
    RulesForm,
    VersionForm,
)
from app.feedback.publishing.service import open_trial, override
from app.feedback.publishing.tools import PublishingTools
from app.feedback.service import FeedbackTools
from app.kernel.paging import Limit, Page, id_in_cursor, page_of
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1", tags=["feedback"])
Tools = Annotated[FeedbackTools, tool(FeedbackTools)]
Publishing = Annotated[PublishingTools, tool(PublishingTools)]
Author = Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_PROPOSE)]
Reviewer = Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_REVIEW)]
READ = require(Permission.FEEDBACK_CORRECTION_PROPOSE)


@router.post("/corrections", status_code=201, responses={200: {"description": "The open proposal got the new text."}})
async def propose(form: ProposalForm, response: Response, tools: Tools, author: Author) -> CorrectionView:
    """Writes the right answer under a bot answer; a second proposal for the same answer replaces the first."""
    correction, is_new = await service.propose_correction(
        tools, form.message_id, form.text, author, form.plan.plan(), draft=form.draft
    )
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/api/v1/corrections/{correction.id}"
    return CorrectionView.of(correction)


@router.get("/corrections", dependencies=[READ])
async def list_all(
    tools: Tools,
    state: CorrectionState | None = None,
    conversation_id: UUID | None = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[CorrectionView]:
    """Corrections, newest first."""
    found = await service.list_corrections(
        tools.database,
        state=state,
        conversation_id=conversation_id,
        before=id_in_cursor(cursor),
        limit=limit + 1,
    )
    return page_of(found, limit, CorrectionView.of, lambda one: one.id)


@router.get("/corrections/counts", dependencies=[READ])
async def counts(tools: Tools) -> CountsView:
    """How many there are in each state, and the rules of review."""
    async with tools.database.reading() as session:
        found, rules = await store.count_by_state(session), await store.find_rules(session)
    return CountsView(
        counts={state.value: found.get(state.value, 0) for state in CorrectionState}, four_eyes=rules.four_eyes
    )


@router.put("/corrections/rules")
async def change_rules(form: RulesForm, tools: Tools, reviewer: Reviewer) -> RulesForm:
    """Whether whoever proposed a correction may accept it."""
    return RulesForm(four_eyes=(await service.change_rules(tools.database, form.four_eyes, reviewer)).four_eyes)


@router.get("/answers/{message_id}/correction-places", dependencies=[READ])
async def correction_places(message_id: UUID, tools: Tools, publishing: Publishing) -> PlacesView:
    """Where the right answer could belong: the nearest FAQs and the cited passages."""
    places = await places_of(tools, publishing.search, message_id)
    return PlacesView.of(places, (await service.review_rules(tools.database)).four_eyes)


@router.get("/corrections/{correction_id}", dependencies=[READ])
async def show(correction_id: UUID, tools: Tools) -> CorrectionView:
    """One correction."""
    return CorrectionView.of(await service.get_correction(tools.database, correction_id))


@router.patch("/corrections/{correction_id}")
async def edit(correction_id: UUID, form: EditForm, tools: Tools, author: Author) -> CorrectionView:
    """Other words or another place, before it is reviewed."""
    plan = form.plan.plan() if form.plan else None
    changed = await service.edit_correction(tools, correction_id, form.text, plan, form.version, author)
    return CorrectionView.of(changed)


@router.post("/corrections/{correction_id}/submit")
async def submit(correction_id: UUID, form: VersionForm, tools: Tools, author: Author) -> CorrectionView:
    """Sends a draft to review."""
    return CorrectionView.of(await service.submit_correction(tools, correction_id, form.version, author))


@router.post("/corrections/{correction_id}/accept")
async def accept(correction_id: UUID, form: AcceptForm, tools: Tools, reviewer: Reviewer) -> CorrectionView:
    """Makes the correction something to learn from, perhaps edited; then a job tries and publishes it."""
    plan = form.plan.plan() if form.plan else None
    word = Review(CorrectionState.ACCEPTED, form.text, form.note, plan, form.version)
    await service.review_correction(tools, correction_id, word, reviewer)
    return CorrectionView.of(await service.get_correction(tools.database, correction_id))


@router.post("/corrections/{correction_id}/reject")
async def reject(correction_id: UUID, form: RejectForm, tools: Tools, reviewer: Reviewer) -> CorrectionView:
    """Sets the correction aside."""
    word = Review(CorrectionState.REJECTED, None, form.note, version=form.version)
    return CorrectionView.of(await service.review_correction(tools, correction_id, word, reviewer))


@router.post("/corrections/{correction_id}/return")
async def send_back(correction_id: UUID, form: RejectForm, tools: Tools, reviewer: Reviewer) -> CorrectionView:
    """Makes a draft of it again, to be written better."""
    returned = await service.return_correction(tools, correction_id, form.note, form.version, reviewer)
    return CorrectionView.of(returned)


@router.post("/corrections/{correction_id}/try", status_code=202)
async def try_it(correction_id: UUID, tools: Publishing, author: Author) -> CorrectionView:
    """A job asks its questions and the regression questions without and with it; an accepted one goes live if fine."""
    await open_trial(tools, correction_id, author)
    return CorrectionView.of(await service.get_correction(tools.database, correction_id))


@router.post("/corrections/{correction_id}/override", status_code=202)
async def publish_anyway(
    correction_id: UUID, form: OverrideForm, tools: Publishing, reviewer: Reviewer
) -> CorrectionView:
    """Publishes an accepted correction although the gate stopped it; the reason is kept in the audit trail."""
    await override(tools, correction_id, form.reason, reviewer)
    return CorrectionView.of(await service.get_correction(tools.database, correction_id))
