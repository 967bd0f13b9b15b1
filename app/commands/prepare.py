"""What must be so before the first request: the newest schema, and on the first start the demo company."""

import asyncio
from pathlib import Path

from app.commands.demo import demo_is_settled, load_demo
from app.commands.demo_tools import point_demo_tools, tools_to_point
from app.kernel.settings import PROJECT_ROOT, Settings, signing_secret
from app.wiring import switchboard

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
    fresh = demo and not demo_is_settled(settings.data_dir)
    if fresh or (demo and tools_to_point(settings.data_dir) is not None):
        asyncio.run(_load_demo(settings, fresh=fresh))


async def _load_demo(settings: Settings, *, fresh: bool) -> None:
    async with switchboard(settings) as board:
        if fresh:
            await load_demo(board)
        await point_demo_tools(board)
