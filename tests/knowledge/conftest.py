"""What tests of search work with."""

import pytest

from app.kernel.database import Database
from app.knowledge import Embedders, SearchTools


@pytest.fixture
def search_tools(database: Database) -> SearchTools:
    """Search on this test's own database, with the embedder that needs no weights."""
    return SearchTools(database, Embedders(database))
