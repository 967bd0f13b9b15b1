"""The desk's right panel: why a conversation is here, its last answer's sources, who the customer is."""

from app.escalation.side.views import SideView, read_side

__all__ = ["SideView", "read_side"]
