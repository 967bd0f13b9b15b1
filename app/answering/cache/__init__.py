"""The answer cache: an answer given before, to whom it may be told again, as long as all it rests on stands."""

from app.answering.cache.domain import Cached, Hit, Looked, Scope, Uses
from app.answering.cache.service import AnswerCache
from app.answering.cache.step import may_be_cached, scope_of, through_cache

__all__ = ["AnswerCache", "Cached", "Hit", "Looked", "Scope", "Uses", "may_be_cached", "scope_of", "through_cache"]
