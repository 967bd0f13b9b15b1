"""Tools: what can be looked up or done for a customer in the company's own systems."""

from app.answering.tools.actions import ToolActions
from app.answering.tools.audit.store import confirmations_of, decide, find_confirmation, keep_proposal
from app.answering.tools.catalogue import KIND, Catalogue, load_catalogue
from app.answering.tools.confirmations import card_json, is_mine
from app.answering.tools.domain import Confirmation, Source, SourceKind, Tool, ToolSpec, Verdict
from app.answering.tools.for_staff import CustomerCard, cards_for_customer, run_for_customer
from app.answering.tools.ports import Box, CallFailed, OfferedTool, Request, Response, Servers
from app.answering.tools.service import (
    NewSource,
    ToolRegistry,
    add_source,
    add_tools,
    change_source,
    find_source,
    list_tools,
    remove_source,
)

__all__ = [
    "KIND",
    "Box",
    "CallFailed",
    "Catalogue",
    "Confirmation",
    "CustomerCard",
    "NewSource",
    "OfferedTool",
    "Request",
    "Response",
    "Servers",
    "Source",
    "SourceKind",
    "Tool",
    "ToolActions",
    "ToolRegistry",
    "ToolSpec",
    "Verdict",
    "add_source",
    "add_tools",
    "card_json",
    "cards_for_customer",
    "change_source",
    "confirmations_of",
    "decide",
    "find_confirmation",
    "find_source",
    "is_mine",
    "keep_proposal",
    "list_tools",
    "load_catalogue",
    "remove_source",
    "run_for_customer",
]
