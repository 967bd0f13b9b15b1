"""Read-only counts and trends, and whether the parts answer."""

from app.analytics.faq_uses import FaqCitations
from app.analytics.health import HealthTools, readiness
from app.analytics.model_figures import StoredFigures
from app.analytics.resolved_replies import DeskReplies

__all__ = ["DeskReplies", "FaqCitations", "HealthTools", "StoredFigures", "readiness"]
