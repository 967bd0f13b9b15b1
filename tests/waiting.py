"""Waiting for what other processes do: look again and again, up to a limit, instead of sleeping and hoping."""

import asyncio
import time
from collections.abc import Awaitable, Callable

LONGEST_WAIT_S = 60.0


async def until(condition: Callable[[], Awaitable[bool]], what: str, longest_s: float = LONGEST_WAIT_S) -> None:
    """Returns once the condition holds; fails after the limit with what was waited for."""
    deadline = time.monotonic() + longest_s
    while not await condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.02)
