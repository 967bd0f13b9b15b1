"""Search tools on this test's own database, and a served Kefu that believes signed visitors."""

import pytest

from app.kernel.database import Database
from app.kernel.settings import Settings
from app.knowledge import Embedders, SearchTools

SECRET = b"k" * 40


@pytest.fixture
def search_tools(database: Database) -> SearchTools:
    """Search with the embedder that needs no weights."""
    return SearchTools(database, Embedders(database))


@pytest.fixture
def vouching(settings: Settings) -> Settings:
    """Settings with a key that visitors are signed with."""
    return Settings(**{**settings.model_dump(), "visitor_secret": SECRET.decode()})
