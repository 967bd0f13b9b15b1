"""What a signed-in customer sees, decides and erases of what we remember."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from app.answering.memory import FactKind, Remembered
from app.conversations.access import ConversationId, CustomerToken
from app.conversations.memory import decide_memory, forget_memory, read_memory
from app.conversations.service import ConversationTools
from app.kernel.web import tool
from app.kernel.wire import Moment, Wire

router = APIRouter()
Tools = Annotated[ConversationTools, tool(ConversationTools)]


class FactView(Wire):
    """One thing we remember."""

    fact_id: UUID
    kind: FactKind
    text: str
    updated_at: Moment


class MemoryView(Wire):
    """What we remember. available: only of customers the company vouches for; consent null: not decided yet."""

    available: bool
    consent: bool | None
    facts: list[FactView]

    @classmethod
    def of(cls, memory: Remembered | None) -> "MemoryView":
        """The view of a memory; None: of a visitor nobody knows."""
        if memory is None:
            return cls(available=False, consent=None, facts=[])
        facts = [
            FactView(fact_id=fact.id, kind=fact.kind, text=fact.text, updated_at=fact.updated_at)
            for fact in memory.facts
        ]
        return cls(available=True, consent=memory.consent, facts=facts)


class Decision(Wire):
    """Whether we may remember."""

    consent: bool


@router.get("/conversations/{conversation_id}/memory")
async def show(tools: Tools, token: CustomerToken, conversation_id: ConversationId) -> MemoryView:
    """What we remember of this customer."""
    return MemoryView.of(await read_memory(tools, conversation_id, token))


@router.put("/conversations/{conversation_id}/memory")
async def decide(tools: Tools, token: CustomerToken, conversation_id: ConversationId, body: Decision) -> MemoryView:
    """Lets us remember, or takes that back and erases everything; 409 `not_signed_in` for an unknown visitor."""
    return MemoryView.of(await decide_memory(tools, conversation_id, token, body.consent))


@router.delete("/conversations/{conversation_id}/memory", status_code=204)
async def forget_all(tools: Tools, token: CustomerToken, conversation_id: ConversationId) -> None:
    """Erases everything; the decision stays."""
    await forget_memory(tools, conversation_id, token)


@router.delete("/conversations/{conversation_id}/memory/{fact_id}", status_code=204)
async def forget_one(tools: Tools, token: CustomerToken, conversation_id: ConversationId, fact_id: UUID) -> None:
    """Erases one fact."""
    await forget_memory(tools, conversation_id, token, fact_id)
