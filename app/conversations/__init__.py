"""Conversations: threads, messages, the event log, answers under way. Others use what is listed here."""

from app.conversations.ask import ask_for_person, post_message, start_conversation
from app.conversations.bulletin import DESK_KEY, Bulletin, log_events
from app.conversations.customers import customer_reference
from app.conversations.domain import (
    SLA_BREACHED,
    SLA_WARNED,
    Agent,
    AskedQuestion,
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
from app.conversations.events import AnswerFinished, CustomerWrote, FirstTurn, OwnerChanged
from app.conversations.lease import answering_process
from app.conversations.ownership import change_owner
from app.conversations.passage_uses import StoredUses
from app.conversations.ports import Answerer, Openings, Rating, RatingLookup, SourceLinks, no_ratings
from app.conversations.read_marks import ReadMarks, read_marks_of
from app.conversations.reply import lock_conversation, post_reply
from app.conversations.schemas import Words
from app.conversations.service import (
    ConversationTools,
    authenticate_customer,
    find_answer,
    find_last_answer,
    find_owner,
    get_summary,
    get_thread,
    history_before,
    owner_changes,
    read_questions,
    read_trace,
    renew_token,
    transcript,
)
from app.conversations.signals import desk_signal, tell_customer_typing, tell_desk
from app.conversations.visitors import CustomerCard, PastConversation, past_conversations, read_customer

__all__ = [
    "DESK_KEY",
    "SLA_BREACHED",
    "SLA_WARNED",
    "Agent",
    "AnswerFinished",
    "Answerer",
    "AskedQuestion",
    "Bulletin",
    "ConversationTools",
    "Customer",
    "CustomerCard",
    "CustomerWrote",
    "FirstTurn",
    "FoundAnswer",
    "Happening",
    "Lifecycle",
    "Message",
    "NewEvent",
    "NotNow",
    "NotYours",
    "Openings",
    "Owner",
    "OwnerChange",
    "OwnerChanged",
    "PastConversation",
    "Posted",
    "Rating",
    "RatingLookup",
    "ReadMarks",
    "SourceLinks",
    "StoredUses",
    "Summary",
    "Thread",
    "Trace",
    "Words",
    "answering_process",
    "ask_for_person",
    "authenticate_customer",
    "change_owner",
    "customer_reference",
    "desk_signal",
    "find_answer",
    "find_last_answer",
    "find_owner",
    "get_summary",
    "get_thread",
    "history_before",
    "lock_conversation",
    "log_events",
    "no_ratings",
    "owner_changes",
    "past_conversations",
    "post_message",
    "post_reply",
    "read_customer",
    "read_marks_of",
    "read_questions",
    "read_trace",
    "renew_token",
    "start_conversation",
    "tell_customer_typing",
    "tell_desk",
    "transcript",
]
