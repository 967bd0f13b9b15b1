"""The switchboard: which adapter stands behind each port, and who listens to which event."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from app.accounts import AccountTools, Company, load_company
from app.adapters.blob_store import open_blob_store
from app.adapters.celery_queue import CeleryQueue
from app.adapters.openai_chat import OpenAIChat, Waits
from app.adapters.openpyxl_sheets import OpenpyxlSheets
from app.adapters.parsing.client import TemplateParser
from app.analytics import HealthTools
from app.answering import AnsweringTools, KnowledgePassages, Limits
from app.jobs import JobStopped, JobTools
from app.kernel.database import Database
from app.kernel.events import Announcer
from app.kernel.settings import Settings, signing_secret
from app.knowledge import DocumentTools, Embedders, FaqTools, SearchTools, SourceLinks, note_stopped_job
from app.model_registry import ModelRegistryTools


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
    chat = _chat_model(settings)
    models = ModelRegistryTools(database, chat)
    limits = Limits(settings.chat_max_tokens, settings.chat_temperature, settings.chat_context_tokens)
    accounts = AccountTools(database, settings.session_hours, settings.secure_cookies)
    health = HealthTools({"database": database.ping})
    tools: dict[type, Any] = {
        AccountTools: accounts,
        AnsweringTools: AnsweringTools(KnowledgePassages(search), models, limits),
        Announcer: announcer,
        Company: load_company(settings),
        HealthTools: health,
        DocumentTools: documents,
        FaqTools: FaqTools(search, OpenpyxlSheets()),
        JobTools: jobs,
        ModelRegistryTools: models,
        SearchTools: search,
        Settings: settings,
        SourceLinks: links,
    }
    try:
        yield Switchboard(settings, database, tools)
    finally:
        if chat is not None:
            await chat.close()
        await parser.close()
        bell.close()
        await database.close()


def _chat_model(settings: Settings) -> OpenAIChat | None:
    if settings.chat_url is None:
        return None
    key = settings.chat_key.get_secret_value() if settings.chat_key else None
    waits = Waits(settings.chat_first_token_s, settings.chat_gap_s, settings.chat_total_s)
    return OpenAIChat(settings.chat_url, settings.chat_model, key, waits)
