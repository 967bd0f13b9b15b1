"""Escalation: the line of those waiting for a person, what it tells them, and what they think afterwards."""

from app.escalation.service import EscalationTools, LinePlace, Survey, hand_off, read_survey, tell_place

__all__ = ["EscalationTools", "LinePlace", "Survey", "hand_off", "read_survey", "tell_place"]
