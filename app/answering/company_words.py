"""What the company wrote, curated or quoted, on its way out: it passes the guard as a model's words do."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from app.answering.compose import fixed, say
from app.answering.domain import Cited, Composer, Delta, Events, Finished, Language, Outcome, Question, Started
from app.answering.guard.book import GuardBook
from app.answering.guard.links import LINK, host_of, hosts_in, may_lead_to
from app.answering.guard.never_shown import hide
from app.answering.guard.output import MASKS
from app.answering.guard.words import STRICTNESS, Action
from app.answering.trace import Trace
from app.answering.understand import Understood

THEIRS = frozenset({Composer.FAQ, Composer.EXTRACTIVE})


@dataclass
class Noted:
    """What was found: how often each was masked, which categories, and the strictest action."""

    masked: dict[str, int] = field(default_factory=dict)
    categories: set[str] = field(default_factory=set)
    action: Action | None = None

    @property
    def stops(self) -> bool:
        """Whether something must not be said at all."""
        return self.action is not None and STRICTNESS[self.action] >= STRICTNESS[Action.HAND_OVER]

    def count(self, kind: str, times: int = 1) -> None:
        """More of a kind that was masked."""
        if times:
            self.masked[kind] = self.masked.get(kind, 0) + times

    def meet(self, action: Action) -> None:
        """What a listed word asks for; the strictest is kept."""
        if self.action is None or STRICTNESS[action] > STRICTNESS[self.action]:
            self.action = action

    def as_dict(self) -> dict[str, Any]:
        """As the trace keeps it."""
        return {"masked": self.masked, "categories": sorted(self.categories)}


@dataclass(frozen=True)
class Cleaning:
    """How a text is cleaned. hosts: those that may be linked to; None: whichever the text itself links to, too."""

    guard: GuardBook
    language: Language
    hosts: Collection[str] | None = None

    def clean(self, text: str, noted: Noted) -> str:
        """The text without keys, personal papers, links off the list and masked words."""
        shown, hidden = hide(text)
        noted.count("secret", hidden)
        allowed = self.guard.hosts | hosts_in(text) if self.hosts is None else self.hosts
        pieces, at = [], 0
        for link in LINK.finditer(shown):
            if not may_lead_to(host_of(link[0]), allowed):
                pieces += [shown[at : link.start()], MASKS[self.language]["link"]]
                at = link.end()
                noted.count("link")
        shown = "".join([*pieces, shown[at:]])
        for hit in reversed(self.guard.words.find(shown)):
            noted.categories.add(hit.category)
            noted.meet(hit.action)
            if hit.action is Action.MASK:
                shown = shown[: hit.start] + MASKS[self.language]["word"] * (hit.end - hit.start) + shown[hit.end :]
                noted.count("word")
        return shown


async def guarded(events: Events, guard: GuardBook, understood: Understood, question: Question, trace: Trace) -> Events:
    """The same answer without keys, personal papers, links off the list and masked words; another one where a word
    must not be said at all. These answers are there at once, so nothing is held back longer than it takes to look."""
    made = [event async for event in events]
    first, done = made[0], made[-1]
    if not isinstance(first, Started) or first.composer not in THEIRS or not isinstance(done, Finished):
        for event in made:
            yield event
        return
    listed = guard.settings.links == "listed"
    cleaning, noted = Cleaning(guard, understood.language, guard.hosts if listed else None), Noted()
    words = [cleaning.clean(event.text, noted) for event in made if isinstance(event, Delta)]
    if noted.action is not None and noted.stops:
        trace.note("guard", output={**noted.as_dict(), "stopped": noted.action.value})
        async for event in instead(noted.action, understood, question, trace):
            yield event
        return
    said = iter(words)
    for event in made[:-1]:
        yield replace(event, text=next(said)) if isinstance(event, Delta) else _cited(event, cleaning)
    sources = _cited(Cited(done.citations), cleaning).citations
    yield replace(done, text="".join(words), citations=sources, trace=with_noted(done.trace, noted))


def with_noted(record: dict[str, Any], noted: Noted) -> dict[str, Any]:
    """The record of an answer with what was masked in it, where anything was."""
    found = noted.as_dict()
    return {**record, "guard": {**record.get("guard", {}), "output": found}} if any(found.values()) else record


def instead(action: Action, understood: Understood, question: Question, trace: Trace) -> Events:
    """What is said in place of an answer with a word that must not be said."""
    if action is Action.HAND_OVER:
        sentence = say("handed_off", understood, question)
        return fixed(sentence, Outcome.HANDED_OFF, trace, wants_person=True)
    return fixed(say("guarded", understood, question), Outcome.REFUSED, trace)


def _cited(event: Any, cleaning: Cleaning) -> Any:
    if not isinstance(event, Cited):
        return event
    shown = (replace(one, quote=cleaning.clean(one.quote, Noted())) for one in event.citations)
    return Cited(tuple(shown))
