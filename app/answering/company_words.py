"""What the company wrote, curated or quoted, on its way out: it passes the guard as a model's words do."""

from collections.abc import Collection
from dataclasses import dataclass, replace
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
class _Noted:
    """What was found: how often each was masked, which categories, and the strictest action."""

    masked: dict[str, int]
    categories: set[str]
    action: Action | None = None

    def count(self, kind: str, times: int = 1) -> None:
        if times:
            self.masked[kind] = self.masked.get(kind, 0) + times

    def meet(self, action: Action) -> None:
        if self.action is None or STRICTNESS[action] > STRICTNESS[self.action]:
            self.action = action


async def guarded(events: Events, guard: GuardBook, understood: Understood, question: Question, trace: Trace) -> Events:
    """The same answer without keys, personal papers, links off the list and masked words; another one where a word
    must not be said at all. These answers are there at once, so nothing is held back longer than it takes to look."""
    made = [event async for event in events]
    first, done = made[0], made[-1]
    if not isinstance(first, Started) or first.composer not in THEIRS or not isinstance(done, Finished):
        for event in made:
            yield event
        return
    noted = _Noted({}, set())
    said = [event.text for event in made if isinstance(event, Delta)]
    clean = [_clean(text, guard, understood.language, noted) for text in said]
    found: dict[str, Any] = {"masked": noted.masked, "categories": sorted(noted.categories)}
    if noted.action is not None and STRICTNESS[noted.action] >= STRICTNESS[Action.HAND_OVER]:
        trace.note("guard", output={**found, "stopped": noted.action.value})
        async for event in _instead(noted.action, understood, question, trace):
            yield event
        return
    record = {**done.trace, "guard": {**done.trace.get("guard", {}), "output": found}} if any(found.values()) else None
    words = iter(clean)
    for event in made[:-1]:
        yield (
            replace(event, text=next(words)) if isinstance(event, Delta) else _cited(event, guard, understood.language)
        )
    cited = _cited(Cited(done.citations), guard, understood.language)
    yield replace(done, text="".join(clean), citations=cited.citations, trace=record or done.trace)


def _cited(event: Any, guard: GuardBook, language: Language) -> Any:
    if not isinstance(event, Cited):
        return event
    unheard = _Noted({}, set())
    shown = (replace(one, quote=_clean(one.quote, guard, language, unheard)) for one in event.citations)
    return Cited(tuple(shown))


def _clean(text: str, guard: GuardBook, language: Language, noted: _Noted) -> str:
    shown, hidden = hide(text)
    noted.count("secret", hidden)
    listed = guard.settings.links == "listed"
    allowed: Collection[str] = guard.hosts if listed else guard.hosts | hosts_in(text)
    pieces, at = [], 0
    for link in LINK.finditer(shown):
        if not may_lead_to(host_of(link[0]), allowed):
            pieces += [shown[at : link.start()], MASKS[language]["link"]]
            at = link.end()
            noted.count("link")
    shown = "".join([*pieces, shown[at:]])
    for hit in reversed(guard.words.find(shown)):
        noted.categories.add(hit.category)
        noted.meet(hit.action)
        if hit.action is Action.MASK:
            shown = shown[: hit.start] + MASKS[language]["word"] * (hit.end - hit.start) + shown[hit.end :]
            noted.count("word")
    return shown


def _instead(action: Action, understood: Understood, question: Question, trace: Trace) -> Events:
    if action is Action.HAND_OVER:
        sentence = say("handed_off", understood, question)
        return fixed(sentence, Outcome.HANDED_OFF, trace, wants_person=True)
    return fixed(say("guarded", understood, question), Outcome.REFUSED, trace)
