"""Our chat model as LangChain knows chat models: for tools, structured output and agents, off the streaming path."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from operator import itemgetter
from typing import Annotated, Any

import orjson
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.exceptions import OutputParserException
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    message_chunk_to_message,
)
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.output_parsers import PydanticOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, ConfigDict, SkipValidation

from app.model_registry import ChatDelta, ChatMessage, ChatModel

PASSED_ON = ("tools", "tool_choice", "response_format")


class KefuChatModel(BaseChatModel):
    """Wraps any ChatModel. Asynchronous only: there is no second connection pool for threads."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    chat: Annotated[ChatModel, SkipValidation]
    model_name: str | None = None
    max_tokens: int = 800
    temperature: float = 0.1

    @property
    def _llm_type(self) -> str:
        return "kefu"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("use ainvoke or astream")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        whole: AIMessageChunk | None = None
        async for chunk in self._astream(messages, stop, run_manager, **kwargs):
            assert isinstance(chunk.message, AIMessageChunk)
            whole = chunk.message if whole is None else whole + chunk.message
        message = message_chunk_to_message(whole) if whole is not None else AIMessage("")
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        options = {
            k: v for k, v in kwargs.items() if k in ("tools", "tool_choice", "response_format") and v is not None
        }
        if stop:
            options["stop"] = stop
        stream = self.chat.stream(
            [_message(message) for message in messages],
            max_tokens=int(kwargs.get("max_tokens", self.max_tokens)),
            temperature=float(kwargs.get("temperature", self.temperature)),
            model=self.model_name,
            options=options,
        )
        async with aclosing(stream) as deltas:
            async for delta in deltas:
                chunk = ChatGenerationChunk(message=_chunk(delta))
                if run_manager is not None:
                    await run_manager.on_llm_new_token(delta.text, chunk=chunk)
                yield chunk

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[Any, AIMessage]:
        """Tools as the model server wants them; `any` makes it choose one, a name makes it choose that one."""
        converted = [convert_to_openai_tool(tool) for tool in tools]
        choice: Any = "required" if tool_choice == "any" else tool_choice
        if choice in {tool["function"]["name"] for tool in converted}:
            choice = {"type": "function", "function": {"name": choice}}
        return self.bind(tools=converted, tool_choice=choice, **kwargs)


def form_reader(model: KefuChatModel, form: type[BaseModel], plain: bool) -> Runnable[Any, dict[str, Any]]:
    """Asks a model to fill in a form: {raw, parsed}, parsed None when what it said does not fit.

    plain: the server does not hold the model to the form, so the prompt alone must do.
    """
    held = {"type": "json_schema", "json_schema": {"name": form.__name__, "schema": form.model_json_schema()}}
    asked = model if plain else model.bind(response_format=held)
    parser = PydanticOutputParser(pydantic_object=form)
    reading = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser)
    nothing = RunnablePassthrough.assign(parsed=lambda _: None)
    return RunnableMap(raw=asked) | reading.with_fallbacks([nothing], exceptions_to_handle=(OutputParserException,))


def _chunk(delta: ChatDelta) -> AIMessageChunk:
    calls = [
        tool_call_chunk(
            name=call.get("function", {}).get("name"),
            args=call.get("function", {}).get("arguments"),
            id=call.get("id"),
            index=call.get("index", 0),
        )
        for call in delta.tool_calls
    ]
    usage = None
    if delta.usage is not None:
        given, made = delta.usage.prompt_tokens, delta.usage.completion_tokens
        usage = UsageMetadata(input_tokens=given, output_tokens=made, total_tokens=given + made)
    more = {"finish_reason": delta.finish_reason} if delta.finish_reason else {}
    return AIMessageChunk(content=delta.text, tool_call_chunks=calls, usage_metadata=usage, response_metadata=more)


def _message(message: BaseMessage) -> ChatMessage:
    words = message.text
    if isinstance(message, SystemMessage):
        return ChatMessage("system", words)
    if isinstance(message, HumanMessage):
        return ChatMessage("user", words)
    if isinstance(message, ToolMessage):
        return ChatMessage("tool", words, tool_call_id=message.tool_call_id)
    if isinstance(message, AIMessage):
        return ChatMessage("assistant", words, tool_calls=tuple(_call(call) for call in message.tool_calls))
    raise TypeError(f"a {message.type} message has no place in a prompt")


def _call(call: Any) -> dict[str, Any]:
    arguments = orjson.dumps(call["args"]).decode()
    return {"id": call["id"], "type": "function", "function": {"name": call["name"], "arguments": arguments}}
