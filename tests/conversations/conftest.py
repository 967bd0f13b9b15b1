"""A served Kefu whose answers come from a script."""

from collections.abc import AsyncIterator

import pytest

from app.kernel.settings import Settings
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served, serving


@pytest.fixture
def answerer() -> FakeAnswerer:
    """Who answers; tests may change what it says."""
    return FakeAnswerer()


@pytest.fixture
async def chat(settings: Settings, answerer: FakeAnswerer) -> AsyncIterator[Served]:
    """The whole web application with the scripted answerer."""
    async with serving(settings, answerer) as served:
        yield served


@pytest.fixture
async def customer(chat: Served) -> Customer:
    """A customer with a new conversation."""
    return await Customer.begin(chat.client())
