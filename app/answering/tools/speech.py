"""What tools say to customers: the answer of a call, a refusal, a failure, that one must sign in."""

from collections.abc import Sequence
from typing import Any

from app.answering.domain import Composer, Delta, Events, Failed, Finished, Outcome, Proposal, Settled, Started
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
) -> Events:
    """One sentence or one answer of a tool; no model, no citation."""
    yield Started(Composer.FIXED)
    trace.first_token()
    yield Delta(sentence)
    done = trace.as_dict(outcome=outcome.value, composer=Composer.FIXED.value)
    yield Finished(sentence, outcome, (), tuple(offers), Composer.FIXED, done, wants_person=wants_person, card=card)


def sign_in(understood: Understood, trace: Trace) -> Events:
    """Says that only a signed-in customer can be told."""
    locale = "zh-CN" if understood.language == "zh" else "en"
    return said(text("tools.sign_in", locale), Outcome.CLARIFIED, trace)


async def told(tool: Tool, called: Called, values: dict[str, Any], understood: Understood, trace: Trace) -> Events:
    """What a call came to, in words; a failure is an honest sentence with the offer of a person."""
    locale = "zh-CN" if understood.language == "zh" else "en"
    if called.ending in (Ending.FAILED, Ending.UNKNOWN):
        key = "unknown" if called.ending is Ending.UNKNOWN else "failed"
        record = trace.as_dict(outcome="failed", failure={"code": f"tool_{key}", "reason": called.reason})
        yield Failed(f"tool_{key}", text(f"tools.{key}", locale, tool=tool.spec.heading(understood.language)), record)
        return
    if called.ending is Ending.REFUSED:
        words = refusal(tool, called, understood)
    else:
        words = in_words(tool.spec, understood.language, called.result, values)
    async for event in said(words, Outcome.TOOL, trace):
        yield event


def refusal(tool: Tool, called: Called, understood: Understood) -> str:
    """The sentence for a refusal: the one staff wrote for its code, else the one for its status."""
    locale = "zh-CN" if understood.language == "zh" else "en"
    written = tool.spec.refusals.get(called.reason or "")
    if written is not None and (words := written.read(understood.language)):
        return words
    return text("tools.nothing_found" if called.status in (404, 410) else "tools.refused", locale)
