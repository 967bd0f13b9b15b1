"""Words: what a company calls things, by base or for all bases, beside the built-in everyday words."""

from app.knowledge.words.matching import NO_WORDS, Expansion, Words

__all__ = ["NO_WORDS", "Expansion", "Words"]
