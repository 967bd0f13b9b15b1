"""Conversations: threads, messages, the event log, answers under way. Others use what is listed here."""

from app.conversations.ask import ask_for_person, post_message, start_conversation
from app.conversations.bulletin import Bulletin, log_events
from app.conversations.domain import (
    Customer,
    FoundAnswer,
    Happening,
    Lifecycle,
    Message,
    NewEvent,
    Owner,
    OwnerChange,
    Summary,
    Trace,
)
from app.conversations.events import AnswerFinished, OwnerChanged
from app.conversations.lease import answering_process
from app.conversations.ownership import change_owner
from app.conversations.passage_uses import StoredUses
from app.conversations.ports import Answerer, Rating, RatingLookup, SourceLinks, no_ratings
from app.conversations.service import (
    ConversationTools,
    authenticate_customer,
    find_answer,
    find_owner,
    get_summary,
    list_conversations,
    owner_changes,
    place_in_line,
    read_trace,
    recent_waits_s,
    transcript,
)

__all__ = [
    "AnswerFinished",
    "Answerer",
    "Bulletin",
    "ConversationTools",
    "Customer",
    "FoundAnswer",
    "Happening",
    "Lifecycle",
    "Message",
    "NewEvent",
    "Owner",
    "OwnerChange",
    "OwnerChanged",
    "Rating",
    "RatingLookup",
    "SourceLinks",
    "StoredUses",
    "Summary",
    "Trace",
    "answering_process",
    "ask_for_person",
    "authenticate_customer",
    "change_owner",
    "find_answer",
    "find_owner",
    "get_summary",
    "list_conversations",
    "log_events",
    "no_ratings",
    "owner_changes",
    "place_in_line",
    "post_message",
    "read_trace",
    "recent_waits_s",
    "start_conversation",
    "transcript",
]
