"""LangChain can use our chat model like any other: streaming, tools, structured output."""

import sys
from collections.abc import AsyncIterator
from subprocess import run

import pytest
from pydantic import BaseModel

from app.adapters.langchain_chat import KefuChatModel
from app.adapters.openai_chat import OpenAIChat
from app.model_registry import ModelBroken
from tests.fakes.model_server import ModelServer, model_server


class Order(BaseModel):
    """An order's number and whether it is urgent."""

    number: int
    urgent: bool = False


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with model_server() as server:
        yield server


@pytest.fixture
async def model(server: ModelServer) -> AsyncIterator[KefuChatModel]:
    chat = OpenAIChat(server.url)
    yield KefuChatModel(chat=chat)
    await chat.close()


async def test_a_question_is_answered_whole_and_in_pieces(model: KefuChatModel) -> None:
    whole = await model.ainvoke("@@say=七天内可以退货@@")
    assert whole.content == "七天内可以退货" and whole.usage_metadata is not None
    pieces = [chunk.content async for chunk in model.astream("@@say=七天内可以退货@@")]
    assert "".join(str(piece) for piece in pieces) == "七天内可以退货"


async def test_structured_output_comes_as_the_class_that_was_asked_for(
    model: KefuChatModel, server: ModelServer
) -> None:
    structured = model.with_structured_output(Order)
    order = await structured.ainvoke('@@call={"number": 7, "urgent": true}@@@@say= @@')
    assert order == Order(number=7, urgent=True)
    sent = server.state.last_request
    assert sent["tools"][0]["function"]["name"] == "Order"
    assert sent["tool_choice"] == "required"


async def test_failures_keep_their_type(model: KefuChatModel) -> None:
    with pytest.raises(ModelBroken):
        await model.ainvoke("@@fault=garbage@@")


def test_the_web_application_does_not_load_langchain_before_it_is_used() -> None:
    code = "import sys, app.main; print(any(name.startswith('langchain') for name in sys.modules))"
    seen = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "False"
