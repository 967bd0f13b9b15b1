"""Trying again while a store is away: what was said must not be lost because a database restarts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from app.conversations.errors import NotOurs
from app.kernel.logging import get_logger

T = TypeVar("T")
log = get_logger(__name__)


async def patiently(waits_s: Sequence[float], attempt: Callable[[], Awaitable[T]]) -> T:
    """The result of the first attempt that succeeds; raises what the last one raised, and NotOurs at once."""
    for wait_s in waits_s:
        try:
            return await attempt()
        except NotOurs:
            raise
        except Exception as error:
            log.warning("tried_again", error=type(error).__name__, wait_s=wait_s)
            await asyncio.sleep(wait_s)
    return await attempt()
