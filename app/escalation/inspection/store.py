"""SQL of inspection: form versions, what could be looked at, inspections and their results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.escalation.inspection.domain import (
    Check,
    Criterion,
    Finding,
    Form,
    Inspection,
    Mark,
    Part,
    Plan,
    State,
    Why,
    default_form,
)
from app.escalation.inspection.tables import FormRow, InspectionRow
from app.kernel.clock import now
from app.kernel.database import Session

# What ended lately, or has been silent with the bot for an hour: for each part that said something, what speaks for it.
_CANDIDATES = text(
    """SELECT c.id, p.part, a.staff_id AS agent_id, coalesce(a.agent_name, '') AS agent_name, e.group_id,
        ARRAY(SELECT m.id FROM message m WHERE m.conversation_id = c.id AND m.role = 'bot' AND p.part = 'bot')
            AS answers,
        EXISTS (SELECT 1 FROM sla_clock k WHERE k.conversation_id = c.id AND k.breached_at IS NOT NULL) AS sla_breach,
        (SELECT max(k.used_s) FROM sla_clock k WHERE k.conversation_id = c.id AND k.kind = 'queue_wait') AS waited_s,
        (SELECT count(*) FROM conversation_event v WHERE v.conversation_id = c.id AND v.type = 'owner.changed'
            AND v.data ->> 'owner' = 'none') > 1 AS reopened,
        EXISTS (SELECT 1 FROM message m, unnest(CAST(:words AS text[])) word
            WHERE m.conversation_id = c.id AND strpos(lower(m.text), lower(word)) > 0) AS listed_words
    FROM conversation c CROSS JOIN (VALUES ('agent'), ('bot')) p (part)
    LEFT JOIN line_entry e ON e.conversation_id = c.id
    LEFT JOIN LATERAL (
        SELECT s.staff_id, m.agent_name FROM assignment s JOIN message m ON m.conversation_id = c.id
            AND m.role = 'agent' AND m.created_at >= s.at AND (s.ended_at IS NULL OR m.created_at <= s.ended_at)
        WHERE s.conversation_id = c.id ORDER BY m.seq DESC LIMIT 1
    ) a ON p.part = 'agent'
    WHERE c.last_message_at > :since
    AND (c.lifecycle = 'closed' OR (c.owner = 'bot' AND c.last_message_at < :quiet))
    AND EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id AND m.role = p.part)
    AND NOT EXISTS (SELECT 1 FROM inspection i WHERE i.conversation_id = c.id AND i.part = p.part)
    AND (CAST(:id AS uuid) IS NULL OR c.id = :id)
    ORDER BY c.last_message_at DESC LIMIT :limit"""
)
_RESULTS = text(
    """SELECT part, coalesce(agent_name, '') AS who, group_id, date_trunc('week', scored_at) AS week, count(*) AS n,
        avg(score) AS score, count(*) FILTER (WHERE fatal) AS fatal,
        count(*) FILTER (WHERE appeal IS NOT NULL) AS appeals
    FROM inspection WHERE scored_at > :since AND (CAST(:agent_id AS uuid) IS NULL OR agent_id = :agent_id)
    GROUP BY 1, 2, 3, 4 ORDER BY week DESC, part, who"""
)


@dataclass(frozen=True)
class Candidate:
    """A part of a conversation that could be looked at, and what speaks for it."""

    id: UUID
    part: Part
    agent_id: UUID | None
    agent_name: str
    group_id: UUID | None
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """Scores of one week; `score` is the mean of `n`."""

    part: str
    who: str
    group_id: UUID | None
    week: datetime
    n: int
    score: float | None
    fatal: int
    appeals: int


async def newest_form(session: Session) -> Form:
    """The form in force."""
    return await form_of(session, None)


async def form_of(session: Session, version: int | None) -> Form:
    """A version of the form; None: the one in force."""
    wanted = select(FormRow).order_by(FormRow.version.desc()).limit(1)
    row = (await session.scalars(wanted if version is None else wanted.where(FormRow.version == version))).one_or_none()
    if row is None:
        return default_form()
    criteria = tuple(
        Criterion(
            one["key"],
            one["name"],
            one["weight"],
            one["fatal"],
            Check(one["check"]) if one["check"] else None,
            tuple(Part(part) for part in one["parts"]),
        )
        for one in row.criteria
    )
    kept = dict(row.plan)
    for name in ("by_queue", "by_agent"):
        kept[name] = {UUID(key): percent for key, percent in kept[name].items()}
    for name in ("words", "greetings", "forbidden"):
        kept[name] = tuple(kept[name])
    plan = Plan(**{**kept, "rules": tuple(Why(one) for one in kept["rules"])})
    return Form(row.version, criteria, plan, row.changed_by)


def kept_form(form: Form) -> dict[str, Any]:
    """A form as it is stored and audited."""
    plan = dict(vars(form.plan))
    for name in ("by_queue", "by_agent"):
        plan[name] = {str(key): percent for key, percent in plan[name].items()}
    for name in ("rules", "words", "greetings", "forbidden"):
        plan[name] = [str(one) for one in plan[name]]
    criteria = [
        {**vars(one), "check": one.check.value if one.check else None, "parts": [part.value for part in one.parts]}
        for one in form.criteria
    ]
    return {"criteria": criteria, "plan": plan}


async def add_form(session: Session, form: Form, by: str) -> bool:
    """Writes a version; False when there is one of this number already."""
    values = {"version": form.version, **kept_form(form), "changed_by": by, "changed_at": now()}
    statement = insert(FormRow).values(values).on_conflict_do_nothing().returning(FormRow.version)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def candidates(
    session: Session, since: datetime, quiet: datetime, words: Sequence[str], limit: int, id: UUID | None = None
) -> list[Candidate]:
    """What could be looked at and is not yet; `id`: of one conversation."""
    values = {"since": since, "quiet": quiet, "words": list(words), "limit": limit, "id": id}
    return [
        Candidate(row.id, Part(row.part), row.agent_id, row.agent_name, row.group_id, row._asdict())
        for row in await session.execute(_CANDIDATES, values)
    ]


def _inspection(row: InspectionRow) -> Inspection:
    return Inspection(
        id=row.id,
        conversation_id=row.conversation_id,
        part=Part(row.part),
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        group_id=row.group_id,
        form_version=row.form_version,
        why=tuple(Why(one) for one in row.why),
        state=State(row.state),
        findings=tuple(Finding(one["key"], Mark(one["mark"]), one["reason"], one["by"]) for one in row.findings),
        marks={key: Mark(mark) for key, mark in row.marks.items()},
        score=row.score,
        fatal=row.fatal,
        note=row.note,
        inspector_id=row.inspector_id,
        inspector_name=row.inspector_name,
        recheck=row.recheck,
        appeal=row.appeal,
        revision=row.revision,
        created_at=row.created_at,
        scored_at=row.scored_at,
    )


def _values(one: Inspection) -> dict[str, Any]:
    return {
        **vars(one),
        "part": one.part.value,
        "why": [why.value for why in one.why],
        "state": one.state.value,
        "findings": [{**vars(finding), "mark": finding.mark.value} for finding in one.findings],
        "marks": {key: mark.value for key, mark in one.marks.items()},
    }


async def add(session: Session, one: Inspection) -> bool:
    """Adds one; False when that part is under inspection already."""
    statement = insert(InspectionRow).values(_values(one)).on_conflict_do_nothing().returning(InspectionRow.id)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def change(session: Session, one: Inspection) -> bool:
    """Stores what one of a revision became; False when it is another by now."""
    statement = (
        update(InspectionRow)
        .where(InspectionRow.id == one.id, InspectionRow.revision == one.revision)
        .values({**_values(one), "revision": one.revision + 1})
        .returning(InspectionRow.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def find(session: Session, id: UUID) -> Inspection | None:
    """One inspection."""
    row = await session.get(InspectionRow, id, populate_existing=True)
    return _inspection(row) if row else None


async def list_some(
    session: Session, *, agent_id: UUID | None, state: State | None, part: Part | None, limit: int
) -> list[Inspection]:
    """The newest; of an agent, only what was scored."""
    wanted = select(InspectionRow).order_by(InspectionRow.id.desc()).limit(limit)
    if agent_id is not None:
        wanted = wanted.where(InspectionRow.agent_id == agent_id, InspectionRow.state != State.OPEN.value)
    if state is not None:
        wanted = wanted.where(InspectionRow.state == state.value)
    if part is not None:
        wanted = wanted.where(InspectionRow.part == part.value)
    return [_inspection(row) for row in await session.scalars(wanted)]


async def results(session: Session, since: datetime, agent_id: UUID | None) -> list[Result]:
    """Scores by week, part, person and queue."""
    rows = await session.execute(_RESULTS, {"since": since, "agent_id": agent_id})
    return [Result(**row._asdict()) for row in rows]
