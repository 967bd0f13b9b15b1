"""The chat page on its scripted API, in a real browser."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page

from app.kernel.web import FRONTEND
from tests.browser import chromium
from tests.fakes.customer_api import Behaviour, CustomerApi, Reply, create_fake

ENTRY = FRONTEND / "dist" / ".vite" / "manifest.json"


class Chat:
    """One customer's browser on the stand-in; `api` is the stand-in itself."""

    def __init__(self, url: str, api: CustomerApi, context: BrowserContext) -> None:
        self.url, self.api, self.context = url, api, context
        self.errors: list[str] = []

    async def open(self) -> Page:
        """A tab on the chat page, ready to be written in."""
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(self.url)
        await page.wait_for_selector("kefu-composer textarea")
        return page

    def script(self, question: str, text: str, **how: Any) -> None:
        """Sets what the bot answers to a question."""
        self.api.behaviour.replies[question] = Reply(text, **{"rate": 4000, "first_s": 0, **how})

    async def event(self, name: str, data: dict[str, Any]) -> None:
        """Announces an event in every conversation, as the desk would."""
        for talk in self.api.conversations.values():
            talk.owner = data.get("owner", talk.owner)
            await talk.announce(name, data)


async def ask(page: Page, text: str) -> None:
    """Types a message and sends it with Enter."""
    await page.fill("kefu-composer textarea", text)
    await page.press("kefu-composer textarea", "Enter")


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for a module's tests."""
    async with chromium() as found:
        yield found


@pytest.fixture
async def chat(browser: Browser) -> AsyncIterator[Chat]:
    """A fresh customer at 1280 px, Chinese, light."""
    if not ENTRY.exists():
        pytest.skip("the pages are not built: run `make setup`")
    app = create_fake()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve([listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=20)) as client:
        await client.get(url + "/company/logo.svg")
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(10_000)
    chat = Chat(url, app.state.api, context)
    yield chat
    await context.close()
    app.state.api.behaviour = Behaviour(drop_streams=True)
    for running in app.state.api.tasks:
        running.cancel()
    server.should_exit = True
    await task
    assert chat.errors == []
