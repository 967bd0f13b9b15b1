"""Documents' tools on the test's own database and folder, with the real converters and a bell that only remembers."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.blob_store import open_blob_store
from app.jobs import JobStopped, JobTools
from app.kernel.database import Database
from app.kernel.events import Announcer
from app.kernel.settings import Settings
from app.knowledge import (
    DocumentTools,
    Embedders,
    SearchTools,
    SourceLinks,
    ingest_document,
    note_stopped_draft,
    note_stopped_job,
    read_draft_in,
)
from tests.fakes.bell import FakeBell
from tests.fakes.parser import InProcessParser

DOERS = {"ingest_document": ingest_document, "draft_document": read_draft_in}


@pytest.fixture
def bell() -> FakeBell:
    return FakeBell()


@pytest.fixture
def search_tools(database: Database) -> SearchTools:
    """Search on this test's own database, with the embedder that needs no weights."""
    return SearchTools(database, Embedders(database))


@pytest.fixture
def documents(database: Database, bell: FakeBell, tmp_path: Path) -> DocumentTools:
    announcer = Announcer()
    announcer.listen(JobStopped, note_stopped_job)
    announcer.listen(JobStopped, note_stopped_draft)
    return DocumentTools(
        database,
        JobTools(database, bell, announcer),
        open_blob_store(Settings(data_dir=tmp_path)),
        InProcessParser(),
        SearchTools(database, Embedders(database)),
        SourceLinks(b"s" * 40),
        upload_limit_mb=1,
    )


@pytest.fixture
def work(documents: DocumentTools, bell: FakeBell) -> Callable[[], Awaitable[list[UUID]]]:
    """Does every job that was rung for, as a worker would; gives back their ids."""

    async def do() -> list[UUID]:
        done = []
        while bell.rung:
            job = bell.rung.pop(0)
            await DOERS[job.name](documents, job.subject_id)
            done.append(job.subject_id)
        return done

    return do
