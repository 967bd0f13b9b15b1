"""Feedback: customers' votes and agents' corrections. Training reads the accepted ones from here."""

from app.feedback.conversation_answers import ConversationAnswers, shown_ratings
from app.feedback.domain import Correction, CorrectionState, RatedAnswer, Rating, Reason, Review, Vote
from app.feedback.events import AnswerRated, CorrectionAccepted
from app.feedback.ports import Answers
from app.feedback.service import (
    FeedbackTools,
    find_ratings,
    list_corrections,
    list_liked_answers,
    propose_correction,
    rate_answer,
    review_correction,
)

__all__ = [
    "AnswerRated",
    "Answers",
    "ConversationAnswers",
    "Correction",
    "CorrectionAccepted",
    "CorrectionState",
    "FeedbackTools",
    "RatedAnswer",
    "Rating",
    "Reason",
    "Review",
    "Vote",
    "find_ratings",
    "list_corrections",
    "list_liked_answers",
    "propose_correction",
    "rate_answer",
    "review_correction",
    "shown_ratings",
]
