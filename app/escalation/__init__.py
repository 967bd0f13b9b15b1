"""Escalation: the line of those waiting for a person, the desk, and what customers think afterwards."""

from app.escalation.assignment.following import follow_owner
from app.escalation.assignment.giving_out import sweep
from app.escalation.events import Assigned, SuggestionSent
from app.escalation.presence.service import presence_of
from app.escalation.queues.service import visible
from app.escalation.service import EscalationTools, LinePlace, Survey, hand_off, read_survey

__all__ = [
    "Assigned",
    "EscalationTools",
    "LinePlace",
    "SuggestionSent",
    "Survey",
    "follow_owner",
    "hand_off",
    "presence_of",
    "read_survey",
    "sweep",
    "visible",
]
