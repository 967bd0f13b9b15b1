"""The fifth step: the words of the answer. Fixed, curated, quoted or generated; each way says which it is."""

from contextlib import aclosing
from dataclasses import dataclass, replace

from app.answering.check import NO_ANSWER, Checked, check, gives_up
from app.answering.choices import suggestions
from app.answering.citations import CitationMarks, citation, cited_numbers
from app.answering.cooperation import Partner, prepared
from app.answering.decide import Decision, Route
from app.answering.domain import (
    AnswerEvent,
    Citation,
    Cited,
    Composer,
    Delta,
    Events,
    Finished,
    Outcome,
    Passage,
    Question,
    Replaced,
    Started,
    Usage,
)
from app.answering.language import sentences
from app.answering.prompt import Prompt, build_prompt
from app.answering.prompting import BUILT_IN, PromptBook
from app.answering.quotes import Quote, choose_quotes, supporting_quote
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.kernel.texts import text
from app.model_registry import ModelBroken, ServedModel


@dataclass(frozen=True)
class Limits:
    """How long an answer may be, how freely it is worded, and how much the model may read; in tokens."""

    max_tokens: int = 800
    temperature: float = 0.1
    context_tokens: int = 6_000


def say(key: str, understood: Understood, question: Question) -> str:
    """A fixed sentence in the customer's language."""
    company, language = question.company, understood.language
    locale = "zh-CN" if language == "zh" else "en"
    topics = text("shared.separator", locale).join(company.topics(language)) or text("answers.any_topics", locale)
    return text(f"answers.{key}", locale, company=company.name(language), topics=topics)


async def fixed(
    sentence: str,
    outcome: Outcome,
    trace: Trace,
    offers: tuple[str, ...] = (),
    wants_person: bool = False,
) -> Events:
    """One of our own sentences; no model, no citation."""
    yield Started(Composer.FIXED)
    trace.first_token()
    yield Delta(sentence)
    done = trace.as_dict(outcome=outcome.value, composer=Composer.FIXED.value)
    yield Finished(sentence, outcome, (), offers, Composer.FIXED, done, wants_person=wants_person)


def courtesy(decision: Decision, understood: Understood, question: Question, trace: Trace) -> Events:
    """The answer to a turn that asks nothing of the documents: small talk, or the wish for a person."""
    if decision.route is Route.HAND_OVER:
        sentence = say("handed_off", understood, question)
        return fixed(sentence, Outcome.HANDED_OFF, trace, wants_person=True)
    return fixed(say(f"{understood.chat}_reply", understood, question), Outcome.SMALL_TALK, trace)


def unanswered(decision: Decision, understood: Understood, question: Question, trace: Trace) -> Events:
    """Asking back, or an honest refusal with what comes nearest."""
    if decision.route is Route.CLARIFY:
        return fixed(say("clarify", understood, question), Outcome.CLARIFIED, trace, decision.suggestions)
    if decision.route is Route.WHICH_PRODUCT:
        return fixed(say("clarify_product", understood, question), Outcome.CLARIFIED, trace, decision.suggestions)
    if decision.route is Route.ASK_BACK:
        return fixed(say("clarify_close", understood, question), Outcome.CLARIFIED, trace, decision.suggestions)
    if decision.route is Route.OUT_OF_SCOPE:
        return fixed(say("out_of_scope", understood, question), Outcome.REFUSED, trace)
    key = "refusal" if decision.suggestions else "refusal_bare"
    return fixed(say(key, understood, question), Outcome.REFUSED, trace, decision.suggestions)


async def curated(decision: Decision, trace: Trace) -> Events:
    """The answer staff wrote for this very question."""
    passage = decision.passages[0]
    said = passage.text.strip()
    sources = (citation(1, passage, said),)
    yield Started(Composer.FAQ)
    yield Cited(sources)
    trace.first_token()
    yield Delta(said)
    done = trace.as_dict(outcome=Outcome.FAQ.value, composer=Composer.FAQ.value)
    yield Finished(said, Outcome.FAQ, sources, (), Composer.FAQ, done)


async def quoted(decision: Decision, understood: Understood, question: Question, trace: Trace) -> Events:
    """Sentences of the best passages, word for word, each with its number; refuses when none fits."""
    quotes = choose_quotes(understood.whole, decision.passages)
    if not quotes:
        async for event in unanswered(replace(decision, route=Route.REFUSE), understood, question, trace):
            yield event
        return
    sources = tuple(citation(n, decision.passages[q.index], q.text) for n, q in enumerate(quotes, 1))
    yield Started(Composer.EXTRACTIVE)
    yield Cited(sources)
    pieces = [("" if n == 1 else "\n\n") + _with_mark(quote, n) for n, quote in enumerate(quotes, 1)]
    trace.first_token()
    for piece in pieces:
        yield Delta(piece)
    _mark_fates(trace, decision.passages, {q.index: n for n, q in enumerate(quotes, 1)}, given=0)
    done = trace.as_dict(outcome=Outcome.ANSWERED.value, composer=Composer.EXTRACTIVE.value)
    yield Finished("".join(pieces), Outcome.ANSWERED, sources, (), Composer.EXTRACTIVE, done)


def _with_mark(quote: Quote, number: int) -> str:
    last_line = quote.text.rsplit("\n", 1)[-1].lstrip()
    return f"{quote.text}\n\n[{number}]" if last_line.startswith("|") else f"{quote.text} [{number}]"


def _mark_fates(trace: Trace, passages: tuple[Passage, ...], numbers: dict[int, int], given: int) -> None:
    for index, passage in enumerate(passages):
        if index in numbers:
            trace.fate(passage, "cited", numbers[index])
        elif index < given:
            trace.fate(passage, "given")


