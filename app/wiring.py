"""The switchboard: which adapter stands behind each port, and who listens to which event."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from app.accounts import AccountTools, Company, load_company
from app.adapters.blob_store import open_blob_store
from app.adapters.celery_queue import CeleryQueue
from app.adapters.openpyxl_sheets import OpenpyxlSheets
from app.adapters.parsing.client import TemplateParser
from app.analytics import HealthTools
from app.jobs import JobStopped, JobTools
from app.kernel.database import Database
from app.kernel.events import Announcer
from app.kernel.settings import Settings, signing_secret
from app.knowledge import DocumentTools, Embedders, FaqTools, SearchTools, SourceLinks, note_stopped_job


@dataclass(frozen=True)
class Switchboard:
    """Everything one process works with; `tools` maps a room's tools class to its instance."""

    settings: Settings
    database: Database
    tools: dict[type, Any]


@asynccontextmanager
async def switchboard(settings: Settings) -> AsyncIterator[Switchboard]:
    """Builds every room's tools for one process, and closes what must be closed."""
    assert settings.database_url is not None, "the stores are started before the switchboard"
    assert settings.redis_url is not None, "the stores are started before the switchboard"
    database = Database(settings.database_url, settings.database_pool)
    announcer = Announcer()
    announcer.listen(JobStopped, note_stopped_job)
    links = SourceLinks(signing_secret(settings))
    bell = CeleryQueue(settings.redis_url)
    jobs = JobTools(database, bell, announcer)
    parser = TemplateParser(wall_s=settings.parse_wall_s, memory_mb=settings.parse_memory_mb)
    search = SearchTools(database, Embedders(database))
    documents = DocumentTools(
        database, jobs, open_blob_store(settings), parser, search, links, settings.upload_limit_mb
    )
    accounts = AccountTools(database, settings.session_hours, settings.secure_cookies)
    health = HealthTools({"database": database.ping})
    tools: dict[type, Any] = {
        AccountTools: accounts,
        Announcer: announcer,
        Company: load_company(settings),
        HealthTools: health,
        DocumentTools: documents,
        FaqTools: FaqTools(search, OpenpyxlSheets()),
        JobTools: jobs,
        SearchTools: search,
        SourceLinks: links,
    }
    try:
        yield Switchboard(settings, database, tools)
    finally:
        await parser.close()
        bell.close()
        await database.close()
