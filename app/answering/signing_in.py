"""A visitor nobody knows asks for a tool: the documents tell how it is done, a sentence more that signing in helps."""

from contextlib import aclosing
from dataclasses import replace

from app.answering.domain import Delta, Events, Finished, Outcome
from app.answering.understand import Understood
from app.kernel.texts import text


async def and_sign_in(events: Events, understood: Understood) -> Events:
    """The same answer, where it is one, with that sentence behind it."""
    more = "\n\n" + text("tools.sign_in_too", "zh-CN" if understood.language == "zh" else "en")
    async with aclosing(events) as answered:
        async for event in answered:
            if isinstance(event, Finished) and event.outcome in (Outcome.ANSWERED, Outcome.FAQ):
                yield Delta(more)
                yield replace(event, text=event.text + more)
            else:
                yield event
