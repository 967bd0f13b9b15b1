"""The chat adapter reads a well-behaved server quickly, and turns every way of misbehaving into a typed failure."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from app.adapters.circuit import Circuit
from app.adapters.openai_chat import OpenAIChat, Waits
from app.adapters.retry_after import LONGEST_S, asked_to_wait_s
from app.adapters.thinking import ThoughtsHidden
from app.bench.script import Script
from app.model_registry import ChatDelta, ChatMessage, ModelBroken, ModelFailure, ModelTimeout, ModelUnavailable
from tests.fakes.model_server import ModelServer, model_server

SHORT = Waits(first_token_s=0.3, gap_s=0.2, total_s=0.8, connect_s=0.5)


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with model_server() as server:
        yield server


@pytest.fixture
async def chat(server: ModelServer) -> AsyncIterator[OpenAIChat]:
    chat = OpenAIChat(server.url, waits=SHORT)
    yield chat
    await chat.close()


async def read(chat: OpenAIChat, asked: str, **options: object) -> list[ChatDelta]:
    stream = chat.stream([ChatMessage("user", asked)], max_tokens=200, temperature=0.0, options=options)
    return [delta async for delta in stream]


async def until(condition: object) -> None:
    async with asyncio.timeout(5):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.005)


async def test_text_finish_reason_and_usage_arrive(chat: OpenAIChat, server: ModelServer) -> None:
    deltas = await read(chat, "@@say=签收后七天内可以退货。@@")
    assert "".join(d.text for d in deltas) == "签收后七天内可以退货。"
    assert deltas[-1].finish_reason == "stop" or any(d.finish_reason == "stop" for d in deltas)
    usage = next(d.usage for d in deltas if d.usage is not None)
    assert usage.completion_tokens == 6 and server.state.counts["finished"] == 1
    assert server.state.last_request["model"] == "scripted", "the name is found out when none is configured"


async def test_the_connection_serves_one_question_after_another(chat: OpenAIChat) -> None:
    for _ in range(3):
        assert await read(chat, "@@say=好@@")
    connector = chat._client().connector
    assert connector is not None and len(connector._conns) == 1


async def test_a_connection_closed_while_it_lay_idle_costs_no_answer() -> None:
    """A model server ends idle connections by its own clock, perhaps just as the next question is on its way."""
    asked = 0

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        for turn in range(2):
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
            asked += 1
            if turn == 0:
                body = b'{"choices": [{"message": {"content": "ok"}}]}'
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                writer.write(head % len(body) + body)
        writer.close()

    server = await asyncio.start_server(closing, "127.0.0.1")
    chat = OpenAIChat(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", model="m", waits=SHORT)
    try:
        said = ["".join(delta.text for delta in await read(chat, "hello")) for _ in range(2)]
        assert (said, asked) == (["ok", "ok"], 3), "the second was asked again on a connection of its own"
    finally:
        await chat.close()
        server.close()


async def test_tokens_that_come_fast_are_gathered_but_the_first_is_not_kept_waiting(server: ModelServer) -> None:
    chat = OpenAIChat(server.url)
    loop = asyncio.get_running_loop()
    server.state.script = Script(first_token_ms=20, rate=500, tokens=100)
    began, moments = loop.time(), []
    stream = chat.stream([ChatMessage("user", "hello")], max_tokens=200, temperature=0)
    async for delta in stream:
        if delta.text:
            moments.append(loop.time() - began)
    await chat.close()
    assert len(moments) <= 25, "100 tokens in 200 ms come in about ten pieces"
    assert moments[0] < 0.15


@pytest.mark.parametrize(
    ("marks", "failure", "reason"),
    [
        ("@@status=503@@", ModelUnavailable, "status_503"),
        ("@@status=429@@", ModelUnavailable, "status_429"),
        ("@@status=400@@", ModelBroken, "status_400"),
        ("@@status=401@@", ModelBroken, "status_401"),
        ("@@fault=html@@", ModelBroken, "no_stream"),
        ("@@fault=bad_json@@", ModelBroken, "no_stream"),
        ("@@fault=cut@@", ModelBroken, "cut"),
        ("@@fault=cut@@@@after=0@@", ModelBroken, "cut"),
        ("@@fault=garbage@@", ModelBroken, "garbage"),
        ("@@fault=huge_line@@", ModelBroken, "line_too_long"),
        ("@@fault=error_event@@", ModelBroken, "error_event"),
        ("@@first_token_ms=2000@@", ModelTimeout, "first_token"),
        ("@@fault=hang@@", ModelTimeout, "gap"),
        ("@@rate=10@@", ModelTimeout, "total"),
    ],
)
async def test_every_misbehaviour_is_a_typed_failure(
    chat: OpenAIChat, server: ModelServer, marks: str, failure: type[ModelFailure], reason: str
) -> None:
    with pytest.raises(failure) as caught:
        await read(chat, marks)
    assert type(caught.value) is failure and caught.value.reason == reason
    await until(lambda: server.state.running == 0)
    assert await read(chat, "@@say=又好了@@"), "the next question is answered"


async def test_nobody_there_is_unavailable_and_soon_not_even_asked_any_more() -> None:
    chat = OpenAIChat("http://127.0.0.1:9/v1", model="m", waits=SHORT)
    reasons = []
    for _ in range(7):
        with pytest.raises(ModelUnavailable) as caught:
            await read(chat, "hello")
        reasons.append(caught.value.reason)
    assert reasons[0] == "connect" and reasons[-1] == "circuit_open"
    await chat.close()


def test_an_open_circuit_lets_one_try_through_and_closes_when_it_works() -> None:
    time = 0.0
    circuit = Circuit(failures=2, pause_s=3, clock=lambda: time)
    circuit.failed()
    assert circuit.lets_through()
    circuit.failed()
    assert not circuit.lets_through()
    time = 3.5
    assert circuit.lets_through() and not circuit.lets_through()
    circuit.succeeded()
    assert circuit.lets_through()


async def test_a_server_that_asks_for_a_little_time_is_asked_again_after_it(server: ModelServer) -> None:
    chat = OpenAIChat(server.url, waits=SHORT)
    loop = asyncio.get_running_loop()
    for status in (429, 503):
        server.state.counts["requests"], began = 0, loop.time()
        answered = await read(chat, f"@@status={status}@@@@times=1@@@@retry_after=0.1@@@@say=好@@")
        assert answered and loop.time() - began >= 0.1 and server.state.counts["requests"] == 2
    await chat.close()


@pytest.mark.parametrize("asked_for", ["60", "999999", "Wed, 01 Jan 2098 00:00:00 GMT"])
async def test_a_server_that_asks_for_much_time_is_left_alone_and_the_failure_told_at_once(
    chat: OpenAIChat, server: ModelServer, asked_for: str
) -> None:
    server.state.script = Script(first_token_ms=0, status=429, retry_after=asked_for)
    for reason in ("status_429", "asked_for_time", "asked_for_time"):
        with pytest.raises(ModelUnavailable) as caught:
            await read(chat, "hello")
        assert caught.value.reason == reason
    assert server.state.counts["requests"] == 1


async def test_a_server_that_asks_for_time_again_and_again_is_asked_twice(
    chat: OpenAIChat, server: ModelServer
) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        await read(chat, "@@status=429@@@@retry_after=0.01@@")
    assert caught.value.reason == "status_429" and server.state.counts["requests"] == 2


def test_what_a_server_asks_for_is_read_and_bounded() -> None:
    assert asked_to_wait_s("2") == 2 and asked_to_wait_s("0.5") == 0.5 and asked_to_wait_s("-3") == 0
    assert asked_to_wait_s("86400") == LONGEST_S == asked_to_wait_s("Wed, 01 Jan 2098 00:00:00 GMT")
    assert asked_to_wait_s("Wed, 01 Jan 2020 00:00:00 GMT") == 0
    assert [asked_to_wait_s(odd) for odd in (None, "", "soon", "nan")] == [None] * 4


async def test_leaving_early_makes_the_server_stop(chat: OpenAIChat, server: ModelServer) -> None:
    server.state.script = Script(first_token_ms=0, rate=20, tokens=1_000)
    stream = chat.stream([ChatMessage("user", "tell me everything")], max_tokens=2_000, temperature=0)
    async with aclosing(stream) as deltas:
        async for _ in deltas:
            break
    await until(lambda: server.state.counts["aborted"] == 1 and server.state.running == 0)


async def test_cancelling_the_reader_makes_the_server_stop(chat: OpenAIChat, server: ModelServer) -> None:
    task = asyncio.create_task(read(chat, "@@fault=hang@@@@after=2@@"))
    await until(lambda: server.state.running == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: server.state.counts["aborted"] == 1)


async def test_a_server_that_does_not_stream_is_read_in_one_piece(chat: OpenAIChat) -> None:
    deltas = await read(chat, "@@fault=no_stream@@@@say=一次说完@@")
    assert [d.text for d in deltas] == ["一次说完"]


async def test_thoughts_are_not_passed_on(chat: OpenAIChat) -> None:
    deltas = await read(chat, "@@fault=thinking@@@@after=999@@@@say=答案@@")
    assert "".join(d.text for d in deltas) == "答案"


def test_text_that_only_looks_like_a_thought_is_shown() -> None:
    hidden = ThoughtsHidden()
    assert hidden.feed("<thi") == "" and hidden.feed("s is fine>") == "<this is fine>"
    assert hidden.feed(" <think>") == " <think>", "only an opening block counts"


async def test_tool_calls_come_through(chat: OpenAIChat) -> None:
    tools = [{"type": "function", "function": {"name": "find_order", "parameters": {}}}]
    deltas = await read(chat, '@@call={"id": 1}@@@@say=好@@', tools=tools)
    calls = [call for delta in deltas for call in delta.tool_calls]
    assert calls[0]["function"] == {"name": "find_order", "arguments": '{"id": 1}'}
