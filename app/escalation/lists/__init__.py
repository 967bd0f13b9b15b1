"""The desk's left column: which conversations there are, how many of each kind, and since when they wait."""

from app.escalation.lists.service import read_list
from app.escalation.lists.views import ListView, Row, name_of, why

__all__ = ["ListView", "Row", "name_of", "read_list", "why"]
