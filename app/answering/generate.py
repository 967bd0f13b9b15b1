"""A model's words over numbered passages: streamed through the guard, checked sentence by sentence, ended honestly."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from app.answering.check import Checked, check, gives_up
from app.answering.choices import suggestions
from app.answering.citations import cited_numbers
from app.answering.compose import Limits, mark_fates, say
from app.answering.cooperation import Partner, prepared
from app.answering.decide import Decision
from app.answering.domain import (
    AnswerEvent,
    Composer,
    Delta,
    Events,
    Finished,
    Outcome,
    Question,
    Replaced,
    Started,
    Usage,
)
from app.answering.guard.leak import Rules
from app.answering.guard.never_shown import hide
from app.answering.guard.output import NO_WORDS, OutputGuard, Published
from app.answering.guard.words import WordFilter
from app.answering.prompt import Prompt, build_prompt
from app.answering.prompting import BUILT_IN, PromptBook
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.answering.writing import Writing
from app.model_registry import ChatMessage, ModelBroken, ServedModel

AGAIN = {
    "zh": "（请只用中文回答。）",
    "en": "(Answer in English only, whatever the language of the sources.)",
}
HANDS_OVER = "hand_over"


@dataclass(frozen=True)
class Manner:
    """How an answer is written and guarded: prompts, listed words, hosts that may be linked to, a second model."""

    book: PromptBook = BUILT_IN
    words: WordFilter = NO_WORDS
    hosts: frozenset[str] = frozenset()
    partner: Partner | None = None
    only_listed: bool = False


@dataclass(frozen=True)
class _Turn:
    """What one answer is made from."""

    served: ServedModel
    limits: Limits
    decision: Decision
    understood: Understood
    question: Question
    manner: Manner


async def generated(
    served: ServedModel,
    limits: Limits,
    decision: Decision,
    understood: Understood,
    question: Question,
    trace: Trace,
    manner: Manner | None = None,
) -> Events:
    """A model's answer, checked against the passages it cites. Raises ModelFailure."""
    turn = _Turn(served, limits, decision, understood, question, manner or Manner())
    book = turn.manner.book
    prompt = build_prompt(question, understood, decision.passages, limits.context_tokens - limits.max_tokens, book)
    if turn.manner.partner is not None:
        prompt = await prepared(turn.manner.partner, prompt, question, understood, trace)
    trace.prompt(prompt.version, prompt.messages, prompt.estimated_tokens)
    if prompt.planted:
        trace.note("guard", planted=prompt.planted)
    trace.note("model", name=served.name, version_id=served.version_id, state=served.state)
    trace.note("model", price=served.details.get("price"))
    yield Started(Composer.GENERATIVE)
    guard = _guard(prompt, turn)
    written = Writing(prompt, understood.whole, guard)
    async with aclosing(_written(prompt, written, turn, trace, once_more=True)) as events:
        async for event in events:
            yield event
    if written.speaks_another(understood.language) and not written.over:
        trace.note("check", language_again=True)
        prompt, earlier, guard = _reminded(prompt, understood), written, _guard(prompt, turn)
        written = Writing(prompt, understood.whole, guard, replaces=True)
        async with aclosing(_written(prompt, written, turn, trace, once_more=False)) as events:
            async for event in events:
                yield event
        written.usage = _sum(earlier.usage, written.usage)
    if not written.text.strip() and not written.over:
        raise ModelBroken("empty")
    with trace.step("check"):
        asked = f"{understood.whole} {understood.text}"
        named = f"{question.company.name_zh} {question.company.name_en}"
        mark = book.settings.unsupported == "mark"
        checked = check(written.whole(), written.cited, prompt.passages, asked, mark=mark, allowed=named)
    _note_check(trace, written, checked, guard)
    for event in _settled(written, checked, guard, turn, trace):
        yield event


def _guard(prompt: Prompt, turn: _Turn) -> OutputGuard:
    told = [f"{p.heading} {p.question or ''} {hide(p.text)[0]}" for p in prompt.passages]
    said = [earlier.text for earlier in turn.question.history]
    manner = turn.manner
    texts = (*told, *said, turn.question.text)
    published = Published.of(*texts, hosts=manner.hosts, only_listed=manner.only_listed)
    return OutputGuard(Rules(prompt.messages[0].content), published, turn.understood.language, turn.manner.words)


