"""What training needs to know about the prompt: its exact form for a curated answer, and where source marks belong."""

import re
from collections.abc import Mapping, Sequence

from app.answering.check import SUPPORTED
from app.answering.citations import SHOWN
from app.answering.domain import Company, Passage, Question
from app.answering.language import language_of, terms
from app.answering.prompt import build_prompt
from app.answering.understand import Intent, Understood
from app.model_registry import ChatMessage

AMPLE_TOKENS = 12_000
_SOURCE = re.compile(r"^\[(\d{1,3})\] ", re.MULTILINE)
_AFTER_SOURCES = ("【客户的问题】", "CUSTOMER'S QUESTION")
_SENTENCE = re.compile(r"[^。！？；!?\n]*?(?:[。！？；]|[!?.](?=\s|$)|\n|$)")
_ENDING = re.compile(r"([。！？；!?.]*)(\s*)$")


def lesson_prompt(asked: str, answer: str, locale: str, company: Company) -> tuple[ChatMessage, ...]:
    """The messages a model is given when a curated answer is the only source."""
    passage = Passage(None, None, None, asked, (), None, answer, asked, 1.0)
    understood = Understood(asked, language_of(asked, locale), Intent.QUESTION)
    return build_prompt(Question(asked, locale, company=company), understood, [passage], AMPLE_TOKENS).messages


def with_source_marks(answer: str, messages: Sequence[Mapping[str, str]]) -> str:
    """The answer with [n] behind each sentence that a source of the prompt supports; marked answers stay as they are.

    People who correct an answer write no numbers, and a model trained on that would stop citing.
    """
    sources = _sources(messages[-1]["content"]) if messages else {}
    if not sources or SHOWN.search(answer):
        return answer
    english = answer.isascii()
    return "".join(_marked(sentence, sources, english) for sentence in _SENTENCE.findall(answer))


def _sources(content: str) -> dict[int, frozenset[str]]:
    starts = list(_SOURCE.finditer(content))
    if not starts:
        return {}
    headings = [content.rfind(heading) for heading in _AFTER_SOURCES if heading in content]
    ends = [start.start() for start in starts[1:]] + [max(headings, default=len(content))]
    return {int(start[1]): terms(content[start.end() : end]) for start, end in zip(starts, ends, strict=True)}


def _marked(sentence: str, sources: Mapping[int, frozenset[str]], english: bool) -> str:
    words = terms(sentence)
    if not words:
        return sentence
    number, support = max(
        ((number, len(words & source) / len(words)) for number, source in sources.items()), key=lambda found: found[1]
    )
    if support < SUPPORTED:
        return sentence
    gap = " " if english else ""
    return _ENDING.sub(lambda end: f"{gap}[{number}]{end[1]}{end[2]}", sentence, count=1)
