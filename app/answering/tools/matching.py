"""Which tool a turn asks for, by the example phrases staff wrote and the values found in it; no model is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.answering.language import plain, terms
from app.answering.near_match import opposites
from app.answering.tools.domain import Tool
from app.answering.tools.slots import values_in, without_values

# A phrase this like an example asks for the tool; with an order number in it, far less likeness is enough.
ENOUGH, ENOUGH_WITH_VALUE, PLAUSIBLE = 0.72, 0.3, 0.45
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# A question about the rules, which documents answer, is no wish to have something done.
_ABOUT_RULES = re.compile(
    r"怎么(?!还)|如何|怎样|流程|规则|政策|条件|多久|多长时间|几天|多少天|多少钱|运费|谁出|哪些|为什么|什么时候能|"
    r"能不能|可不可以|可以.{0,8}(?:吗|么)|能.{0,8}(?:吗|么)|支持.{0,8}(?:吗|么)|是否|会不会"
    r"|\b(?:how (?:do|can|long|much|many|to)|can i|may i|do i|am i|what if|why|who pays|policy|rules?|is it possible)\b"
)
_PLEASE = re.compile(
    r"帮我|替我|给我|麻烦|帮忙|我要|想(?!问|知道|了解|咨询)"
    r"|\b(?:please|for me|could you|can you|i want|i'd like|i need)\b"
)


_ASKING = re.compile(r"想问|请问|问一下|问问|问下|咨询|了解|知道|\b(?:ask|know|tell me about|wonder)")
_WHERE_OR_WHEN = (re.compile(r"哪|\bwhere\b|\btrack"), re.compile(r"什么时候|何时|几时|\bwhen\b"))
ANOTHER_QUESTION, SHORT = 0.6, 4


@dataclass(frozen=True)
class Match:
    """A tool a turn seems to ask for: how surely, and the values it gives already.

    marked: a value was found by its pattern, such as an order number.
    """

    tool: Tool
    score: float
    values: dict[str, Any] = field(default_factory=dict)
    marked: bool = False

    @property
    def least(self) -> float:
        """The likeness it needs."""
        return ENOUGH_WITH_VALUE if self.marked else ENOUGH

    @property
    def sure(self) -> bool:
        """Whether it is acted on without a model having been asked."""
        return self.score >= self.least


def best_match(tools: Sequence[Tool], texts: Sequence[str]) -> Match | None:
    """The tool one of a turn's wordings is most like; None when none is even plausible."""
    best: Match | None = None
    for text in texts:
        for tool in tools:
            found = _match(tool, text)
            if found.score >= min(found.least, PLAUSIBLE) and _better(found, best):
                best = found
        best = best or _bare_value(tools, text)
    return best


def _better(found: Match, best: Match | None) -> bool:
    """The more alike; of equals the one that only reads, then the one that wants less."""
    if best is None:
        return True
    ours, theirs = found.tool.spec, best.tool.spec
    return (found.score, not ours.writes, -len(ours.wanted)) > (best.score, not theirs.writes, -len(theirs.wanted))


def _match(tool: Tool, text: str) -> Match:
    values = values_in(tool.spec, text)
    left = without_values(tool.spec, text)
    score = max((_likeness(left, example) for example in tool.spec.examples), default=0.0)
    return Match(tool, score, values, bool(_patterned(tool) & set(values)))


def _patterned(tool: Tool) -> set[str]:
    return {one.name for one in tool.spec.wanted if one.pattern}


def _likeness(asked: str, example: str) -> float:
    known = _PLACEHOLDER.sub(" ", example)
    ours, theirs = terms(asked), terms(known)
    if not ours or not theirs:
        return 1.0 if plain(asked) and plain(asked) == plain(known) else 0.0
    shared = len(ours & theirs)
    if not shared or opposites(asked, known) or _asks_about_rules(asked, known):
        return 0.0
    precision, recall = shared / len(ours), shared / len(theirs)
    score = 2 * precision * recall / (precision + recall)
    read, said = plain(asked), plain(known)
    if recall == 1 and _PLEASE.search(read) and not _ASKING.search(read):
        score = max(score, ENOUGH)  # a wish with everything the example says, and more
    if any(kind.search(read) and not kind.search(said) for kind in _WHERE_OR_WHEN):
        score *= ANOTHER_QUESTION
    return round(score, 4)


def _asks_about_rules(asked: str, example: str) -> bool:
    read = plain(asked)
    return bool(_ABOUT_RULES.search(read)) and not _PLEASE.search(read) and not _ABOUT_RULES.search(plain(example))


def _bare_value(tools: Sequence[Tool], text: str) -> Match | None:
    """Little but an order number: the reading tool that looks up just that."""
    for tool in sorted(tools, key=lambda one: len(one.spec.wanted)):
        values = values_in(tool.spec, text)
        required = {one.name for one in tool.spec.wanted if one.required}
        looks_up = not tool.spec.writes and required and required == set(values) and required <= _patterned(tool)
        left = without_values(tool.spec, text)
        if looks_up and len(terms(left)) <= SHORT and not _asks_about_rules(left, ""):
            return Match(tool, ENOUGH_WITH_VALUE, values, True)
    return None
