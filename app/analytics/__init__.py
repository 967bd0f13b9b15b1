"""Read-only counts and trends, and whether the parts answer."""

from app.analytics.faq_uses import FaqCitations
from app.analytics.health import HealthTools, readiness

__all__ = ["FaqCitations", "HealthTools", "readiness"]
