"""A stream of events ends what feeds it: when the reader leaves, and with a goodbye when the server stops."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from app.kernel.web import BYE, _until_stopping


class Source:
    """Says one thing, then waits for ever; `ended` once nothing of it is left running."""

    def __init__(self) -> None:
        self.waits = asyncio.Event()
        self.ended = asyncio.Event()

    async def events(self) -> AsyncGenerator[bytes, None]:
        try:
            yield b"one"
            self.waits.set()
            await asyncio.Event().wait()
        finally:
            self.ended.set()


async def test_a_reader_who_leaves_ends_the_source_where_it_waits() -> None:
    source, heard = Source(), list[bytes]()

    async def read() -> None:
        async for event in _until_stopping(source.events(), asyncio.Event(), None):
            heard.append(event)

    reading = asyncio.create_task(read())
    await asyncio.wait_for(source.waits.wait(), 5)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await asyncio.wait_for(source.ended.wait(), 5)
    assert heard == [b"one"]


async def test_a_server_that_stops_says_goodbye() -> None:
    source, stopping, heard = Source(), asyncio.Event(), list[bytes]()
    async for event in _until_stopping(source.events(), stopping, None):
        heard.append(event)
        stopping.set()
    await asyncio.wait_for(source.ended.wait(), 5)
    assert heard[-1] == BYE and set(heard) <= {b"one", BYE}
