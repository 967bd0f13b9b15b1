"""Whether the parts Kefu stands on answer right now."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Probe = Callable[[], Awaitable[None]]
PROBE_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class HealthTools:
    """One probe per part; a probe raises when its part does not answer."""

    probes: dict[str, Probe]


async def readiness(tools: HealthTools) -> dict[str, str]:
    """Each part's name with `ok` or the kind of failure; every probe has 2 s."""

    async def ask(probe: Probe) -> str:
        try:
            await asyncio.wait_for(probe(), PROBE_TIMEOUT_S)
        except Exception as error:
            return type(error).__name__
        return "ok"

    states = await asyncio.gather(*(ask(probe) for probe in tools.probes.values()))
    return dict(zip(tools.probes, states, strict=True))
