"""What must be so before the first request: the newest schema, and on the first start the demo company."""

import asyncio
import json
import os
import secrets
from pathlib import Path
from typing import Any

from app.accounts import AccountTools, Role, create_staff
from app.accounts.errors import EmailTaken
from app.kernel.settings import PROJECT_ROOT, Settings, signing_secret
from app.wiring import Switchboard, switchboard

DEMO_STAFF = {
    "admin@demo.kefu": ("管理员 Admin", Role.ADMIN),
    "supervisor@demo.kefu": ("周主管 Supervisor", Role.SUPERVISOR),
    "agent@demo.kefu": ("林晓 Agent", Role.AGENT),
}
SIGN_INS = "demo-sign-ins.json"
SCHEMA_STAMP = "schema-stamp"


def prepare(settings: Settings, *, demo: bool, schema_stamp: Path | None = None) -> None:
    """Migrates, makes the signing secret, loads the demo once. Cut short, it goes on at the next start.

    `schema_stamp` remembers the newest migration, so that an ordinary start need not ask the database.
    """
    assert settings.database_url is not None
    newest = max(path.name for path in (PROJECT_ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    if schema_stamp is None or not schema_stamp.exists() or schema_stamp.read_text(encoding="utf-8") != newest:
        from app.commands.migrate import migrate  # Alembic is not needed on an ordinary start

        migrate(settings.database_url)
        if schema_stamp is not None:
            schema_stamp.write_text(newest, encoding="utf-8")
    signing_secret(settings)
    if demo and not _read(settings.data_dir).get("loaded"):
        asyncio.run(_load_demo(settings))


def demo_sign_ins(data_dir: Path) -> dict[str, str]:
    """E-mail to password of the demo staff; empty when there is none."""
    found: dict[str, str] = _read(data_dir).get("sign_ins", {})
    return found


def forget_demo(data_dir: Path) -> None:
    """The demo is gone and stays gone: the next start does not load it again."""
    _write(data_dir, {"loaded": True, "sign_ins": {}})


async def _load_demo(settings: Settings) -> None:
    sign_ins = demo_sign_ins(settings.data_dir) or {email: secrets.token_urlsafe(9) for email in DEMO_STAFF}
    # Written first: a cut run finds its own passwords again.
    _write(settings.data_dir, {"loaded": False, "sign_ins": sign_ins})
    async with switchboard(settings) as board:
        for email, (name, role) in DEMO_STAFF.items():
            try:
                await create_staff(board.tools[AccountTools], email, name, role, sign_ins[email])
            except EmailTaken:
                continue
        await _load_company(board)
    _write(settings.data_dir, {"loaded": True, "sign_ins": sign_ins})


async def _load_company(board: Switchboard) -> None:
    return None


def _read(data_dir: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((data_dir / SIGN_INS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _write(data_dir: Path, content: dict[str, Any]) -> None:
    draft = data_dir / (SIGN_INS + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
    draft.replace(data_dir / SIGN_INS)
