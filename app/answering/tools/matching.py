"""Which tool a turn asks for, by the example phrases staff wrote and the values found in it; no model is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.answering.language import plain, terms
from app.answering.near_match import opposite
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
_PLEASE = re.compile(r"帮我|替我|给我|麻烦|帮忙|我要|我想|想要|\b(?:please|for me|could you|can you|i want|i'd like|i need)\b")


@dataclass(frozen=True)
class Match:
    """A tool a turn seems to ask for: how surely, and the values it gives already."""

    tool: Tool
    score: float
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def sure(self) -> bool:
        """Whether it is acted on without a model having been asked."""
        return self.score >= (ENOUGH_WITH_VALUE if self.values else ENOUGH)


def best_match(tools: Sequence[Tool], texts: Sequence[str]) -> Match | None:
    """The tool one of a turn's wordings is most like; None when none is even plausible."""
    best: Match | None = None
    for text in texts:
        for tool in tools:
            found = _match(tool, text)
            if found.score >= (ENOUGH_WITH_VALUE if found.values else PLAUSIBLE) and _better(found, best):
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
    return Match(tool, score, {name: v for name, v in values.items() if name in _patterned(tool)})


def _patterned(tool: Tool) -> set[str]:
    return {one.name for one in tool.spec.wanted if one.pattern}


def _likeness(asked: str, example: str) -> float:
    known = _PLACEHOLDER.sub(" ", example)
    ours, theirs = terms(asked), terms(known)
    if not ours or not theirs:
        return 1.0 if plain(asked) and plain(asked) == plain(known) else 0.0
    shared = len(ours & theirs)
    if not shared or opposite(asked, known) or _asks_about_rules(asked, known):
        return 0.0
    precision, recall = shared / len(ours), shared / len(theirs)
    return round(2 * precision * recall / (precision + recall), 4)


def _asks_about_rules(asked: str, example: str) -> bool:
    read = plain(asked)
    return bool(_ABOUT_RULES.search(read)) and not _PLEASE.search(read) and not _ABOUT_RULES.search(plain(example))


def _bare_value(tools: Sequence[Tool], text: str) -> Match | None:
    """Nothing but an order number: the reading tool that looks up just that."""
    for tool in sorted(tools, key=lambda one: len(one.spec.wanted)):
        values = values_in(tool.spec, text)
        required = {one.name for one in tool.spec.wanted if one.required}
        if not tool.spec.writes and required and required == set(values) and required <= _patterned(tool):
            if not terms(without_values(tool.spec, text)):
                return Match(tool, ENOUGH_WITH_VALUE, values)
    return None