async def generated(
    served: ServedModel,
    limits: Limits,
    decision: Decision,
    understood: Understood,
    question: Question,
    trace: Trace,
    book: PromptBook = BUILT_IN,
    partner: Partner | None = None,
) -> Events:
    """A model's words over numbered passages, checked against them afterwards. Raises ModelFailure."""
    prompt = build_prompt(question, understood, decision.passages, limits.context_tokens - limits.max_tokens, book)
    if partner is not None:
        prompt = await prepared(partner, prompt, question, understood, trace)
    trace.prompt(prompt.version, prompt.messages, prompt.estimated_tokens)
    trace.note("model", name=served.name, version_id=served.version_id, state=served.state)
    trace.note("model", price=served.details.get("price"))
    yield Started(Composer.GENERATIVE)
    written = _Writing(prompt, understood)
    with trace.step("compose") as notes:
        stream = served.chat.stream(
            prompt.messages, max_tokens=limits.max_tokens, temperature=limits.temperature, model=served.name
        )
        async with aclosing(stream) as deltas:
            async for delta in deltas:
                if delta.spare is not None:
                    trace.note("model", name=delta.spare, version_id=None, state="spare")
                if delta.usage is not None:
                    written.usage = Usage(delta.usage.prompt_tokens, delta.usage.completion_tokens)
                notes["finish_reason"] = delta.finish_reason or notes.get("finish_reason")
                for event in written.feed(delta.text):
                    trace.first_token()
                    yield event
        for event in written.end():
            trace.first_token()
            yield event
    if not written.text.strip() and not written.gave_up:
        raise ModelBroken("empty")
    with trace.step("check"):
        checked = check(written.text, written.cited, prompt.passages, f"{understood.whole} {understood.text}")
    for event in _settled(written, checked, decision, understood, question, trace):
        yield event


class _Writing:
    """Text as it is generated: marks renumbered, a NO_ANSWER caught before anybody sees it."""

    def __init__(self, prompt: Prompt, understood: Understood):
        self._prompt = prompt
        self._question = understood.whole
        self._marks = CitationMarks(len(prompt.passages))
        self._opening: str | None = ""
        self._parts: list[str] = []
        self._told = 0
        self.gave_up = False
        self.usage = Usage()

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def cited(self) -> tuple[Passage, ...]:
        return tuple(self._prompt.passages[n - 1] for n in self._marks.order)

    @property
    def order(self) -> list[int]:
        return self._marks.order

    @property
    def invented_marks(self) -> int:
        return self._marks.dropped

    def feed(self, piece: str) -> list[AnswerEvent]:
        if not piece or self.gave_up:
            return []
        if self._opening is not None:
            self._opening += piece
            begun = self._opening.lstrip(" \n\"'`*【[")
            if begun.startswith(NO_ANSWER):
                self.gave_up = True
                return []
            if not begun or NO_ANSWER.startswith(begun):
                return []
            piece, self._opening = self._opening.lstrip(), None
        return self._shown(self._marks.feed(piece))

    def end(self) -> list[AnswerEvent]:
        if self.gave_up:
            return []
        rest, self._opening = self._opening or "", None
        return self._shown((self._marks.feed(rest) if rest.strip() else "") + self._marks.end())

    def _shown(self, piece: str) -> list[AnswerEvent]:
        if not piece:
            return []
        self._parts.append(piece)
        events: list[AnswerEvent] = [Delta(piece)]
        if len(self._marks.order) > self._told:
            self._told = len(self._marks.order)
            events.insert(0, Cited(self.citations()))
        return events

    def citations(self) -> tuple[Citation, ...]:
        """The passages cited so far, each with the part that says what its sentences say."""
        said = self.text
        found = []
        for number, passage in enumerate(self.cited, 1):
            claims = " ".join(s for s in sentences(said) if number in cited_numbers(s))
            found.append(citation(number, passage, supporting_quote(claims or self._question, passage)))
        return tuple(found)


def _settled(
    written: _Writing, checked: Checked, decision: Decision, understood: Understood, question: Question, trace: Trace
) -> list[AnswerEvent]:
    """The end of a generated answer: as it stands, shortened, or taken back for an honest refusal."""
    refused = written.gave_up or checked.refused or gives_up(written.text)
    trace.note("usage", prompt_tokens=written.usage.prompt_tokens, completion_tokens=written.usage.completion_tokens)
    trace.note(
        "check",
        sentences=[
            {"text": s.text, "cites": list(s.cites), "support": s.support, "verdict": s.verdict}
            for s in checked.sentences
        ],
        invented_marks=written.invented_marks,
        model_gave_up=written.gave_up or gives_up(written.text),
        refused=refused,
        shortened=checked.changed and not refused,
    )
    _mark_fates(
        trace,
        decision.passages,
        {} if refused else {raw - 1: shown for shown, raw in enumerate(written.order, 1)},
        given=len(decision.passages),
    )
    if refused:
        offers = decision.suggestions or suggestions(understood.text, decision.passages, understood.language)
        sentence = say("refusal" if offers else "refusal_bare", understood, question)
        done = trace.as_dict(outcome=Outcome.REFUSED.value, composer=Composer.FIXED.value)
        finished = Finished(sentence, Outcome.REFUSED, (), offers, Composer.FIXED, done, written.usage)
        return [Replaced(sentence) if written.text else Delta(sentence), finished]
    used = set(cited_numbers(checked.text))
    sources = tuple(source for source in written.citations() if source.number in used)
    done = trace.as_dict(outcome=Outcome.ANSWERED.value, composer=Composer.GENERATIVE.value)
    finished = Finished(checked.text, Outcome.ANSWERED, sources, (), Composer.GENERATIVE, done, written.usage)
    return [finished] if checked.text == written.text else [Replaced(checked.text), finished]
