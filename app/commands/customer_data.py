"""`kefu customer export` and `kefu customer erase`: what is kept of one customer, given out or forgotten."""

from pathlib import Path

from app.commands.workplace import with_switchboard
from app.training.customers.service import Report, erase_customer, export_customer
from app.training.tools import TrainingTools
from app.wiring import Switchboard


def export(data_dir: Path | None, user_id: str, target: Path) -> None:
    """Writes everything kept of a customer into a zip."""

    async def work(board: Switchboard) -> bytes:
        return await export_customer(board.tools[TrainingTools], user_id, None)

    target.write_bytes(with_switchboard(data_dir, work))


def erase(data_dir: Path | None, user_id: str) -> Report:
    """Forgets a customer; safe to do again."""

    async def work(board: Switchboard) -> Report:
        return await erase_customer(board.tools[TrainingTools], user_id, None)

    return with_switchboard(data_dir, work)
