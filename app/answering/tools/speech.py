"""What tools say to customers: the answer of a call, a refusal, a failure, that one must sign in."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.answering.domain import (
    Composer,
    Delta,
    Events,
    Failed,
    Finished,
    Language,
    Outcome,
    Proposal,
    Settled,
    Started,
    Usage,
)
from app.answering.tools.domain import Called, Ending, Tool
from app.answering.tools.results import in_words
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.kernel.texts import text


async def said(
    sentence: str,
    outcome: Outcome,
    trace: Trace,
    offers: Sequence[str] = (),
    card: Proposal | Settled | None = None,
    wants_person: bool = False,
    composer: Composer = Composer.FIXED,
    usage: Usage | None = None,
) -> Events:
    """One sentence or one answer of a tool, without citations."""
    yield Started(composer)
    trace.first_token()
    yield Delta(sentence)
    done = trace.as_dict(outcome=outcome.value, composer=composer.value)
    spent = usage or Usage()
    yield Finished(sentence, outcome, (), tuple(offers), composer, done, spent, wants_person=wants_person, card=card)


def sign_in(understood: Understood, trace: Trace) -> Events:
    """Says that only a signed-in customer can be told."""
    locale = "zh-CN" if understood.language == "zh" else "en"
    return said(text("tools.sign_in", locale), Outcome.CLARIFIED, trace)


def words_for(tool: Tool, called: Called, values: Mapping[str, Any], language: Language) -> str:
    """What a customer reads of a call, however it ended."""
    locale = "zh-CN" if language == "zh" else "en"
    if called.ending in (Ending.FAILED, Ending.UNKNOWN):
        return text(f"tools.{called.ending.value}", locale, tool=tool.spec.heading(language))
    if called.ending is Ending.REFUSED:
        return refusal(tool, called, language)
    return in_words(tool.spec, language, called.result, values)


def in_both(tool: Tool, called: Called, values: Mapping[str, Any]) -> dict[str, str]:
    """The same in both languages."""
    return {"zh": words_for(tool, called, values, "zh"), "en": words_for(tool, called, values, "en")}


async def told(tool: Tool, called: Called, values: dict[str, Any], understood: Understood, trace: Trace) -> Events:
    """What a call came to, in words; a failure is an honest sentence with the offer of a person."""
    words = words_for(tool, called, values, understood.language)
    if called.ending in (Ending.FAILED, Ending.UNKNOWN):
        code = f"tool_{called.ending.value}"
        record = trace.as_dict(outcome="failed", failure={"code": code, "reason": called.reason})
        yield Failed(code, words, record)
        return
    async for event in said(words, Outcome.TOOL, trace):
        yield event


def refusal(tool: Tool, called: Called, language: Language) -> str:
    """The sentence for a refusal: the one staff wrote for its code, else the one for its status."""
    locale = "zh-CN" if language == "zh" else "en"
    written = tool.spec.refusals.get(called.reason or "")
    if written is not None and (words := written.read(language)):
        return words
    return text("tools.nothing_found" if called.status in (404, 410) else "tools.refused", locale)
