"""A real browser for tests: the distribution's Chromium where there is one, else Playwright's own."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> Path | None:
    """The distribution's Chromium, or None."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser; a machine that has none skips the test and says so."""
    async with async_playwright() as playwright:
        path = find_chromium() or Path(playwright.chromium.executable_path)
        if not path.exists():
            pytest.skip("no Chromium on this machine: install the distribution's, or run `playwright install chromium`")
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()
