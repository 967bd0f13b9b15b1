"""A whole Kefu under its supervisor, with a model server that speaks slowly enough to be watched."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from app.bench.processes import child
from tests.browser import chromium
from tests.commands.running import RunningKefu
from tests.serving import company_around_the_clock

OURS = ("http://127.0.0.1", "data:", "blob:http://127.0.0.1")
RATE = 40  # tokens a second, of two characters each: two seconds for an answer


@dataclass
class WholeKefu:
    """A running Kefu without the demo company's content; `password` is the admin's."""

    running: RunningKefu
    email: str
    password: str

    @property
    def url(self) -> str:
        return self.running.url


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeKefu]:
    """`kefu up`, once for all stories, answering through the scripted model server."""
    with child("app.bench.scripted_model", "--rate", str(RATE), "--tokens", "80") as (model_url, _):
        data_dir: Path = tmp_path_factory.mktemp("journey")
        company = str(company_around_the_clock(data_dir))
        settings = {"KEFU_CHAT_URL": model_url, "KEFU_RATE_LIMITS": "off", "KEFU_ANSWER_CACHE": "off"}
        running = RunningKefu(data_dir, KEFU_COMPANY_FILE=company, **settings)
        try:
            found = running.hear(r"sign in\s+(admin@\S+)\s+(\S+)")
            yield WholeKefu(running, found[1], found[2])
        finally:
            running.stop()


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all stories."""
    async with chromium() as found:
        yield found


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A customer's browser: Chinese, 1280 px."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(20_000)
    yield context
    await context.close()


def watched(page: Page) -> list[str]:
    """Collects what must not happen on a page: uncaught errors, blocked content, requests to elsewhere."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("console", lambda line: faults.append(line.text) if re.search("Content Security", line.text) else None)
    page.on(
        "request",
        lambda request: (
            faults.append(request.url)
            if not request.url.startswith(("http://127.0.0.1", "data:", "blob:http://127.0.0.1"))
            else None
        ),
    )
    return faults


async def sign_in(page: Page, whole: WholeKefu, path: str) -> None:
    """Signs in as the admin and goes on to a page."""
    await page.goto(f"{whole.url}/sign-in?next={path}")
    await page.fill("#email", whole.email)
    await page.fill("#password", whole.password)
    await page.click("[type=submit]")
    await page.wait_for_url(f"{whole.url}{path}")


async def ask(page: Page, text: str) -> None:
    """Types a question and sends it with Enter."""
    await page.fill("kefu-composer textarea", text)
    await page.press("kefu-composer textarea", "Enter")
