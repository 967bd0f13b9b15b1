"""`kefu admin create` and `kefu api-key create`: the first people and programs that may come in."""

from pathlib import Path

from app.accounts import AccountTools, FactorTools, Role, create_api_key, create_staff, reset_by_email
from app.commands.workplace import with_switchboard
from app.wiring import Switchboard


def create_account(data_dir: Path | None, email: str, password: str, role: str, name: str) -> str:
    """A new staff account; gives back its id. Raises EmailTaken, WeakPassword."""

    async def work(board: Switchboard) -> str:
        staff = await create_staff(board.tools[AccountTools], email, name, Role(role), password)
        return str(staff.id)

    return with_switchboard(data_dir, work)


def clear_second_factor(data_dir: Path | None, email: str) -> bool:
    """Lets somebody in by the password alone again; whether there was a second factor."""

    async def work(board: Switchboard) -> bool:
        return await reset_by_email(board.tools[FactorTools], email)

    return with_switchboard(data_dir, work)


def create_key(data_dir: Path | None, role: str, name: str) -> str:
    """A new API key, told only here."""

    async def work(board: Switchboard) -> str:
        _, key = await create_api_key(board.tools[AccountTools], Role(role), name, None)
        return key

    return with_switchboard(data_dir, work)
