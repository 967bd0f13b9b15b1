"""FAQs that mean the same: found as a job, then merged or set apart by a person."""

from app.knowledge.faq_pairs.service import find_pairs

__all__ = ["find_pairs"]
