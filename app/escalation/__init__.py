"""Escalation: the line of those waiting for a person, the desk, and what customers think afterwards."""

from app.escalation.service import EscalationTools, LinePlace, Survey, hand_off, move_up, read_survey, tell_place

__all__ = ["EscalationTools", "LinePlace", "Survey", "hand_off", "move_up", "read_survey", "tell_place"]
