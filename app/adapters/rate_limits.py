"""Rate limits with the `limits` package: counted in Redis, in this process's memory while Redis does not answer."""

import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import RateLimiter, SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from app.kernel.errors import TooManyRequests
from app.kernel.limits import Allowance
from app.kernel.logging import get_logger

log = get_logger(__name__)
TIMEOUT_S = 0.5
TRY_REDIS_AGAIN_S = 5.0


class NoLimits:
    """Everything is allowed: `KEFU_RATE_LIMITS=off`, for benchmarks."""

    async def take(self, allowance: Allowance, who: str) -> None:
        """See the port."""

    async def close(self) -> None:
        """See the port."""


class RedisLimits:
    """Sliding windows of a minute."""

    def __init__(self, redis_url: str) -> None:
        url = redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url
        self._pool = ConnectionPool.from_url(redis_url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        storage = RedisStorage(
            "async+" + url,
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix="kefu:limits",
            connection_pool=self._pool,  # type: ignore[arg-type]  # documented, but the hint names plain options only
        )
        self._shared: RateLimiter = SlidingWindowCounterRateLimiter(storage)
        self._own: RateLimiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._own_until = 0.0

    async def take(self, allowance: Allowance, who: str) -> None:
        """See the port."""
        item = RateLimitItemPerMinute(allowance.per_minute)
        limiter = self._own if time.monotonic() < self._own_until else self._shared
        try:
            allowed = await limiter.hit(item, allowance.name, who)
        except StorageError:
            log.warning("limits_in_memory")
            self._own_until = time.monotonic() + TRY_REDIS_AGAIN_S
            limiter = self._own
            allowed = await limiter.hit(item, allowance.name, who)
        if not allowed:
            wait_s = await self._wait_s(limiter, item, allowance.name, who)
            raise TooManyRequests(seconds=wait_s, retry_after_s=wait_s)

    async def close(self) -> None:
        """See the port."""
        await self._pool.disconnect()

    async def _wait_s(self, limiter: RateLimiter, item: RateLimitItemPerMinute, name: str, who: str) -> int:
        try:
            reset_at = (await limiter.get_window_stats(item, name, who)).reset_time
        except StorageError:
            return 60
        return min(60, max(1, round(reset_at - time.time()) + 1))
