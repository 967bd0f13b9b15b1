"""The way of answering that does something: a tool is offered for a turn, its values asked for, and it is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from app.answering.domain import (
    Composer,
    Events,
    Language,
    Outcome,
    Proposal,
    Question,
)
from app.answering.language import language_of
from app.answering.ports import Models
from app.answering.tools.arguments import BadArguments
from app.answering.tools.audit.store import Caller
from app.answering.tools.calls import call
from app.answering.tools.catalogue import Catalogue
from app.answering.tools.confirmations import decided
from app.answering.tools.domain import CONFIRM_WITHIN_S, Called, Ending, Options, Parameter, Tool
from app.answering.tools.forms import Form, open_form, question_for
from app.answering.tools.matching import best_match
from app.answering.tools.ports import Servers
from app.answering.tools.reasoning import Reasoned, reason
from app.answering.tools.results import harmless, path_of
from app.answering.tools.slots import found_in, without_values
from app.answering.tools.speech import said, sign_in, told
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.answering.versions import Kept
from app.kernel.clock import now
from app.kernel.database import Database
from app.kernel.ids import new_id
from app.kernel.texts import text

MOST_OPTIONS = 3


@dataclass(frozen=True)
class ToolOffer:
    """A tool for this turn, with the values known. sign_in: only a signed-in customer can use it, and nobody is."""

    form: Form
    score: float = 1.0
    sign_in: bool = False
    again: bool = False
    reasoned: Reasoned | None = None

    @property
    def tool(self) -> Tool:
        """What would be called."""
        return self.form.tool

    @property
    def because(self) -> Mapping[str, Any]:
        """For the trace."""
        return {"tool": self.tool.spec.name, "score": round(self.score, 3)}


@dataclass(frozen=True)
class ToolActions:
    """The port Actions: is there a tool for this turn, and what does it say."""

    database: Database
    servers: Servers
    catalogue: Kept[Catalogue]
    models: Models | None = None

    async def hosts(self) -> frozenset[str]:
        """See the port."""
        return (await self.catalogue.get()).hosts

    async def offer(self, understood: Understood, question: Question, trace: Trace) -> ToolOffer | None:
        """The tool this turn asks for, or the form it fills in; None when it is about other things.

        Where a value is missing, or no tool is surely meant, a model that can call tools is let at it first.
        """
        tools = (await self.catalogue.get()).tools
        if not tools:
            return None
        form = open_form(tools, question.history, understood.text)
        if form is not None:
            return ToolOffer(form, sign_in=_needs_sign_in(form.tool, question), again=form.asked > 0)
        match = best_match(tools, list(dict.fromkeys((understood.text, understood.whole))))
        if match is None:
            return None
        values = _with_earlier(match.tool, match.values, question)
        form = Form(match.tool, values, language=_language(match.tool, understood, question))
        sign_in = _needs_sign_in(match.tool, question)
        if match.sure and (sign_in or form.missing is None):
            return ToolOffer(form, match.score, sign_in=sign_in)
        reasoned = await self._reasoned(tools, understood, question, trace)
        if reasoned is None and not match.sure:
            return None
        return ToolOffer(form, match.score, sign_in=sign_in, reasoned=reasoned)

    async def _reasoned(
        self, tools: Sequence[Tool], understood: Understood, question: Question, trace: Trace
    ) -> Reasoned | None:
        """What a model made of the turn with the tools; None without a model, a customer, or anything useful."""
        if self.models is None or question.user_id is None or question.rehearsal:
            return None
        served = await self.models.live_chat_model(question.conversation_id)
        if served is None:
            return None
        done = await reason(served, tools, self, understood, question, trace)
        return done if done.text or done.change is not None or done.last is not None else None

    async def perform(self, offer: ToolOffer, understood: Understood, question: Question, trace: Trace) -> Events:
        """Asks for what is missing, else calls the tool or puts it before the customer to confirm."""
        understood = replace(understood, language=offer.form.language or understood.language)
        locale = "zh-CN" if understood.language == "zh" else "en"
        if offer.form.left:
            async for event in said(text("tools.left", locale), Outcome.SMALL_TALK, trace):
                yield event
            return
        if offer.sign_in:
            async for event in sign_in(understood, trace):
                yield event
            return
        if offer.reasoned is not None:
            async for event in outcome_of(offer.reasoned, understood, question, trace):
                yield event
            return
        form, options = await self._with_options(offer.form, question, trace)
        missing = form.missing
        if missing is not None:
            asked = question_for(missing, understood.language)
            words = f"{text('tools.not_understood', locale)}{asked}" if offer.again else asked
            offers = options or tuple(c.label.read(understood.language) or c.value for c in missing.choices)
            async for event in said(words, Outcome.CLARIFIED, trace, offers):
                yield event
            return
        if question.rehearsal:
            rehearsed = text("tools.rehearsed", locale, tool=form.tool.spec.heading(understood.language))
            async for event in said(rehearsed, Outcome.TOOL, trace):
                yield event
            return
        events = (
            propose(form, understood, question, trace)
            if form.tool.spec.writes
            else self._called(form, understood, question, trace)
        )
        async for event in events:
            yield event

    async def decided(self, question: Question, understood: Understood, trace: Trace) -> Events:
        """The answer to the customer's click on a card. Raises Unavailable."""
        tools = await self.catalogue.get()
        async for event in decided(self.database, self.servers, tools, question, understood, trace):
            yield event

    async def _called(self, form: Form, understood: Understood, question: Question, trace: Trace) -> Events:
        called = await self.call(form.tool, form.values, caller_of(question), trace)
        async for event in told(form.tool, called, form.values, understood, trace):
            yield event

    async def call(self, tool: Tool, values: dict[str, Any], caller: Caller, trace: Trace) -> Called:
        """One call of a reading tool, in the trace. Values that do not fit are an ending too."""
        with trace.step("tool") as notes:
            try:
                called, shown = await call(self.database, self.servers, tool, values, caller)
            except BadArguments as problem:
                called, shown = Called(Ending.FAILED, None, 0.0, reason="bad_arguments"), {}
                notes["problems"] = problem.problems
            notes.update(
                tool=tool.spec.name,
                arguments=shown,
                ending=called.ending.value,
                status=called.status,
                reason=called.reason,
                tries=called.tries,
                result=called.result,
            )
        return called

    async def _with_options(self, form: Form, question: Question, trace: Trace) -> tuple[Form, tuple[str, ...]]:
        """What the missing value can be chosen from; a reading tool with only one to choose takes it."""
        missing = form.missing
        if missing is None or missing.options is None or question.user_id is None:
            return form, ()
        lister = (await self.catalogue.get()).named(missing.options.tool)
        if lister is None or lister.spec.writes or any(one.required for one in lister.spec.wanted):
            return form, ()
        called = await self.call(lister, {}, caller_of(question), trace)
        if called.ending is not Ending.OK:
            return form, ()
        rows = _rows(called.result, missing.options)
        if len(rows) == 1 and not form.tool.spec.writes:
            return replace(form, values={**form.values, missing.name: rows[0][0]}), ()
        return form, tuple(" · ".join(part for part in row if part) for row in rows[:MOST_OPTIONS])


