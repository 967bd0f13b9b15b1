"""A language model that says what the test wrote for it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.model_registry import ChatDelta, ChatMessage, ChatUsage, ServedModel


@dataclass
class FakeChatModel:
    """Streams `pieces`, then raises `error` if there is one; counts how often it was left before the end."""

    pieces: Sequence[str] = ()
    error: Exception | None = None
    prompts: list[list[ChatMessage]] = field(default_factory=list)
    left_early: int = 0

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        model: str | None = None,
        options: Mapping[str, Any] = {},
    ) -> AsyncGenerator[ChatDelta, None]:
        self.prompts.append(list(messages))
        finished = False
        try:
            for piece in self.pieces:
                yield ChatDelta(piece)
            if self.error is not None:
                raise self.error
            yield ChatDelta("", "stop", ChatUsage(120, len(self.pieces)))
            finished = True
        except GeneratorExit:
            self.left_early += not finished
            raise

    async def default_name(self) -> str:
        return "fake"


@dataclass
class FakeModels:
    """Says which model is live; None means answers are quoted."""

    chat: FakeChatModel | None = None

    async def live_chat_model(self, conversation_id: UUID | None = None) -> ServedModel | None:
        return None if self.chat is None else ServedModel(self.chat, "fake", None)
