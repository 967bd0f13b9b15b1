"""Traces: how one answer came to be, and what it would have been with other settings."""

from app.escalation.traces.service import Rehearsal, find_rehearsal, rehearse

__all__ = ["Rehearsal", "find_rehearsal", "rehearse"]
