"""Feedback: customers' votes, agents' corrections and knowledge gaps. Training reads the accepted ones from here."""

from app.feedback.conversation_answers import ConversationAnswers, shown_ratings
from app.feedback.corrections.domain import Correction, CorrectionState, Place, Plan, Review
from app.feedback.corrections.service import list_corrections, propose_correction, review_correction
from app.feedback.domain import RatedAnswer, Rating, Reason, SuggestionPair, Vote
from app.feedback.events import AnswerRated, CorrectionAccepted, CorrectionMoved, CorrectionProposed
from app.feedback.gaps import listeners as gap_listeners
from app.feedback.gaps.store.gaps import questions_of as questions_of_gap
from app.feedback.gaps.tools import GapTools
from app.feedback.gaps.work import do_grouping, tend_gaps
from app.feedback.picks import ReviewedPicks
from app.feedback.ports import Answers
from app.feedback.publishing.service import do_publication, note_stopped_publication, publish_accepted
from app.feedback.publishing.tools import PublishingTools
from app.feedback.service import FeedbackTools, find_ratings, list_liked_answers, list_suggestion_pairs, rate_answer

__all__ = [
    "AnswerRated",
    "Answers",
    "ConversationAnswers",
    "Correction",
    "CorrectionAccepted",
    "CorrectionMoved",
    "CorrectionProposed",
    "CorrectionState",
    "FeedbackTools",
    "GapTools",
    "Place",
    "Plan",
    "PublishingTools",
    "RatedAnswer",
    "Rating",
    "Reason",
    "Review",
    "ReviewedPicks",
    "SuggestionPair",
    "Vote",
    "do_grouping",
    "do_publication",
    "find_ratings",
    "gap_listeners",
    "list_corrections",
    "list_liked_answers",
    "list_suggestion_pairs",
    "note_stopped_publication",
    "propose_correction",
    "publish_accepted",
    "questions_of_gap",
    "rate_answer",
    "review_correction",
    "shown_ratings",
    "tend_gaps",
]
