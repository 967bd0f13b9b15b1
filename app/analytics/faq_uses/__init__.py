"""Which answers cited an FAQ, and what customers thought of them."""

from app.analytics.faq_uses.store import FaqCitations

__all__ = ["FaqCitations"]
