"""Chooses what is looked at, and says beforehand what rules and judge make of it; safe to run twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.accounts import Principal, record_audit
from app.conversations import transcript
from app.escalation.inspection import store
from app.escalation.inspection.checks import pre_score
from app.escalation.inspection.domain import Form, Inspection, Part, Plan, State, Why
from app.escalation.inspection.judging import judged
from app.escalation.inspection.tools import InspectionTools
from app.kernel.clock import now
from app.kernel.ids import new_id

LOOK_BACK, QUIET = timedelta(days=2), timedelta(hours=1)
AT_ONCE = 500


def reasons(plan: Plan, candidate: store.Candidate) -> tuple[Why, ...]:
    """Why a part of a conversation is looked at; empty: it is not."""
    facts = dict(candidate.facts)
    facts[Why.LONG_WAIT] = (facts.get("waited_s") or 0) >= plan.long_wait_s
    found = [why for why in plan.rules if facts.get(why.value)]
    percent = plan.share(candidate.part, candidate.group_id, candidate.agent_id)
    if plan.takes(candidate.id, candidate.part, percent):
        found.append(Why.SAMPLE)
    return tuple(dict.fromkeys(found))


async def sample(tools: InspectionTools, at: datetime | None = None) -> int:
    """Looks at what ended lately; how many are to be looked at."""
    at = at or now()
    async with tools.database.reading() as session:
        form = await store.newest_form(session)
        known = await store.candidates(session, at - LOOK_BACK, at - QUIET, form.plan.words, AT_ONCE)
        ratings = await tools.ratings(session, [id for one in known for id in one.facts["answers"]])
    down = {id for id, rating in ratings.items() if rating.rating == "down"}
    known = [replace(one, facts={**one.facts, Why.DOWN_VOTED: bool(down & set(one.facts["answers"]))}) for one in known]
    chosen = [(one, why) for one in known if (why := reasons(form.plan, one))]
    return sum([await put(tools, form, one, why) for one, why in chosen])


async def put(tools: InspectionTools, form: Form, candidate: store.Candidate, why: tuple[Why, ...]) -> bool:
    """Puts one part under inspection; the judge is asked outside of any transaction."""
    async with tools.database.reading() as session:
        said = await transcript(session, candidate.id)
    found = pre_score(form, candidate.part, said)
    proposed = {one.key for one in found}
    rest = [one for one in form.of(candidate.part) if one.key not in proposed]
    found += await judged(tools.judge, rest, candidate.part, said)
    fresh = Inspection(
        id=new_id(),
        conversation_id=candidate.id,
        part=candidate.part,
        agent_id=candidate.agent_id if candidate.part is Part.AGENT else None,
        agent_name=candidate.agent_name,
        group_id=candidate.group_id,
        form_version=form.version,
        why=why,
        state=State.OPEN,
        findings=found,
        marks={},
        score=None,
        fatal=False,
        note="",
        inspector_id=None,
        inspector_name="",
        recheck=None,
        appeal=None,
        revision=1,
        created_at=now(),
        scored_at=None,
    )
    async with tools.database.transaction() as session:
        return await store.add(session, fresh)


async def put_by_hand(tools: InspectionTools, conversation_id: UUID, actor: Principal) -> int:
    """A supervisor wants a conversation looked at, whatever the plan says; how many parts of it."""
    at = now()
    async with tools.database.reading() as session:
        form = await store.newest_form(session)
        known = await store.candidates(session, at - timedelta(days=3_650), at, form.plan.words, 2, conversation_id)
    added = sum([await put(tools, form, one, (Why.BY_HAND,)) for one in known])
    if added:
        async with tools.database.transaction() as session:
            await record_audit(session, actor, "inspection.add", str(conversation_id), parts=added)
    return added
