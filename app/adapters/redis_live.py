"""Live streams over Redis: one writing and one listening connection per process, whatever the number of readers.

Entries reach the readers of this process at once. For the others one script call carries everything that came
within a few milliseconds: it keeps each entry in the key's Redis stream (for those who join later) and publishes it
to the channel of every other process that has readers for the key. Processes without readers hear nothing, and no
process hears itself.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.kernel.ids import new_id
from app.kernel.logging import get_logger

log = get_logger(__name__)
PREFIX = "kefu:live:"
FLUSH_EVERY_S = 0.008
FLUSH_ALONE_EVERY_S = 0.1
TIMEOUT_S = 0.5
TELL_AGAIN_EVERY_S = 30.0
KEPT_S = 900
KEPT_ENTRIES = 5_000
MOST_WAITING = 20_000  # entries held back while Redis does not answer
MOST_UNREAD = 2_000  # entries a slow reader may lag behind

# ARGV: this process, then (what, key, data) again and again.
SCRIPT = f"""
local me, heard = ARGV[1], 0
for i = 2, #ARGV, 3 do
  local what, key, data = ARGV[i], '{PREFIX}' .. ARGV[i + 1], ARGV[i + 2]
  if what == 'join' then
    redis.call('SADD', key .. ':readers', me)
    redis.call('EXPIRE', key .. ':readers', {int(TELL_AGAIN_EVERY_S) * 4})
  elseif what == 'leave' then
    redis.call('SREM', key .. ':readers', me)
  else
    if what == 'fresh' then redis.call('DEL', key) end
    redis.call('XADD', key, 'MAXLEN', '~', {KEPT_ENTRIES}, '*', 'd', data)
    redis.call('EXPIRE', key, {KEPT_S})
    for _, node in ipairs(redis.call('SMEMBERS', key .. ':readers')) do
      if node ~= me then
        heard = heard + redis.call('PUBLISH', '{PREFIX}node:' .. node, ARGV[i + 1] .. '\\n' .. data)
      end
    end
  end
