"""The port every chat model stands behind: messages in, text as it is generated out."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol


@dataclass(frozen=True)
class ChatMessage:
    """One message of a prompt; the extra fields carry tool calls and their results."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    tool_calls: tuple[dict[str, Any], ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True)
class ChatUsage:
    """Tokens, as the model server counted them."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class ChatDelta:
    """A piece of an answer: text, fragments of tool calls, and at the end why it ended and what it used.

    spare: on the first piece, the name of the model that answers in place of the one that was asked.
    """

    text: str = ""
    finish_reason: str | None = None
    usage: ChatUsage | None = None
    tool_calls: tuple[dict[str, Any], ...] = ()
    spare: str | None = None


class ChatModel(Protocol):
    """A language model that streams."""

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        model: str | None = None,
        options: Mapping[str, Any] = {},
    ) -> AsyncGenerator[ChatDelta, None]:
        """Text as it comes; `options` are further members of the request, such as tools or response_format.

        Closing the iterator (`aclose`) closes the connection, so that the server stops generating.
        Raises ModelUnavailable, ModelTimeout, ModelBroken.
        """
        ...

    async def default_name(self) -> str:
        """The name of the model that answers when none is asked for. Raises ModelUnavailable, ModelBroken."""
        ...


@dataclass(frozen=True)
class ServedModel:
    """The model answers come from now: where it is served, under which name, and which registered version it is.

    `name` is None when the server's own default answers.
    """

    chat: ChatModel
    name: str | None = None
    version_id: str | None = None
    state: str = "live"
    details: Mapping[str, Any] = field(default_factory=dict)
