"""A Question in, AnswerEvents out: screen > understand > recall > decide > compose > check."""

from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial

from app.answering.cache import AnswerCache, may_be_cached, scope_of, through_cache
from app.answering.company_words import guarded
from app.answering.compose import Limits, courtesy, curated, quoted, unanswered
from app.answering.cooperation import Partner, speaker
from app.answering.decide import Decision, Reason, Route, decide, decide_at_once
from app.answering.domain import Events, Failed, Question, Recalled
from app.answering.generate import Manner, generated
from app.answering.guard.book import GuardBook, built_in_guard
from app.answering.guard.by_model import second_opinion
from app.answering.guard.ports import AttackClassifier
from app.answering.guard.stopping import stopped
from app.answering.intents import NOTHING_LEARNT, Intents
from app.answering.language import language_of
from app.answering.near_match import NEAR_ENOUGH
from app.answering.next_questions import followed
from app.answering.ports import Actions, Models, Offer, Passages
from app.answering.prompting import BUILT_IN, PromptBook
from app.answering.recall import recall
from app.answering.screen import screen
from app.answering.second_reading import SecondReading
from app.answering.several.looking_up import Several, asks_several, look_up
from app.answering.several.quoting import each_quoted
from app.answering.signing_in import and_sign_in
from app.answering.tool_words import guarded_results
from app.answering.trace import Trace
from app.answering.understand import Understood, understand
from app.answering.versions import Kept, Unchanging
from app.kernel.errors import Unavailable
from app.kernel.logging import get_logger
from app.kernel.texts import text
from app.model_registry import ModelFailure

log = get_logger(__name__)
CURATED = (Route.FAQ_EXACT, Route.FAQ_NEAR)
ANSWERING = (*CURATED, Route.KNOWLEDGE)


@dataclass(frozen=True)
class AnsweringTools:
    """What answering works with."""

    passages: Passages
    models: Models
    limits: Limits = field(default_factory=Limits)
    prompts: Kept[PromptBook] = field(default_factory=lambda: Unchanging(BUILT_IN))
    actions: Actions | None = None
    partner: Partner | None = None
    cache: AnswerCache | None = None
    guard: Kept[GuardBook] = field(default_factory=lambda: Unchanging(built_in_guard()))
    intents: Kept[Intents] = field(default_factory=lambda: Unchanging(NOTHING_LEARNT))
    second: SecondReading | None = None
    classifier: AttackClassifier | None = None


async def answer(tools: AnsweringTools, question: Question) -> Events:
    """Started, then Cited, Delta and Replaced as they come, then Finished; or Failed as the last event instead.

    Nothing that can be expected to fail raises. Closing the iterator stops the model.
    """
    trace = Trace()
    try:
        async with aclosing(_answer(tools, question, trace)) as events:
            async for event in events:
                yield event
    except (ModelFailure, Unavailable) as failure:
        reason = getattr(failure, "reason", "")
        log.warning("answer_failed", code=failure.code, reason=reason)
        record = trace.as_dict(outcome="failed", failure={"code": failure.code, "reason": reason})
        yield Failed(failure.code, text("answers.failed", question.locale), record)


async def prompt_version(tools: AnsweringTools, question: Question) -> str:
    """Which prompts an answer to a question would be made with now."""
    return (await tools.prompts.get()).version(language_of(question.text, question.locale))


async def _answer(tools: AnsweringTools, question: Question, trace: Trace) -> Events:
    with trace.step("screen") as notes:
        screened = screen(question.text)
        notes["remarks"] = list(screened.remarks)
    with trace.step("guard") as notes:
        guard = await tools.guard.get()
        verdict = guard.judge(screened.text)
        verdict = await second_opinion(tools.classifier, guard.settings, verdict, question.conversation_id, notes)
        screened = replace(screened, text=verdict.text)
        notes.update(verdict.as_notes())
    with trace.step("understand") as notes:
        book = (await tools.intents.get()).book
        understood = understand(screened, question, book)
        if tools.second is not None and not verdict.stops:
            understood = await tools.second.read(understood, question, book, notes)
        notes.update(language=understood.language, intent=understood.intent.value)
    _note_question(trace, question, understood)
    at_once = decide_at_once(understood)
    if verdict.stops and question.decided is None and (at_once is None or at_once.route is not Route.HAND_OVER):
        at_once = stopped(verdict)
    offer = await _offered(tools, understood, question, trace) if at_once is None else None
    if tools.actions is not None and question.decided is not None:
        events = await _acted(tools, tools.actions.decided(question, understood, trace), understood, question, trace)
    elif at_once is not None:
        _note_route(trace, at_once)
        events = courtesy(at_once, understood, question, trace)
    elif tools.actions is not None and offer is not None and not offer.sign_in:
        performed = tools.actions.perform(offer, understood, question, trace)
        events = await _acted(tools, performed, understood, question, trace)
    else:
        events = await _known_or_searched(tools, offer, understood, question, trace)
    async with aclosing(events) as composed:
        async for event in composed:
            yield event


async def _acted(
    tools: AnsweringTools, events: Events, understood: Understood, question: Question, trace: Trace
) -> Events:
    hosts = await tools.actions.hosts() if tools.actions is not None else ()
    return guarded_results(events, await tools.guard.get(), hosts, understood, question, trace)


