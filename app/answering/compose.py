"""The fifth step: the words of the answer. Fixed, curated, quoted or generated; each way says which it is."""

from dataclasses import dataclass, replace

from app.answering.citations import citation
from app.answering.decide import Decision, Route
from app.answering.domain import (
    Cited,
    Composer,
    Delta,
    Events,
    Finished,
    Outcome,
    Passage,
    Question,
    Started,
)
from app.answering.planted import gives_orders
from app.answering.quotes import choose_quotes
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.kernel.texts import text


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
    """The answer to a turn that asks nothing of the documents: small talk, the wish for a person, what is stopped."""
    if decision.route is Route.HAND_OVER:
        sentence = say("handed_off", understood, question)
        return fixed(sentence, Outcome.HANDED_OFF, trace, wants_person=True)
    if decision.route is Route.GUARDED:
        return fixed(say("guarded", understood, question), Outcome.REFUSED, trace)
    return fixed(say(f"{understood.chat}_reply", understood, question), Outcome.SMALL_TALK, trace)


def unanswered(decision: Decision, understood: Understood, question: Question, trace: Trace) -> Events:
    """Asking back, or an honest refusal with what comes nearest."""
    if decision.route is Route.CLARIFY:
        return fixed(say("clarify", understood, question), Outcome.CLARIFIED, trace, decision.suggestions)
    if decision.route is Route.WHICH_PRODUCT:
        return fixed(say("clarify_product", understood, question), Outcome.CLARIFIED, trace, decision.suggestions)
    if decision.route is Route.ASK_BACK:
        return fixed(say("clarify_close", understood, question), Outcome.CLARIFIED, trace, decision.suggestions)
    if decision.route is Route.SORRY:
        key = "sorry_close" if decision.suggestions else "sorry"
        return fixed(say(key, understood, question), Outcome.CLARIFIED, trace, decision.suggestions)
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
    quotes = [q for q in choose_quotes(understood.whole, decision.passages) if not gives_orders(q.text)]
    if not quotes:
        async for event in unanswered(replace(decision, route=Route.REFUSE), understood, question, trace):
            yield event
        return
    sources = tuple(citation(n, decision.passages[q.index], q.text) for n, q in enumerate(quotes, 1))
    yield Started(Composer.EXTRACTIVE)
    yield Cited(sources)
    pieces = [("" if n == 1 else "\n\n") + with_mark(quote.text, n) for n, quote in enumerate(quotes, 1)]
    trace.first_token()
    for piece in pieces:
        yield Delta(piece)
    mark_fates(trace, decision.passages, {q.index: n for n, q in enumerate(quotes, 1)}, given=0)
    done = trace.as_dict(outcome=Outcome.ANSWERED.value, composer=Composer.EXTRACTIVE.value)
    yield Finished("".join(pieces), Outcome.ANSWERED, sources, (), Composer.EXTRACTIVE, done)


def with_mark(quote: str, number: int) -> str:
    """A quote and its number; below a table, since behind its last row the number would stand in a cell."""
    last_line = quote.rsplit("\n", 1)[-1].lstrip()
    return f"{quote}\n\n[{number}]" if last_line.startswith("|") else f"{quote} [{number}]"


def mark_fates(trace: Trace, passages: tuple[Passage, ...], numbers: dict[int, int], given: int) -> None:
    """Says in the trace which candidates were cited under which number, and which the model was only given."""
    for index, passage in enumerate(passages):
        if index in numbers:
            trace.fate(passage, "cited", numbers[index])
        elif index < given:
            trace.fate(passage, "given")
