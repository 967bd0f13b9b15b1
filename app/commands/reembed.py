"""`kefu reembed`: does the job here and now, beside a running Kefu or without one."""

import asyncio
from pathlib import Path

from app.commands.workplace import with_switchboard
from app.jobs import JobState, get_job
from app.kernel.errors import AppError
from app.knowledge import EmbedderTools, list_embedders, open_reembed, reembed
from app.wiring import Switchboard


class ReembedFailed(AppError):
    """The job ended without a switch."""

    code, status = "reembed_failed", 500


def reembed_now(data_dir: Path | None, kind: str | None, model: str | None) -> dict[str, object]:
    """The embedder that is now present. Raises ReembedRunning, NoEmbeddingServer, ReembedFailed."""

    async def work(board: Switchboard) -> dict[str, object]:
        tools: EmbedderTools = board.tools[EmbedderTools]
        opened = await open_reembed(tools, kind, model)
        await reembed(tools, opened.job_id)
        job = await get_job(tools.database, opened.job_id)
        while job.state in (JobState.QUEUED, JobState.RUNNING):
            # A worker of the running Kefu was faster; its job is the same one.
            await asyncio.sleep(0.5)
            job = await get_job(tools.database, opened.job_id)
        if job.state is not JobState.SUCCEEDED:
            raise ReembedFailed(reason=job.error_code or job.state.value)
        card = (await list_embedders(tools))[0]
        return {"embedder_id": card.id, "kind": card.kind, "model": card.model, "threshold": card.threshold}

    return with_switchboard(data_dir, work)
