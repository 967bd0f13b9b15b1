"""What a member of the staff may look up of a customer: through the same reading tools, noted under their own name."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.answering.domain import Language
from app.answering.tools.arguments import BadArguments
from app.answering.tools.audit.store import Caller
from app.answering.tools.calls import call
from app.answering.tools.domain import Ending, Tool
from app.answering.tools.service import ToolRegistry
from app.answering.tools.speech import words_for

MOST_CARDS = 4


@dataclass(frozen=True)
class CustomerCard:
    """What a tool knows of a customer: `text` in markdown as a customer would read it, `result` chosen and masked."""

    tool: str
    title: str
    text: str
    result: Any
    worked: bool


async def run_for_customer(
    tools: ToolRegistry,
    name: str,
    user_id: str,
    staff_id: UUID,
    language: Language,
    conversation_id: UUID | None = None,
) -> CustomerCard | None:
    """One reading tool that needs nothing but the customer; None when there is none of this name."""
    found = (await tools.catalogue.get()).named(name)
    if found is None or not _is_card(found):
        return None
    return await _card(tools, found, user_id, staff_id, language, conversation_id)


async def cards_for_customer(
    tools: ToolRegistry, user_id: str, staff_id: UUID, language: Language, conversation_id: UUID | None = None
) -> Sequence[CustomerCard]:
    """Every reading tool that needs nothing but the customer, side by side, such as their orders."""
    fit = [tool for tool in (await tools.catalogue.get()).tools if _is_card(tool)][:MOST_CARDS]
    return await asyncio.gather(*(_card(tools, one, user_id, staff_id, language, conversation_id) for one in fit))


def _is_card(tool: Tool) -> bool:
    personal = any(one.customer for one in tool.spec.parameters)
    return personal and not tool.spec.writes and not any(one.required for one in tool.spec.wanted)


async def _card(
    tools: ToolRegistry, tool: Tool, user_id: str, staff_id: UUID, language: Language, conversation_id: UUID | None
) -> CustomerCard:
    caller = Caller(f"staff:{staff_id}", user_id, conversation_id)
    title = tool.spec.heading(language)
    try:
        called, _ = await call(tools.database, tools.servers, tool, {}, caller)
    except BadArguments:
        return CustomerCard(tool.spec.name, title, "", None, False)
    worked = called.ending is Ending.OK
    return CustomerCard(tool.spec.name, title, words_for(tool, called, {}, language), called.result, worked)
