"""Aftercare: when people are there, how conversations end and may begin again, and what customers are asked then."""

from app.escalation.aftercare.service import Aftercare

__all__ = ["Aftercare"]
