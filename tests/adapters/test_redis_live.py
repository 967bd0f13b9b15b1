"""Live streams between two processes, and what is left of them while Redis is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis

from app.adapters.embedded.redis import RedisServer
from app.adapters.redis_live import MOST_UNREAD, PREFIX, Mailbox, RedisLive

LONG_S = 20.0


@pytest.fixture
async def here(redis_url: str) -> AsyncIterator[RedisLive]:
    """The streams of one process."""
    live = RedisLive(redis_url)
    yield live
    await live.stop()


@pytest.fixture
async def there(redis_url: str) -> AsyncIterator[RedisLive]:
    """The streams of another process."""
    live = RedisLive(redis_url)
    yield live
    await live.stop()


async def read(mailbox: Mailbox, count: int) -> list[bytes]:
    """The next entries, waiting for them."""
    found: list[bytes] = []
    async with asyncio.timeout(LONG_S):
        while len(found) < count:
            found += await mailbox.batch(LONG_S) or []
    return found


async def listening(live: RedisLive) -> None:
    """Waits until entries of other processes arrive."""
    probe = await live.follow("probe")
    async with asyncio.timeout(LONG_S):
        other = redis.asyncio.Redis(connection_pool=live._writing.connection_pool)
        while (await other.pubsub_numsub(f"{PREFIX}node:{live.node}"))[0][1] == 0:
            await asyncio.sleep(0)
    probe.close()


async def test_a_reader_in_the_same_process_has_an_entry_at_once(here: RedisLive) -> None:
    mailbox = await here.follow("c:1")
    here.append("c:1", b"one")
    here.append("c:2", b"not for this reader")
    assert await mailbox.batch(0) == [b"one"]


async def test_readers_elsewhere_get_every_entry_in_order_and_nobody_hears_himself(
    here: RedisLive, there: RedisLive
) -> None:
    await listening(there)
    mine, theirs, tab = await here.follow("c:1"), await there.follow("c:1"), await there.follow("c:1")
    sent = [b"%d\nline" % n for n in range(500)]
    for data in sent:
        here.append("c:1", data)
    assert await read(theirs, 500) == sent and await read(tab, 500) == sent
    assert await read(mine, 500) == sent
    there.append("c:1", b"back")
    assert await read(mine, 1) == [b"back"]


async def test_late_comers_find_the_entries_since_the_last_fresh_one(here: RedisLive, there: RedisLive) -> None:
    for data, fresh in ((b"old", False), (b"start", True), (b"more", False)):
        here.append("c:1", data, fresh=fresh)
    assert await here.entries("c:1") == [b"start", b"more"]
    assert await there.entries("c:1") == [b"start", b"more"] and await there.entries("c:2") == []


async def test_closing_wakes_a_waiting_reader_and_the_place_is_given_back(here: RedisLive, redis_url: str) -> None:
    mailbox = await here.follow("c:1")
    waiting = asyncio.create_task(mailbox.batch(LONG_S))
    await asyncio.sleep(0)
    mailbox.close()
    mailbox.close()
    assert await waiting is None and await mailbox.batch(LONG_S) is None
    await here.entries("c:1")  # writes what waits
    with redis.Redis.from_url(redis_url) as client:
        assert client.smembers(f"{PREFIX}c:1:readers") == set()


async def test_silence_is_an_empty_batch(here: RedisLive) -> None:
    mailbox = await here.follow("c:1")
    assert await mailbox.batch(0.001) == []


async def test_a_reader_who_lags_too_far_behind_is_told_to_look(here: RedisLive) -> None:
    mailbox = await here.follow("c:1")
    for n in range(MOST_UNREAD + 1):
        here.append("c:1", b"%d" % n)
    assert await mailbox.batch(LONG_S) == []
    here.append("c:1", b"after")
    assert await mailbox.batch(LONG_S) == [b"after"]


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that the test may stop."""
    server = RedisServer(tmp_path, durable=False)
    server.start()
    yield server
    server.stop()


async def healthy(live: RedisLive, wanted: bool) -> None:
    """Waits for a change of health."""
    async with asyncio.timeout(LONG_S):
        while live.healthy is not wanted:
            await asyncio.sleep(0.01)


async def test_without_redis_this_process_goes_on_and_readers_look_when_it_is_back(own_redis: RedisServer) -> None:
    here, there = RedisLive(own_redis.url), RedisLive(own_redis.url)
    try:
        await listening(there)
        mine, theirs = await here.follow("c:1"), await there.follow("c:1")
        own_redis.stop()
        await healthy(there, False)
        here.append("c:1", b"alone")
        assert await mine.batch(LONG_S) == [b"alone"]
        assert await here.entries("c:1") == []
        await healthy(here, False)
        own_redis.start()
        await healthy(here, True)
        await healthy(there, True)
        assert await mine.batch(LONG_S) == []
        assert await theirs.batch(LONG_S) in ([], [b"alone"])
        async with asyncio.timeout(LONG_S):
            while b"together" not in (await theirs.batch(0.05) or []):
                here.append("c:1", b"together")
    finally:
        await here.stop()
        await there.stop()