def _reminded(prompt: Prompt, understood: Understood) -> Prompt:
    last = prompt.messages[-1]
    reminder = ChatMessage(last.role, f"{last.content}\n{AGAIN[understood.language]}")
    return replace(prompt, messages=(*prompt.messages[:-1], reminder))


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens)


async def _written(
    prompt: Prompt, written: Writing, turn: _Turn, trace: Trace, once_more: bool
) -> AsyncGenerator[AnswerEvent, None]:
    """Streams one attempt; leaves the model as soon as nothing more is wanted of it."""
    with trace.step("compose") as notes:
        stream = turn.served.chat.stream(
            prompt.messages,
            max_tokens=turn.limits.max_tokens,
            temperature=turn.limits.temperature,
            model=turn.served.name,
        )
        judged = not once_more
        async with aclosing(stream) as deltas:
            async for delta in deltas:
                if delta.spare is not None:
                    trace.note("model", name=delta.spare, version_id=None, state="spare")
                if delta.usage is not None:
                    written.usage = Usage(delta.usage.prompt_tokens, delta.usage.completion_tokens)
                written.finish_reason = delta.finish_reason or written.finish_reason
                for event in written.feed(delta.text):
                    trace.first_token()
                    yield event
                if written.over and not written.gave_up:
                    break
                if not judged and written.speaks_another(turn.understood.language):
                    return
        for event in written.end():
            trace.first_token()
            yield event
        notes["finish_reason"] = written.finish_reason


def _note_check(trace: Trace, written: Writing, checked: Checked, guard: OutputGuard) -> None:
    gave_up = written.gave_up or gives_up(written.text)
    trace.note("usage", prompt_tokens=written.usage.prompt_tokens, completion_tokens=written.usage.completion_tokens)
    trace.note(
        "check",
        sentences=[
            {"text": s.text, "cites": list(s.cites), "support": s.support, "verdict": s.verdict}
            for s in checked.sentences
        ],
        invented_marks=written.invented_marks,
        model_gave_up=gave_up,
        refused=gave_up or checked.refused,
        shortened=checked.changed and not checked.refused,
    )
    found: dict[str, Any] = {"stopped": guard.stopped, "masked": guard.noted, "categories": sorted(guard.categories)}
    if any(found.values()):
        trace.note("guard", output=found)


def _settled(written: Writing, checked: Checked, guard: OutputGuard, turn: _Turn, trace: Trace) -> list[AnswerEvent]:
    """The end of a generated answer: as it stands, shortened, or taken back for an honest sentence."""
    stopped = guard.stopped if guard.stopped != "repetition" else None
    refused = stopped is not None or written.gave_up or checked.refused or gives_up(written.text)
    order = {id(passage): number for number, passage in enumerate(checked.cited, 1)}
    numbers = {at: order[id(p)] for at, p in enumerate(turn.decision.passages) if id(p) in order}
    mark_fates(trace, turn.decision.passages, {} if refused else numbers, given=len(turn.decision.passages))
    if refused:
        return _taken_back(written, stopped, turn, trace)
    used = set(cited_numbers(checked.text))
    sources = tuple(one for one in written.citations(checked.text, checked.cited) if one.number in used)
    done = trace.as_dict(outcome=Outcome.ANSWERED.value, composer=Composer.GENERATIVE.value)
    finished = Finished(checked.text, Outcome.ANSWERED, sources, (), Composer.GENERATIVE, done, written.usage)
    return [finished] if checked.text == written.text else [Replaced(checked.text), finished]


def _taken_back(written: Writing, stopped: str | None, turn: _Turn, trace: Trace) -> list[AnswerEvent]:
    understood, question, decision = turn.understood, turn.question, turn.decision
    offers = decision.suggestions or suggestions(understood.text, decision.passages, understood.language)
    key = "refusal" if offers else "refusal_bare"
    outcome, wants_person = Outcome.REFUSED, False
    if stopped == HANDS_OVER:
        key, offers, outcome, wants_person = "handed_off", (), Outcome.HANDED_OFF, True
    elif stopped is not None:
        key, offers = "guarded", ()
    sentence = say(key, understood, question)
    record: Mapping[str, Any] = trace.as_dict(outcome=outcome.value, composer=Composer.FIXED.value)
    finished = Finished(
        sentence, outcome, (), offers, Composer.FIXED, dict(record), written.usage, wants_person=wants_person
    )
    return [Replaced(sentence) if written.text else Delta(sentence), finished]
