"""A form filled in talk: values asked for one at a time, read back from the conversation itself, kept nowhere else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.answering.domain import Language, Outcome, Turn
from app.answering.language import plain
from app.answering.tools.domain import Parameter, Tool
from app.answering.tools.matching import best_match
from app.answering.tools.slots import found_in, values_in
from app.kernel.texts import text

MOST_ASKS = 3
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_LEAVES = re.compile(
    r"^(?:算了|不用了?|不查了|不退了|不要了|取消|没事了|先不|不想|never ?mind|cancel|forget it|no thanks|stop)"
    r"\W*\w{0,4}$"
)
_ASKS_SOMETHING = re.compile(
    r"[?？]$|^(?:怎么|如何|为什么|什么|多久|how|why|what|when|where|who|can|do|is)\b|(?:吗|呢|么)$"
)


@dataclass(frozen=True)
class Form:
    """A tool with the values known so far; asked: how often the value that is missing now was asked for already.

    language: the one it was begun in, since an order number has none.
    """

    tool: Tool
    values: dict[str, Any] = field(default_factory=dict)
    asked: int = 0
    left: bool = False
    language: Language | None = None

    @property
    def missing(self) -> Parameter | None:
        """The first required value nobody gave yet."""
        return next((one for one in self.tool.spec.wanted if one.required and one.name not in self.values), None)


def question_for(parameter: Parameter, language: Language) -> str:
    """What is asked for a value."""
    locale = "zh-CN" if language == "zh" else "en"
    said = parameter.ask.read(language)
    return said or text("tools.ask", locale, what=parameter.label.read(language) or parameter.name)


def _asked_by(tools: Sequence[Tool], turn: Turn) -> tuple[Tool, Parameter, Language] | None:
    """The tool and value a turn of the bot asks for, and in which language."""
    if turn.role != "bot" or turn.outcome != Outcome.CLARIFIED:
        return None
    said = turn.text.strip()
    for tool in tools:
        for one in tool.spec.wanted:
            for language in LANGUAGES:
                if said.endswith(question_for(one, language)):
                    return tool, one, language
    return None


def open_form(tools: Sequence[Tool], history: Sequence[Turn], reply: str) -> Form | None:
    """The form the customer is filling in, with this reply; None without one, or when they speak of other things.

    Several tools may ask for a value in the same words: the one whose form was begun is told by the customer's
    words before the first question.
    """
    asks: list[tuple[Parameter, str]] = []
    begun: tuple[Tool, Language] | None = None
    answer, position = reply, len(history) - 1
    while position >= 0 and (found := _asked_by(tools, history[position])) is not None:
        tool, parameter, language = found
        asks.append((parameter, answer))
        begun = tool, language
        position -= 1
        while position >= 0 and history[position].role != "customer":
            position -= 1
        if position < 0:
            break
        answer = history[position].text
        position -= 1
    if begun is None:
        return None
    opening = answer
    tool, language = _begun(tools, {one.name for one, _ in asks}, begun[0], opening), begun[1]
    if _LEAVES.match(plain(reply)):
        return Form(tool, left=True, language=language)
    values = values_in(tool.spec, opening)
    times: dict[str, int] = {}
    for parameter, said in reversed(asks):
        times[parameter.name] = times.get(parameter.name, 0) + 1
        own = next((one for one in tool.spec.wanted if one.name == parameter.name), parameter)
        value = found_in(own, said, asked=True)
        if value is not None:
            values[own.name] = value
        values.update({name: v for name, v in values_in(tool.spec, said).items() if name not in values})
    form = Form(tool, values, language=language)
    missing = form.missing
    if missing is None or missing.name not in times:
        return form
    if _about_other_things(reply) or times[missing.name] >= MOST_ASKS:
        return None
    return Form(tool, values, times[missing.name], language=language)


def _begun(tools: Sequence[Tool], names: set[str], asking: Tool, opening: str) -> Tool:
    """Of the tools with these values the one the customer's first words are for."""
    fit = [tool for tool in tools if names <= {one.name for one in tool.spec.wanted}]
    match = best_match(fit, [opening]) if fit else None
    return match.tool if match is not None else asking


def _about_other_things(reply: str) -> bool:
    read = plain(reply)
    return len(read) > 40 or bool(_ASKS_SOMETHING.search(read))
