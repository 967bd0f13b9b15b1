"""Read-only counts and trends, and whether the parts answer."""

from app.analytics.health import HealthTools, readiness

__all__ = ["HealthTools", "readiness"]
