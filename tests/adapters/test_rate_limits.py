"""Rate limits across processes, and alone while Redis is away."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.adapters.rate_limits import NoLimits, RedisLimits
from app.kernel.errors import TooManyRequests
from app.kernel.limits import Allowance

THREE = Allowance("three", per_minute=3)


@pytest.fixture(params=["with redis", "without redis"])
async def limits(request: pytest.FixtureRequest, redis_url: str, tmp_path: Path) -> AsyncIterator[RedisLimits]:
    """Limits over a Redis that answers, or over none."""
    found = RedisLimits(redis_url if request.param == "with redis" else f"unix://{tmp_path}/none.sock")
    yield found
    await found.close()


async def test_what_is_beyond_the_allowance_has_to_wait(limits: RedisLimits) -> None:
    for _ in range(3):
        await limits.take(THREE, "me")
    with pytest.raises(TooManyRequests) as caught:
        await limits.take(THREE, "me")
    assert 1 <= (caught.value.retry_after_s or 0) <= 60
    await limits.take(THREE, "somebody else")
    await limits.take(Allowance("other", per_minute=3), "me")


async def test_processes_count_together(redis_url: str) -> None:
    one, two = RedisLimits(redis_url), RedisLimits(redis_url)
    for limits in (one, two, one):
        await limits.take(THREE, "me")
    with pytest.raises(TooManyRequests):
        await two.take(THREE, "me")
    await one.close()
    await two.close()


async def test_no_limits_never_refuse() -> None:
    for _ in range(100):
        await NoLimits().take(THREE, "me")
    await NoLimits().close()
