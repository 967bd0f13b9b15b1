"""Forms filled in by a chat model, through LangChain's structured output; a model that keeps failing is left alone."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from pydantic import BaseModel

from app.adapters.circuit import Circuit
from app.answering import Usage
from app.model_registry import (
    ChatMessage,
    ChatModel,
    ModelBroken,
    ModelFailure,
    ModelTimeout,
    ModelUnavailable,
    ServedModel,
)

Form = TypeVar("Form", bound=BaseModel)
MOST_TOKENS = 300
FAILURES, PAUSE_S = 3, 30.0


class LangchainForms:
    """The port Forms. Remembers which servers do not know `response_format`: they get the form in words alone."""

    def __init__(self) -> None:
        self._circuits: WeakKeyDictionary[ChatModel, Circuit] = WeakKeyDictionary()
        self._plain: WeakKeyDictionary[ChatModel, bool] = WeakKeyDictionary()

    async def filled(
        self, served: ServedModel, messages: Sequence[ChatMessage], form: type[Form], limit_s: float
    ) -> tuple[Form, Usage]:
        """See the port."""
        circuit = self._circuits.setdefault(served.chat, Circuit(FAILURES, PAUSE_S))
        if not circuit.lets_through():
            raise ModelUnavailable("circuit_open")
        await _loaded(limit_s)
        try:
            async with asyncio.timeout(limit_s):
                found = await self._ask(served, messages, form)
        except TimeoutError:
            circuit.failed()
            raise ModelTimeout("form") from None
        except ModelFailure:
            circuit.failed()
            raise
        circuit.succeeded()
        return found

    async def _ask(self, served: ServedModel, messages: Sequence[ChatMessage], form: type[Form]) -> tuple[Form, Usage]:
        try:
            return await _ask(served, messages, form, served.chat in self._plain)
        except ModelBroken as refusal:
            if refusal.reason != "status_400" or served.chat in self._plain:
                raise
        self._plain[served.chat] = True
        return await _ask(served, messages, form, plain=True)


async def _ask(
    served: ServedModel, messages: Sequence[ChatMessage], form: type[Form], plain: bool
) -> tuple[Form, Usage]:
    langchain_chat = import_module(_LANGCHAIN)
    model = langchain_chat.KefuChatModel(
        chat=served.chat, model_name=served.name, max_tokens=MOST_TOKENS, temperature=0.0
    )
    told = [(_ROLES[message.role], message.content) for message in messages]
    reply = await langchain_chat.form_reader(model, form, plain).ainvoke(told)
    return _checked(reply, form)


async def _loaded(limit_s: float) -> None:
    """LangChain is loaded on first use, in a thread: a second or more in which others are answered, and the model is
    not to blame. Raises ModelTimeout; the loading goes on for the next turn."""
    try:
        async with asyncio.timeout(limit_s):
            await asyncio.to_thread(import_module, _LANGCHAIN)
    except TimeoutError:
        raise ModelTimeout("loading") from None


_LANGCHAIN = "app.adapters.langchain_chat"
_ROLES = {"system": "system", "user": "human", "assistant": "ai"}


def _checked(reply: dict[str, Any], form: type[Form]) -> tuple[Form, Usage]:
    raw, parsed = reply["raw"], reply["parsed"]
    if not raw.text.strip():
        raise ModelBroken("empty")
    if not isinstance(parsed, form):
        raise ModelBroken("not_the_form")
    used = raw.usage_metadata or {}
    return parsed, Usage(int(used.get("input_tokens", 0)), int(used.get("output_tokens", 0)))
