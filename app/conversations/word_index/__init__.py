"""Which words were said in which conversation, kept by a job so that searching them is quick at any size."""

from app.conversations.word_index.domain import Asked, asked_of
from app.conversations.word_index.service import index_words

__all__ = ["Asked", "asked_of", "index_words"]
