"""Finds an answer with everything its question depended on, and asks that question again with other settings."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.accounts import AuditEntry, Permission, Principal, audit_about, record_audit
from app.answering import Question, masked, masked_trace
from app.conversations import ConversationTools, FoundAnswer, Trace, find_answer, history_before, read_trace
from app.evaluation import Changes, EvaluationTools, Facts, facts_of, replay
from app.kernel.errors import NotFound
from app.model_registry import ModelRegistryTools

REPLAYED, SHOWN = "trace.replay", 20


@dataclass(frozen=True)
class Rehearsal:
    """A stored answer, how it came to be, and the question as it stood then."""

    answer: FoundAnswer
    trace: Trace
    question: Question

    @property
    def facts(self) -> Facts:
        """The stored answer as a replay is compared with it."""
        cited = tuple(source.title for source in self.answer.citations)
        return facts_of(self.trace.trace, self.answer.outcome, self.answer.text, cited)


async def find_rehearsal(tools: ConversationTools, conversation_id: UUID, answer_id: UUID) -> Rehearsal:
    """Raises NotFound, also for an answer of another conversation."""
    async with tools.database.reading() as session:
        trace = await read_trace(session, conversation_id, answer_id)
        answer = await find_answer(session, answer_id)
        if answer is None or answer.conversation_id != conversation_id:
            raise NotFound
        history = await history_before(session, answer)
    noted = trace.trace.get("question")
    asked: dict[str, Any] = noted if isinstance(noted, dict) else {}
    question = Question(
        text=answer.question,
        locale=answer.locale,
        history=history,
        audience=str(asked.get("audience") or "public"),
        company=tools.speaks_for,
        tier=asked.get("tier"),
        channel=asked.get("channel"),
        rehearsal=True,
    )
    return Rehearsal(answer, trace, question)


async def rehearse(
    tools: ConversationTools,
    evaluation: EvaluationTools,
    registry: ModelRegistryTools,
    found: Rehearsal,
    changes: Changes,
    actor: Principal,
) -> tuple[Facts, dict[str, Any]]:
    """What would be said today with the changes. Nothing of it enters the conversation; that it was asked is audited.

    Raises NotFound for an unknown embedder, ModelVersionNotFound, ModelUnavailable, Unavailable.
    """
    told = await replay(evaluation, registry, found.question, changes)
    facts, stored = told[0], found.facts
    came_to = {"outcome": facts.outcome, "same": (stored.text, stored.outcome) == (facts.text, facts.outcome)}
    async with tools.database.transaction() as session:
        subject = str(found.answer.message_id)
        await record_audit(session, actor, REPLAYED, subject, **changes.as_dict(), **came_to)
    return told


async def earlier_replays(tools: ConversationTools, answer_id: UUID) -> list[AuditEntry]:
    """The last replays of an answer, newest first: who asked, with which settings, and what came of it; no words."""
    async with tools.database.reading() as session:
        return await audit_about(session, REPLAYED, str(answer_id), SHOWN)


def readable_by(principal: Principal, trace: Trace) -> dict[str, Any]:
    """The record as this principal may see it: without words when conversations are not theirs to read."""
    return dict(trace.trace) if principal.may(Permission.CONVERSATIONS_READ) else masked_trace(trace.trace)


def words_for(principal: Principal, text: str) -> str:
    """What was said, or as many dots."""
    return text if principal.may(Permission.CONVERSATIONS_READ) else masked(text)
