"""SQL of calls and confirmations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from app.answering.domain import Proposal
from app.answering.tools.domain import Called, Confirmation, Ending, Tool, Verdict
from app.answering.tools.tables import ToolCallRow, ToolConfirmationRow
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id


@dataclass(frozen=True)
class Caller:
    """For whom a call is made, and by whom: `customer`, `staff:<id>` who looks, `test:<id>` who tries it."""

    actor: str
    user_id: str | None = None
    conversation_id: UUID | None = None
    confirmation_id: UUID | None = None


async def note_call(
    session: Session,
    tool: Tool,
    caller: Caller,
    arguments: Mapping[str, Any],
    called: Called,
    call_id: UUID | None = None,
) -> UUID:
    """Writes one call; `arguments` are masked already."""
    call_id = call_id or new_id()
    await session.execute(
        insert(ToolCallRow).values(
            id=call_id,
            tool_id=tool.id,
            tool_name=tool.spec.name,
            actor=caller.actor,
            user_id=caller.user_id,
            conversation_id=caller.conversation_id,
            confirmation_id=caller.confirmation_id,
            arguments=dict(arguments),
            **_ending(called),
            at=now(),
        )
    )
    return call_id


def _ending(called: Called) -> dict[str, Any]:
    return {
        "ending": called.ending.value,
        "status": called.status,
        "reason": called.reason,
        "tries": called.tries,
        "ms": called.ms,
        "result": None if called.result is None else {"value": called.result},
    }


async def end_call(session: Session, call_id: UUID, called: Called) -> None:
    """How a call that was written before it was made has ended."""
    await session.execute(update(ToolCallRow).where(ToolCallRow.id == call_id).values(**_ending(called)))


async def call_for(session: Session, confirmation_id: UUID) -> tuple[UUID, Called] | None:
    """The call that carries out a confirmation, if one was begun."""
    query = select(ToolCallRow).where(ToolCallRow.confirmation_id == confirmation_id)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        return None
    value = None if row.result is None else row.result.get("value")
    return row.id, Called(Ending(row.ending), row.status, row.ms, value, row.reason, row.tries)


_CLOSE = text("UPDATE tool_confirmation SET verdict = 'expired' WHERE conversation_id = :id AND verdict = 'pending'")


async def keep_proposal(session: Session, proposal: Proposal, conversation_id: UUID, answer_id: UUID) -> None:
    """Stores what a customer is asked to confirm, with the answer that asks; an older open card is no longer open."""
    await session.execute(_CLOSE, {"id": conversation_id})
    await session.execute(
        insert(ToolConfirmationRow).values(
            id=proposal.id,
            conversation_id=conversation_id,
            answer_id=answer_id,
            tool_id=proposal.tool_id,
            tool_version=proposal.tool_version,
            user_id=proposal.user_id,
            title=proposal.title,
            question=proposal.question,
            fields=[list(pair) for pair in proposal.fields],
            arguments=proposal.arguments,
            verdict=Verdict.PENDING.value,
            expires_at=proposal.expires_at,
            created_at=now(),
        )
    )


def _confirmation(row: ToolConfirmationRow) -> Confirmation:
    proposal = Proposal(
        row.id,
        row.tool_id,
        row.tool_version,
        row.user_id,
        row.title,
        row.question,
        tuple((label, value) for label, value in row.fields),
        row.arguments,
        row.expires_at,
    )
    verdict = Verdict(row.verdict)
    if verdict is Verdict.PENDING and row.expires_at <= now():
        verdict = Verdict.EXPIRED
    return Confirmation(proposal, row.conversation_id, row.answer_id, verdict)


async def find_confirmation(session: Session, confirmation_id: UUID) -> Confirmation | None:
    """A confirmation as it stands; one that was left too long is expired."""
    row = await session.get(ToolConfirmationRow, confirmation_id)
    return None if row is None else _confirmation(row)


async def confirmations_of(session: Session, conversation_id: UUID) -> list[Confirmation]:
    """Every confirmation of a conversation."""
    query = select(ToolConfirmationRow).where(ToolConfirmationRow.conversation_id == conversation_id)
    return [_confirmation(row) for row in await session.scalars(query)]


_DECIDE = text(
    """UPDATE tool_confirmation SET verdict = :verdict, decided_at = :at
    WHERE id = :id AND verdict = 'pending' AND expires_at > :at RETURNING id"""
)


async def decide(session: Session, confirmation_id: UUID, accept: bool) -> bool:
    """The customer's click, which counts once. False when it was answered before or left too long."""
    verdict = Verdict.ACCEPTED if accept else Verdict.CANCELLED
    values = {"id": confirmation_id, "verdict": verdict.value, "at": now()}
    return (await session.execute(_DECIDE, values)).one_or_none() is not None


async def settle(session: Session, confirmation_id: UUID, verdict: Verdict) -> None:
    """What became of an accepted confirmation."""
    await session.execute(
        update(ToolConfirmationRow).where(ToolConfirmationRow.id == confirmation_id).values(verdict=verdict.value)
    )
