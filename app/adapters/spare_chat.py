"""A chat model with a spare: who does not begin in time, or is away, is left for the next question to the other one."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from app.adapters.circuit import Circuit
from app.adapters.openai_chat import OpenAIChat
from app.kernel.logging import get_logger
from app.model_registry import ChatDelta, ChatMessage, ModelFailure, ModelTimeout

log = get_logger(__name__)
SLOW_IN_A_ROW, PAUSE_S = 3, 10.0


class SpareChat:
    """Two servers behind the port ChatModel. Once a word was said the first one is not left any more.

    After several slow beginnings in a row nobody waits for it until one try in PAUSE_S goes well.
    after_s: how long the first may take to its first token before the spare is asked instead, in seconds.
    """

    def __init__(self, first: OpenAIChat, spare: OpenAIChat, after_s: float):
        self._first, self._spare, self._after_s = first, spare, after_s
        self._circuit = Circuit(SLOW_IN_A_ROW, PAUSE_S)

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        model: str | None = None,
        options: Mapping[str, Any] = {},
    ) -> AsyncGenerator[ChatDelta, None]:
        """See the port ChatModel; the spare answers under its own name, whatever `model` was asked for."""
        wishes: dict[str, Any] = {"max_tokens": max_tokens, "temperature": temperature, "options": options}
        begun = False
        try:
            if not self._circuit.lets_through():
                raise ModelTimeout("circuit_open")
            async with aclosing(self._first.stream(messages, model=model, **wishes)) as deltas:
                opening = await self._opening(deltas)
                begun = True
                self._circuit.succeeded()
                yield opening
                async for delta in deltas:
                    yield delta
                return
        except ModelFailure as failure:
            if begun:
                raise
            log.warning("spare_model_asked", code=failure.code, reason=failure.reason)
        name = await self._spare.default_name()
        async with aclosing(self._spare.stream(messages, model=name, **wishes)) as deltas:
            async for delta in deltas:
                yield delta if begun else replace(delta, spare=name)
                begun = True

    async def _opening(self, deltas: AsyncGenerator[ChatDelta, None]) -> ChatDelta:
        """The first delta. Raises ModelFailure, also for a stream that ends without one."""
        try:
            async with asyncio.timeout(self._after_s):
                return await anext(deltas)
        except TimeoutError:
            self._circuit.failed()
            raise ModelTimeout("first_token") from None
        except StopAsyncIteration:
            raise ModelFailure("empty") from None

    async def default_name(self) -> str:
        """The first server's; the spare's when that one is away. Raises ModelFailure when both are."""
        try:
            return await self._first.default_name()
        except ModelFailure:
            return await self._spare.default_name()

    async def close(self) -> None:
        """Closes the connections to both."""
        await self._first.close()
        await self._spare.close()
