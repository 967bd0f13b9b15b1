"""Prompts: templates with examples, edited by staff, every activation a version; the built-in ones are version 0."""

from app.answering.prompting.book import BUILT_IN, PromptBook
from app.answering.prompting.tokens import estimate_tokens

__all__ = ["BUILT_IN", "PromptBook", "estimate_tokens"]
