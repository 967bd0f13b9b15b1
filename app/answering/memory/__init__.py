"""Memory: the running summary of a long conversation, and what signed-in customers let us remember of them."""

from app.answering.memory.domain import Fact, FactKind, Noted, Remembered, RunningSummary
from app.answering.memory.facts import case_fact, profile_facts
from app.answering.memory.service import decide_consent, forget_customer, note_customer, recall_customer
from app.answering.memory.summary import extract, summarise

__all__ = [
    "Fact",
    "FactKind",
    "Noted",
    "Remembered",
    "RunningSummary",
    "case_fact",
    "decide_consent",
    "extract",
    "forget_customer",
    "note_customer",
    "profile_facts",
    "recall_customer",
    "summarise",
]
