"""Intents: what a turn is, from example phrases that staff keep, with its slots and its sentiment."""

from app.answering.intents.book import NOTHING_LEARNT, BookInTheMaking, IntentBook, Intents, starter
from app.answering.intents.classifier import Classifier
from app.answering.intents.domain import NOT_READ, IntentCard, IntentKind, Reading, Sentiment
from app.answering.intents.sentiment import sentiment_of
from app.answering.intents.slots import slots_of

__all__ = [
    "NOTHING_LEARNT",
    "NOT_READ",
    "BookInTheMaking",
    "Classifier",
    "IntentBook",
    "IntentCard",
    "IntentKind",
    "Intents",
    "Reading",
    "Sentiment",
    "sentiment_of",
    "slots_of",
    "starter",
]
