"""Conversations: threads, messages, the event log, answers under way. Others use what is listed here."""

from app.conversations.ask import ask_for_person, post_message, start_conversation
from app.conversations.bulletin import DESK_KEY, Bulletin, log_events
from app.conversations.domain import (
    Agent,
    Customer,
    FoundAnswer,
    Happening,
    Lifecycle,
    Message,
    NewEvent,
    Owner,
    OwnerChange,
    Posted,
    Summary,
    Thread,
    Trace,
)
from app.conversations.errors import NotNow, NotYours
from app.conversations.events import AnswerFinished, OwnerChanged
from app.conversations.lease import answering_process
from app.conversations.ownership import change_owner
from app.conversations.passage_uses import StoredUses
from app.conversations.ports import Answerer, Rating, RatingLookup, SourceLinks, no_ratings
from app.conversations.reply import lock_conversation, post_reply
from app.conversations.service import (
    ConversationTools,
    authenticate_customer,
    find_answer,
    find_owner,
    get_summary,
    history_before,
    list_conversations,
    owner_changes,
    read_trace,
    transcript,
)

__all__ = [
    "DESK_KEY",
    "Agent",
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
    "NotNow",
    "NotYours",
    "Owner",
    "OwnerChange",
    "OwnerChanged",
    "Posted",
    "Rating",
    "RatingLookup",
    "SourceLinks",
    "StoredUses",
    "Summary",
    "Thread",
    "Trace",
    "answering_process",
    "ask_for_person",
    "authenticate_customer",
    "change_owner",
    "find_answer",
    "find_owner",
    "get_summary",
    "history_before",
    "list_conversations",
    "lock_conversation",
    "log_events",
    "no_ratings",
    "owner_changes",
    "post_message",
    "post_reply",
    "read_trace",
    "start_conversation",
    "transcript",
]
