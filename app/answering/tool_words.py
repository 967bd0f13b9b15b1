"""What a tool came to, on its way out: another system's words pass the guard before a customer reads them.

A customer's own data is theirs to read: phone, e-mail and address stay, as far as staff let the tool keep them. Keys,
numbers of identity papers and of cards never go out, links only to hosts that staff named, listed words as set.
"""

from collections.abc import Collection
from dataclasses import replace

from app.answering.company_words import Cleaning, Noted, instead, with_noted
from app.answering.domain import Delta, Events, Finished, Question
from app.answering.guard.book import GuardBook
from app.answering.trace import Trace
from app.answering.understand import Understood


async def guarded_results(
    events: Events,
    guard: GuardBook,
    hosts: Collection[str],
    understood: Understood,
    question: Question,
    trace: Trace,
) -> Events:
    """The same answer, cleaned, its choices too; another one where a word must not be said at all, with the same card:
    what was done stays done. hosts: those of the tools, beside the guard's."""
    made = [event async for event in events]
    done = made[-1]
    if not isinstance(done, Finished):
        for event in made:
            yield event
        return
    cleaning, noted = Cleaning(guard, understood.language, guard.hosts | frozenset(hosts)), Noted()
    words = [cleaning.clean(event.text, noted) for event in made if isinstance(event, Delta)]
    offers = tuple(offer for offer in done.suggestions if cleaning.clean(offer, Noted()) == offer)
    if noted.action is not None and noted.stops:
        trace.note("guard", output={**noted.as_dict(), "stopped": noted.action.value})
        async for event in instead(noted.action, understood, question, trace):
            yield replace(event, card=done.card) if isinstance(event, Finished) else event
        return
    said = iter(words)
    for event in made[:-1]:
        yield replace(event, text=next(said)) if isinstance(event, Delta) else event
    yield replace(done, text="".join(words), suggestions=offers, trace=with_noted(done.trace, noted))
