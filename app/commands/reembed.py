"""`kefu reembed`: fills another embedder here and now, beside a running Kefu or without one."""

import asyncio
from pathlib import Path

from app.commands.workplace import with_switchboard
from app.kernel.errors import AppError
from app.kernel.texts import has_text, text
from app.knowledge import (
    EmbedderTools,
    Run,
    RunState,
    chosen_candidate,
    open_run,
    overview,
    refusal,
    resume,
    switch,
    work,
)
from app.wiring import Switchboard

LOOK_EVERY_S = 0.5


class ReembedFailed(AppError):
    """The run stands still or was given up; it can be resumed."""

    code, status = "reembed_failed", 500


def reembed_now(
    data_dir: Path | None,
    kind: str | None,
    model: str | None,
    *,
    then_switch: bool = False,
    override: str | None = None,
    go_on: bool = False,
) -> dict[str, object]:
    """How the run came out. Raises ReembedRunning, NoEmbeddingServer, EmbedderUnavailable, ReembedFailed, GateRefused.

    go_on: resumes the run that stands still, or shares in one that is filling, instead of beginning one.
    """

    async def do(board: Switchboard) -> dict[str, object]:
        tools: EmbedderTools = board.tools[EmbedderTools]
        if not go_on:
            await open_run(tools, await chosen_candidate(tools, kind, model))
        run = await _through(tools, resume_first=go_on)
        if then_switch and run.state is RunState.READY:
            switched = await switch(tools, run.id, override=override)
            if not switched.at_once:
                await _through(tools, resume_first=False)
        seen = await overview(tools)
        card = next(one for one in seen.cards if one.id == run.embedder_id)
        assert seen.run is not None
        return {
            "embedder_id": card.id,
            "kind": card.kind,
            "model": card.model,
            "state": card.state,
            "run": seen.run.state.value,
            "threshold": card.threshold,
            "gate": "; ".join(refusal(seen.run)) or "open",
        }

    return with_switchboard(data_dir, do)


async def _through(tools: EmbedderTools, *, resume_first: bool) -> Run:
    """Works with whatever other workers there are until the run is ready, switched or stands still."""
    run = (await overview(tools)).run
    if run is None:
        raise ReembedFailed(reason="no run")
    if resume_first and run.state in (RunState.PAUSED, RunState.FAILED):
        await resume(tools, run.id)
    while True:
        await work(tools, run.id)
        found = (await overview(tools)).run
        assert found is not None
        if found.state in (RunState.READY, RunState.SWITCHED):
            return found
        if found.state is not RunState.RUNNING:
            code = f"errors.{found.error_code}"
            told = text(code, "en", **found.error_values) if has_text(code) else found.state.value
            raise ReembedFailed(reason=told)
        await asyncio.sleep(LOOK_EVERY_S)
