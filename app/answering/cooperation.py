"""Two models at work on one answer: the partner takes easy questions, drafts, or reads the question beforehand."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import orjson

from app.answering.decide import Decision
from app.answering.domain import Language, Question
from app.answering.prompt import Prompt
from app.answering.prompting import estimate_tokens
from app.answering.screen import neutralise
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.kernel.logging import get_logger
from app.model_registry import ChatMessage, ChatModel, ModelBroken, ModelFailure, ModelTimeout, ServedModel

log = get_logger(__name__)
PATIENCE_S, DRAFT_TOKENS, FACTS_TOKENS = 20.0, 400, 160
# An easy question is short, asked for the first time, and the passages are far surer than they need to be.
EASY_LETTERS, EASY_MARGIN, EASY_PASSAGES = 60, 0.2, 3
_MEMBERS = ("kind", "subject", "wants", "figures")
_READ: dict[Language, str] = {
    "zh": "你只做信息抽取。读客户的话，输出一个 JSON 对象，不写别的："
    '{"kind": 问题类型, "subject": 说的是什么商品或业务, "wants": 想知道或想办什么, "figures": [出现的数字和日期]}',
    "en": "You only extract information. Read what the customer says and write one JSON object and nothing else: "
    '{"kind": kind of question, "subject": product or matter, "wants": what is wanted, "figures": [numbers and dates]}',
}
_DRAFT: dict[Language, str] = {
    "zh": "\n\n【草稿】下面是另一个模型写的草稿，只是参考：与【资料】不符的不用，编号照规则重新标。\n{text}",
    "en": "\n\n[Draft] Another model wrote this; it is only a hint: use nothing that the sources do not say, word it "
    "better, and number the sources by the rules.\n{text}",
}
_FACTS: dict[Language, str] = {
    "zh": "\n\n【对问题的理解】另一个模型从客户的话里读出：{text}",
    "en": "\n\n[Reading of the question] Another model read this from what the customer said: {text}",
}


class Strategy(StrEnum):
    """How the two divide the work."""

    SINGLE = "single"
    SPLIT = "split"
    STACK = "stack"
    COMBINE = "combine"


@dataclass(frozen=True)
class Partner:
    """The second model, small or trained for the domain, and what it does on each channel; "*" is every other one."""

    chat: ChatModel
    strategies: Mapping[str, Strategy] = field(default_factory=dict)

    def strategy(self, channel: str | None) -> Strategy:
        """The strategy of a channel."""
        return self.strategies.get(channel or "*", self.strategies.get("*", Strategy.SINGLE))


def difficulties(decision: Decision, question: Question, understood: Understood) -> list[str]:
    """Why a question is not easy, by stable codes; none for an easy one."""
    found = []
    if len(understood.whole) > EASY_LETTERS:
        found.append("long")
    if understood.rewritten is not None or question.summary:
        found.append("leans_on_earlier_turns")
    if len(decision.passages) > EASY_PASSAGES:
        found.append("many_passages")
    sure = next((reason.values for reason in decision.reasons if reason.code == "confidence"), {})
    if float(sure.get("confidence", 0)) < float(sure.get("threshold", 1)) + EASY_MARGIN:
        found.append("not_far_above_the_threshold")
    return found


async def speaker(
    partner: Partner, main: ServedModel, decision: Decision, question: Question, understood: Understood, trace: Trace
) -> ServedModel:
    """Who answers: the partner when the work is split and the question easy, else the main model."""
    strategy = partner.strategy(question.channel)
    trace.note("cooperation", strategy=strategy.value)
    if strategy is not Strategy.SPLIT:
        return main
    hard = difficulties(decision, question, understood)
    trace.note("cooperation", hard=hard, answers="main" if hard else "partner")
    if hard:
        return main
    try:
        return ServedModel(partner.chat, await partner.chat.default_name(), state="partner")
    except ModelFailure as failure:
        trace.note("cooperation", answers="main", partner_failed=failure.code)
        return main


async def prepared(
    partner: Partner, prompt: Prompt, question: Question, understood: Understood, trace: Trace
) -> Prompt:
    """The prompt with the partner's draft or reading in it; as it was when the partner has nothing to say."""
    strategy = partner.strategy(question.channel)
    if strategy not in (Strategy.STACK, Strategy.COMBINE):
        return prompt
    language = understood.language
    with trace.step("cooperate") as notes:
        notes["strategy"] = strategy.value
        try:
            if strategy is Strategy.STACK:
                text = await _said(partner, prompt.messages, DRAFT_TOKENS)
                aside = _DRAFT[language].format(text=neutralise(text)) if text else ""
            else:
                asked = (ChatMessage("system", _READ[language]), ChatMessage("user", understood.whole))
                text = _reading(await _said(partner, asked, FACTS_TOKENS, response_format={"type": "json_object"}))
                aside = _FACTS[language].format(text=neutralise(text))
        except ModelFailure as failure:
            log.warning("partner_failed", code=failure.code, reason=failure.reason)
            notes["failed"] = failure.code
            return prompt
        notes["said"] = text
    return _with(prompt, aside)


async def _said(partner: Partner, messages: Sequence[ChatMessage], most: int, **options: Any) -> str:
    """All the partner says. Raises ModelFailure."""
    said = ""
    try:
        async with asyncio.timeout(PATIENCE_S):
            stream = partner.chat.stream(messages, max_tokens=most, temperature=0.0, options=options)
            async with aclosing(stream) as deltas:
                async for delta in deltas:
                    said += delta.text
    except TimeoutError:
        raise ModelTimeout("total") from None
    return said.strip()


def _reading(said: str) -> str:
    """The members that were asked for, each a short text, in one line. Raises ModelBroken for anything else."""
    try:
        found = orjson.loads(said[said.index("{") : said.rindex("}") + 1])
    except ValueError:
        raise ModelBroken("invalid_json") from None
    parts = {name: found.get(name) for name in _MEMBERS} if isinstance(found, dict) else {}
    kept = {name: value for name, value in parts.items() if isinstance(value, str | list) and value}
    if not kept:
        raise ModelBroken("invalid_json")
    return orjson.dumps(kept).decode()[:600]


def _with(prompt: Prompt, aside: str) -> Prompt:
    if not aside:
        return prompt
    *before, last = prompt.messages
    messages = (*before, replace(last, content=last.content + aside))
    return replace(prompt, messages=messages, estimated_tokens=prompt.estimated_tokens + estimate_tokens(aside))
