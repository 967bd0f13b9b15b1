"""Escalation: the line of those waiting for a person, the desk, and what customers think afterwards."""

from app.escalation.assignment.following import follow_owner
from app.escalation.assignment.giving_out import sweep
from app.escalation.events import Assigned, SuggestionSent
from app.escalation.inspection.sampling import sample
from app.escalation.inspection.tools import InspectionTools
from app.escalation.presence.service import presence_of
from app.escalation.queues.service import visible
from app.escalation.rules.service import KIND as RULES_KIND
from app.escalation.rules.service import judge, judge_answer, judge_vote, load_rules
from app.escalation.service import EscalationTools, LinePlace, Survey, hand_off, read_survey
from app.escalation.sla.clocks import follow_customer, follow_owner_clocks
from app.escalation.sla.sweep import sweep_clocks

__all__ = [
    "RULES_KIND",
    "Assigned",
    "EscalationTools",
    "InspectionTools",
    "LinePlace",
    "SuggestionSent",
    "Survey",
    "follow_customer",
    "follow_owner",
    "follow_owner_clocks",
    "hand_off",
    "judge",
    "judge_answer",
    "judge_vote",
    "load_rules",
    "presence_of",
    "read_survey",
    "sample",
    "sweep",
    "sweep_clocks",
    "visible",
]
