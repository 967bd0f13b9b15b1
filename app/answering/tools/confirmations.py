"""The customer's click on a card: a change is carried out once, or left alone, and the customer is told which."""

from uuid import UUID

from app.answering.domain import Events, Failed, Outcome, Proposal, Question, Settled
from app.answering.tools.arguments import BadArguments
from app.answering.tools.audit.store import Caller, find_confirmation, settle
from app.answering.tools.calls import carry_out
from app.answering.tools.catalogue import Catalogue
from app.answering.tools.domain import Called, Confirmation, Ending, Tool, Verdict
from app.answering.tools.ports import Servers
from app.answering.tools.speech import said, words_for
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.kernel.clock import iso
from app.kernel.database import Database
from app.kernel.texts import text


def card_json(card: Proposal | Settled, verdict: Verdict = Verdict.PENDING) -> dict[str, object]:
    """A card as the customer's page gets it, or what became of one."""
    if isinstance(card, Settled):
        return {"confirmation_id": str(card.confirmation_id), "state": card.verdict}
    return {
        "confirmation_id": str(card.id),
        "state": verdict.value,
        "title": card.title,
        "fields": [{"label": label, "value": value} for label, value in card.fields],
        "expires_at": iso(card.expires_at),
    }


async def decided(
    database: Database,
    servers: Servers,
    catalogue: Catalogue,
    question: Question,
    understood: Understood,
    trace: Trace,
) -> Events:
    """The answer to a click. Raises Unavailable."""
    locale = "zh-CN" if understood.language == "zh" else "en"
    confirmation = await _found(database, question)
    if confirmation is None or confirmation.verdict is Verdict.CANCELLED:
        card = Settled(confirmation.proposal.id, Verdict.CANCELLED.value) if confirmation else None
        async for event in said(text("tools.cancelled", locale), Outcome.TOOL, trace, card=card):
            yield event
        return
    proposal = confirmation.proposal
    tool = next((one for one in catalogue.tools if one.id == proposal.tool_id), None)
    called = await _carried_out(database, servers, tool, confirmation, trace)
    verdict = Verdict.DONE if called.ending is Ending.OK else Verdict.FAILED
    async with database.statement() as session:
        await settle(session, proposal.id, verdict)
    settled = Settled(proposal.id, verdict.value)
    if called.ending is Ending.FAILED:
        record = trace.as_dict(outcome="failed", failure={"code": "tool_failed", "reason": called.reason})
        yield Failed("tool_failed", text("tools.failed", locale, tool=proposal.title), record)
        return
    assert tool is not None, "only a tool that is there was called"
    if called.ending is Ending.UNKNOWN:
        sentence = text("tools.unknown", locale, tool=proposal.title)
        events = said(sentence, Outcome.HANDED_OFF, trace, card=settled, wants_person=True)
    else:
        words = words_for(tool, called, proposal.arguments, understood.language)
        events = said(words, Outcome.TOOL, trace, card=settled)
    async for event in events:
        yield event


async def _found(database: Database, question: Question) -> Confirmation | None:
    """The confirmation, when it is this customer's and answered."""
    assert question.decided is not None, "asked for after a click"
    async with database.reading() as session:
        found = await find_confirmation(session, question.decided)
    if found is None or found.conversation_id != question.conversation_id:
        return None
    if found.proposal.user_id != question.user_id or found.verdict in (Verdict.PENDING, Verdict.EXPIRED):
        return None
    return found


async def _carried_out(
    database: Database, servers: Servers, tool: Tool | None, confirmation: Confirmation, trace: Trace
) -> Called:
    proposal = confirmation.proposal
    with trace.step("tool") as notes:
        if tool is None or tool.version != proposal.tool_version:
            called = Called(Ending.FAILED, None, 0.0, reason="tool_changed")
        else:
            caller = Caller("customer", proposal.user_id, confirmation.conversation_id, proposal.id)
            try:
                called, notes["arguments"] = await carry_out(database, servers, tool, proposal.arguments, caller)
            except BadArguments as problem:
                called, notes["problems"] = Called(Ending.FAILED, None, 0.0, reason="bad_arguments"), problem.problems
        notes.update(
            tool=tool.spec.name if tool else str(proposal.tool_id),
            confirmation_id=str(proposal.id),
            ending=called.ending.value,
            status=called.status,
            reason=called.reason,
            tries=called.tries,
            result=called.result,
        )
    return called


def is_mine(confirmation: Confirmation, conversation_id: UUID, user_id: str | None) -> bool:
    """Whether this customer, in this conversation, was asked."""
    return confirmation.conversation_id == conversation_id and confirmation.proposal.user_id == user_id