async def _known_or_searched(
    tools: AnsweringTools, offer: Offer | None, understood: Understood, question: Question, trace: Trace
) -> Events:
    search = partial(_searched, tools, offer, understood, question, trace)
    cache = tools.cache
    if cache is None or not cache.enabled or offer is not None or not may_be_cached(question, understood):
        return await search()
    served = await tools.models.live_chat_model(question.conversation_id)
    settings = {**await cache.settings(), "limits": str(tools.limits), "partner": _strategy(tools, question)}
    scope = scope_of(question, understood, settings, served)
    return through_cache(cache, scope, understood, trace, search)


def _strategy(tools: AnsweringTools, question: Question) -> str:
    return "" if tools.partner is None else tools.partner.strategy(question.channel).value


async def _searched(
    tools: AnsweringTools, offer: Offer | None, understood: Understood, question: Question, trace: Trace
) -> Events:
    with trace.step("recall") as notes:
        recalled = await recall(tools.passages, question, understood)
        notes.update(found=len(recalled.passages), timings_ms=recalled.timings_ms, embedder=recalled.embedder)
    with trace.step("decide") as notes:
        decision = decide(understood, recalled)
        notes["route"] = decision.route.value
    several = None
    if asks_several(understood, decision):
        with trace.step("several") as notes:
            several = await look_up(tools.passages, question, understood)
            notes["answered_as"] = "one" if several is None else "several"
    if several is not None:
        recalled, decision = several.recalled, several.decision
        trace.note("question", parts=[part.as_dict() for part in several.parts])
    _note_decision(trace, recalled, decision)
    if tools.actions is not None and offer is not None and decision.route not in ANSWERING:
        signing = (Reason("asks_for_a_tool", offer.because), Reason("nobody_signed_in"))
        _note_route(trace, Decision(Route.TOOL, reasons=signing))
        return tools.actions.perform(offer, understood, question, trace)
    events = await _compose(tools, decision, recalled, understood, question, trace, several)
    return events if offer is None else and_sign_in(events, understood)


async def _offered(tools: AnsweringTools, understood: Understood, question: Question, trace: Trace) -> Offer | None:
    """The tool this turn asks for, if any; in the trace only where there is one. A rehearsal calls none."""
    if tools.actions is None or question.decided is not None or question.rehearsal:
        return None
    offer = await tools.actions.offer(understood, question, trace)
    if offer is not None:
        _note_route(trace, Decision(Route.TOOL, reasons=(Reason("asks_for_a_tool", offer.because),)))
    return offer


async def _compose(
    tools: AnsweringTools,
    decision: Decision,
    recalled: Recalled,
    understood: Understood,
    question: Question,
    trace: Trace,
    several: Several | None = None,
) -> Events:
    book, guard = await tools.prompts.get(), await tools.guard.get()
    if decision.route not in CURATED and decision.route is not Route.KNOWLEDGE:
        return unanswered(decision, understood, question, trace)
    served = None if decision.route in CURATED else await tools.models.live_chat_model(question.conversation_id)
    if decision.route in CURATED:
        events = guarded(curated(decision, trace), guard, understood, question, trace)
    elif served is None:
        own_words = (
            each_quoted(several, understood, trace) if several else quoted(decision, understood, question, trace)
        )
        events = guarded(own_words, guard, understood, question, trace)
    else:
        if tools.partner is not None:
            served = await speaker(tools.partner, served, decision, question, understood, trace)
        manner = Manner(book, guard.words, guard.hosts, tools.partner, guard.settings.links == "listed")
        events = generated(served, tools.limits, decision, understood, question, trace, manner)
    if not book.settings.follow_ups:
        return events
    return followed(events, understood.whole, recalled.passages, understood.language)


def _note_question(trace: Trace, question: Question, understood: Understood) -> None:
    trace.note(
        "question",
        raw=question.text,
        screened=understood.text,
        rewritten=understood.rewritten,
        chosen=understood.chosen,
        summary=question.summary or None,
        memory=list(question.memory),
        queries=understood.queries,
        language=understood.language,
        intent=understood.intent.value,
        sentiment=understood.reading.sentiment.value,
        slots=dict(understood.reading.slots),
        reading=understood.reading.as_dict(),
        audience=question.audience,
        tier=question.tier,
        channel=question.channel,
    )


def _note_route(trace: Trace, decision: Decision) -> None:
    trace.note("decision", route=decision.route.value, reasons=[reason.as_dict() for reason in decision.reasons])


def _note_decision(trace: Trace, recalled: Recalled, decision: Decision) -> None:
    trace.candidates(recalled.passages, recalled.noted)
    trace.note(
        "thresholds", answerable=recalled.threshold, confidence=round(recalled.confidence, 4), faq_near=NEAR_ENOUGH
    )
    _note_route(trace, decision)
    if not recalled.answerable:
        for passage in recalled.passages:
            trace.fate(passage, "below_threshold")
    for index, why in decision.left_out:
        trace.fate(recalled.passages[index], why)
    if decision.route in (Route.FAQ_EXACT, Route.FAQ_NEAR):
        for passage in recalled.passages:
            if passage.faq_id is not None and passage.faq_id == decision.passages[0].faq_id:
                trace.fate(passage, "cited", 1)
