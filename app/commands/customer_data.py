"""`kefu customer export` and `kefu customer erase`: what is kept of one customer, given out or forgotten."""

import asyncio
from pathlib import Path

from app.commands.workplace import with_switchboard
from app.jobs import get_job
from app.training.customers.domain import Report, Wanted
from app.training.customers.erasing import do_erasure, get_erasure, order_erasure
from app.training.customers.service import export_customer
from app.training.tools import TrainingTools
from app.wiring import Switchboard

LOOK_EVERY_S = 0.3


def export(data_dir: Path | None, wanted: Wanted, target: Path) -> None:
    """Writes everything kept of a customer into a zip."""

    async def work(board: Switchboard) -> bytes:
        return await export_customer(board.tools[TrainingTools], wanted, None)

    target.write_bytes(with_switchboard(data_dir, work))


def erase(data_dir: Path | None, wanted: Wanted, reason: str) -> Report | str:
    """Forgets a customer, here or in the worker that was quicker; gives the code of a failure. Safe to do again."""

    async def work(board: Switchboard) -> Report | str:
        tools = board.tools[TrainingTools]
        ordered = await order_erasure(tools, wanted, reason, None)
        await do_erasure(tools, ordered.job_id)
        while (job := await get_job(tools.database, ordered.job_id)).finished_at is None:  # noqa: ASYNC110 - a worker
            await asyncio.sleep(LOOK_EVERY_S)
        return (await get_erasure(tools, ordered.id)).report or job.error_code or job.state.value

    return with_switchboard(data_dir, work)
