"""What customers met of each model version."""

from app.analytics.model_figures.store import StoredFigures

__all__ = ["StoredFigures"]
