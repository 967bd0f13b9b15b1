"""Two model servers: the spare answers when the first is away or slow, and never once the first has spoken."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from app.adapters.openai_chat import OpenAIChat, Waits
from app.adapters.spare_chat import SLOW_IN_A_ROW, SpareChat
from app.bench.script import Script
from app.model_registry import ChatDelta, ChatMessage, ModelBroken, ModelUnavailable
from tests.fakes.model_server import ModelServer, model_server

WAITS = Waits(first_token_s=5, gap_s=0.5, total_s=10, connect_s=0.5)


@dataclass
class Pair:
    """Both servers and the chat before them."""

    first: ModelServer
    spare: ModelServer
    chat: SpareChat

    async def ask(self, text: str) -> tuple[str, str | None]:
        """The answer, and the name of the spare if it was the one that spoke."""
        deltas = await read(self.chat, text)
        assert all(delta.spare is None for delta in deltas[1:])
        return "".join(delta.text for delta in deltas), deltas[0].spare


async def read(chat: SpareChat, text: str) -> list[ChatDelta]:
    stream = chat.stream([ChatMessage("user", text)], max_tokens=50, temperature=0, model="adapter-7")
    return [delta async for delta in stream]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    async with model_server() as first, model_server() as spare:
        servers = [OpenAIChat(one.url, waits=WAITS, patience_s=0) for one in (first, spare)]
        chat = SpareChat(servers[0], servers[1], after_s=0.2)
        yield Pair(first, spare, chat)
        await chat.close()


async def test_the_first_answers_as_long_as_it_can(pair: Pair) -> None:
    assert await pair.ask("@@say=好的@@") == ("好的", None)
    assert pair.first.state.last_request["model"] == "adapter-7" and not pair.spare.state.last_request


async def test_a_slow_first_is_left_for_the_spare_and_after_some_times_not_even_waited_for(pair: Pair) -> None:
    pair.first.state.script = Script(first_token_ms=5_000)
    for _ in range(SLOW_IN_A_ROW + 1):
        assert await pair.ask("@@say=我来答@@") == ("我来答", "scripted")
    assert pair.spare.state.last_request["model"] == "scripted", "it is asked by its own name"
    assert pair.first.state.counts["requests"] == SLOW_IN_A_ROW


async def test_a_first_that_is_away_is_replaced(pair: Pair) -> None:
    gone = OpenAIChat("http://127.0.0.1:9/v1", model="gone", waits=WAITS)
    chat = SpareChat(gone, OpenAIChat(pair.spare.url, waits=WAITS), after_s=1)
    assert [delta.spare for delta in await read(chat, "@@say=在@@")][:1] == ["scripted"]
    assert await chat.default_name() == "gone"
    await chat.close()


async def test_a_first_that_asks_for_time_gets_it_while_the_spare_answers(pair: Pair) -> None:
    pair.first.state.script = Script(status=429, retry_after="30")
    for _ in range(3):
        assert await pair.ask("@@say=我来答@@") == ("我来答", "scripted")
    assert pair.first.state.counts["requests"] == 1


async def test_once_a_word_was_said_a_failure_is_told_and_no_second_answer_begun(pair: Pair) -> None:
    with pytest.raises(ModelBroken):
        await read(pair.chat, "@@fault=cut@@")
    assert not pair.spare.state.last_request


async def test_when_both_are_away_it_says_so() -> None:
    away = [OpenAIChat("http://127.0.0.1:9/v1", model="m", waits=WAITS) for _ in range(2)]
    chat = SpareChat(away[0], away[1], after_s=1)
    with pytest.raises(ModelUnavailable):
        await read(chat, "有人吗")
    await chat.close()