end
return heard
"""


class Mailbox:
    """See `Following`: what one reader has not taken yet."""

    def __init__(self, live: "RedisLive", key: str) -> None:
        self._live, self.key = live, key
        self._unread: deque[bytes] = deque()
        self._look = False
        self._closed = False
        self._waiter: asyncio.Future[None] | None = None

    async def batch(self, timeout_s: float) -> list[bytes] | None:
        """See the port."""
        if not (self._unread or self._look or self._closed):
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(timeout_s, self._wake)
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
        if self._closed:
            return None
        found = list(self._unread)
        self._unread.clear()
        if self._look:
            self._look = False
            return []
        return found

    def put(self, data: bytes) -> None:
        """Adds an entry; a reader who lags too far behind is told to look at the truth instead."""
        self._unread.append(data)
        if len(self._unread) > MOST_UNREAD:
            self.look_again()
        self._wake()

    def look_again(self) -> None:
        """Entries may be missing: the next batch is empty."""
        self._unread.clear()
        self._look = True
        self._wake()

    def close(self) -> None:
        """See the port."""
        if not self._closed:
            self._closed = True
            self._live.forget(self)
            self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class RedisLive:
    """The live streams of one process: connects when first used; `stop` at the end."""

    def __init__(self, redis_url: str) -> None:
        self.node = str(new_id())
        options: dict[str, Any] = {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S}
        self._writing = Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0), **options)
        self._listening = Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=TIMEOUT_S)
        self._script = self._writing.register_script(SCRIPT)
        self._followers: dict[str, set[Mailbox]] = {}
        self._waiting: list[str | bytes] = []
        self._work = asyncio.Event()
        self._flushed: list[asyncio.Future[None]] = []
        self._writer: asyncio.Task[None] | None = None
        self._listener: asyncio.Task[None] | None = None
        self._written = self._heard = True
        self._told_at = float("inf")
        self._heard_elsewhere = False
        self._later: asyncio.TimerHandle | None = None

    @property
    def healthy(self) -> bool:
        """See the port."""
        return self._written and self._heard

    async def stop(self) -> None:
        """Closes every reader, writes what is left if Redis answers, and ends."""
        for followers in list(self._followers.values()):
            for mailbox in list(followers):
                mailbox.close()
        with suppress(RedisError, OSError, TimeoutError):
            await self._flush()
        tasks = [task for task in (self._writer, self._listener) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._writing.aclose()
        await self._listening.aclose()

    def append(self, key: str, data: bytes, *, fresh: bool = False, soon: bool = True) -> None:
        """See the port."""
        for mailbox in self._followers.get(key, ()):
            mailbox.put(data)
        self._enqueue("fresh" if fresh else "add", key, data, soon or self._heard_elsewhere)

    async def follow(self, key: str, *, wait: bool = True) -> Mailbox:
        """See the port."""
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        mailbox = Mailbox(self, key)
        followers = self._followers.setdefault(key, set())
        followers.add(mailbox)
        if len(followers) == 1:
            self._enqueue("join", key, b"")
        if wait and self._written:
            written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._flushed.append(written)
            self._work.set()
            await written
        return mailbox

    def forget(self, mailbox: Mailbox) -> None:
        """Takes a reader out; called by its own `close`."""
        followers = self._followers.get(mailbox.key, set())
        followers.discard(mailbox)
        if not followers and self._followers.pop(mailbox.key, None) is not None:
            self._enqueue("leave", mailbox.key, b"")

    async def entries(self, key: str) -> list[bytes]:
        """See the port."""
        try:
            if self._waiting:
                await self._flush()
            found: Any = await self._writing.xrange(PREFIX + key)
        except (RedisError, OSError, TimeoutError):
            return []
        return [fields[b"d"] for _, fields in found]

    def _enqueue(self, what: str, key: str, data: bytes, soon: bool = True) -> None:
        if len(self._waiting) > 3 * MOST_WAITING:
            del self._waiting[: 3 * MOST_WAITING // 2]
        self._waiting += (what, key, data)
        if soon:
            self._work.set()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(FLUSH_ALONE_EVERY_S, self._work.set)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def _flush(self) -> None:
        self._work.clear()
        if self._later is not None:
            self._later.cancel()
            self._later = None
        waiting, self._waiting = self._waiting, []
        flushed, self._flushed = self._flushed, []
        try:
            if waiting:
                self._heard_elsewhere = bool(await self._script(args=[self.node, *waiting]))
        finally:
            for one in flushed:
                if not one.done():
                    one.set_result(None)

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        self._told_at = loop.time()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(TELL_AGAIN_EVERY_S):
                    await self._work.wait()
            try:
                if loop.time() - self._told_at > TELL_AGAIN_EVERY_S or not self._written:
                    await self._tell_again()
                    self._told_at = loop.time()
                await self._flush()
                await asyncio.sleep(FLUSH_EVERY_S)
            except (RedisError, OSError, TimeoutError) as error:
                if self._written:
                    log.warning("live_writing_failed", error=type(error).__name__)
                self._written = False
                self._work.set()
                await asyncio.sleep(TIMEOUT_S)

    async def _tell_again(self) -> None:
        """Redis may have been emptied or restarted: says anew what this process reads."""
        args: list[str | bytes] = [self.node]
        for key in list(self._followers):
            args += ("join", key, b"")
        await self._script(args=args)
        if not self._written:
            self._written = True
            self._look_again()

    async def _listen(self) -> None:
        channel = f"{PREFIX}node:{self.node}"
        while True:
            try:
                async with self._listening.pubsub(ignore_subscribe_messages=False) as pubsub:
                    await pubsub.subscribe(channel)
                    async for message in pubsub.listen():
                        if message["type"] == "subscribe":
                            self._connected()
                        elif message["type"] == "message":
                            self._deliver(message["data"])
            except (RedisError, OSError, TimeoutError) as error:
                if self._heard:
                    log.warning("live_listening_failed", error=type(error).__name__)
                self._heard = False
            await asyncio.sleep(TIMEOUT_S)

    def _connected(self) -> None:
        if not self._heard:
            self._heard = True
            self._told_at = float("-inf")
            self._work.set()
            self._look_again()

    def _deliver(self, message: bytes) -> None:
        key, _, data = message.partition(b"\n")
        for mailbox in self._followers.get(key.decode(), ()):
            mailbox.put(data)

    def _look_again(self) -> None:
        for followers in self._followers.values():
            for mailbox in followers:
                mailbox.look_again()