def _rows(result: Any, options: Options) -> list[tuple[str, ...]]:
    """The value and its label of every row there is to choose from."""
    rows = result
    for step in path_of(options.items):
        rows = rows.get(step) if isinstance(rows, dict) else None
    if not isinstance(rows, list):
        return []
    found = []
    for row in rows:
        if isinstance(row, dict) and row.get(options.value) is not None:
            found.append((harmless(row[options.value]), *(harmless(_at(row, path)) for path in options.label)))
    return found


def _at(value: Any, path: str) -> Any:
    """What stands at a dotted path; of lists the first item."""
    for step in path_of(path):
        if step == "[]":
            value = value[0] if isinstance(value, list) and value else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _with_earlier(tool: Tool, values: dict[str, Any], question: Question) -> dict[str, Any]:
    """A reading tool may take the order number the last turns spoke of, when they spoke of one alone."""
    whole = dict(values)
    if tool.spec.writes:
        return whole
    for one in tool.spec.wanted:
        if one.required and one.pattern and one.name not in whole:
            spoken = {found_in(one, turn.text) for turn in question.history[-2:] if _earlier(turn.role, turn.outcome)}
            if len(spoken - {None}) == 1:
                whole[one.name] = next(iter(spoken - {None}))
    return whole


def _earlier(role: str, outcome: str | None) -> bool:
    return role == "customer" or outcome == Outcome.TOOL


def _language(tool: Tool, understood: Understood, question: Question) -> Language:
    """The language of the words beside the values: an order number has none, so the turns before tell."""
    hint = question.locale
    for turn in question.history:
        if turn.role == "customer" and without_values(tool.spec, turn.text) == turn.text.strip():
            hint = language_of(turn.text, hint)
    return language_of(without_values(tool.spec, understood.text), hint)


def _needs_sign_in(tool: Tool, question: Question) -> bool:
    return tool.spec.needs_customer and question.user_id is None


def caller_of(question: Question) -> Caller:
    """For whom a call is made in a conversation."""
    return Caller("customer", question.user_id, question.conversation_id)


async def outcome_of(done: Reasoned, understood: Understood, question: Question, trace: Trace) -> Events:
    """The answer of a model that worked with the tools: its words, a card, or what the last call came to."""
    if done.change is not None:
        tool, values = done.change
        events = propose(Form(tool, values), understood, question, trace)
    elif done.text:
        events = said(done.text, Outcome.TOOL, trace, composer=Composer.GENERATIVE, usage=done.usage)
    else:
        assert done.last is not None, "nothing useful is no outcome"
        tool, values, called = done.last
        events = told(tool, called, values, understood, trace)
    async for event in events:
        yield event


def propose(form: Form, understood: Understood, question: Question, trace: Trace) -> Events:
    """Puts a change before the customer: what would be done, with what, and two buttons."""
    locale = "zh-CN" if understood.language == "zh" else "en"
    proposal = proposal_of(form.tool, form.values, understood, question)
    trace.note("confirmation", tool=form.tool.spec.name, confirmation_id=str(proposal.id))
    return said(text("tools.confirm", locale, tool=proposal.title), Outcome.TOOL, trace, card=proposal)


def proposal_of(tool: Tool, values: dict[str, Any], understood: Understood, question: Question) -> Proposal:
    """The card of a change."""
    assert question.user_id is not None, "only a signed-in customer changes anything"
    fields = tuple(
        (one.label.read(understood.language) or one.name, _shown(one, values[one.name], understood))
        for one in tool.spec.wanted
        if one.name in values
    )
    title = tool.spec.heading(understood.language)
    return Proposal(
        new_id(), tool.id, tool.version, question.user_id, title, question.text, fields, dict(values),
        now() + timedelta(seconds=CONFIRM_WITHIN_S),
    )  # fmt: skip


def _shown(parameter: Parameter, value: Any, understood: Understood) -> str:
    choice = next((one for one in parameter.choices if one.value == value), None)
    return harmless(choice.label.read(understood.language) or choice.value) if choice else harmless(value)
