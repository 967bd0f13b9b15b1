"""Calendars: when people work, with several intervals a day, holidays and make-up workdays; and time counted in it."""

from app.escalation.calendars.arithmetic import add_time, is_open, time_between, upcoming
from app.escalation.calendars.domain import Calendar, Calendars

__all__ = ["Calendar", "Calendars", "add_time", "is_open", "time_between", "upcoming"]
