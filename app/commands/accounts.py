"""`kefu admin …`, `kefu api-key …` and `kefu audit …`: who may come in, and what they did."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.accounts import (
    AccountTools,
    FactorTools,
    Permission,
    Role,
    Verdict,
    create_api_key,
    create_staff,
    reset_by_email,
    seal_trail,
    verify_trail,
)
from app.commands.workplace import with_switchboard
from app.kernel.clock import now
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


def scopes_of(named: list[str] | None) -> list[Permission] | None:
    """Scopes by name. Raises ValueError that tells those there are."""
    known = {one.value: one for one in Permission}
    if unknown := sorted(set(named or ()) - set(known)):
        raise ValueError(f"{', '.join(unknown)}: no such scope; there are {', '.join(sorted(known))}")
    return [known[one] for one in named] if named else None


def expiry(told: str | None) -> datetime | None:
    """90d and 12h from now, or the beginning of a day, UTC. Raises ValueError."""
    if told is None:
        return None
    number, unit = told[:-1], told[-1:]
    if number.isdigit() and unit in ("d", "h"):
        return now() + (timedelta(days=int(number)) if unit == "d" else timedelta(hours=int(number)))
    try:
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"{told}: write 90d, 12h, or a date such as 2027-01-31") from None


def create_key(
    data_dir: Path | None, role: str, name: str, scopes: list[Permission] | None, expires_at: datetime | None
) -> str:
    """A new API key, told only here. Raises ScopeBeyondRole, KeyOver."""

    async def work(board: Switchboard) -> str:
        tools = board.tools[AccountTools]
        _, key = await create_api_key(tools, Role(role), name, None, scopes=scopes, expires_at=expires_at)
        return key

    return with_switchboard(data_dir, work)


def verify_audit(data_dir: Path | None) -> Verdict:
    """Seals what is new in the audit trail and goes along the whole chain."""

    async def work(board: Switchboard) -> Verdict:
        await seal_trail(board.database)
        return await verify_trail(board.database)

    return with_switchboard(data_dir, work)
