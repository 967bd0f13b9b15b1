"""Takes the README's pictures from a running Kefu with the demo company: `make screenshots`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.browser import chromium
from tests.commands.running import RunningKefu
from tests.journeys.conftest import WholeKefu, ask, sign_in

FOLDER = Path(__file__).resolve().parents[2] / "frontend" / "screenshots"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 812}
ZH = "退货的寄回运费由谁承担？"
EN = "How long is the warranty of the Orbit Band?"


async def _chat(browser: Browser, url: str, locale: str, theme: str, question: str, phone: bool = False) -> Page:
    context = await browser.new_context(
        viewport=PHONE if phone else WIDE, locale=locale, color_scheme=theme, device_scale_factor=1.5
    )
    page = await context.new_page()
    await page.goto(url)
    await page.wait_for_selector("kefu-composer textarea")
    await ask(page, question)
    await page.wait_for_selector("kefu-answer .tool")
    await page.wait_for_selector(".rail.growing", state="detached")
    chip = page.locator("kefu-answer-text .citation-chip").first
    if not phone and await chip.count():
        await chip.click()
        await page.wait_for_selector("aside.panel .quote-card")
    return page


async def _save(page: Page, name: str) -> None:
    await page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    await page.context.close()


async def _everything_read(browser: Browser, whole: WholeKefu) -> None:
    """Waits until every document of the demo company can be searched."""
    page = await browser.new_page()
    await sign_in(page, whole, "/admin/documents")
    await page.wait_for_selector("tbody .badge.ok")
    await expect(page.locator("tbody .badge:not(.ok)")).to_have_count(0, timeout=180_000)
    await page.close()


async def take(whole: WholeKefu) -> None:
    """Every picture, each in a browser of its own."""
    async with chromium() as browser:
        await _everything_read(browser, whole)
        await _save(await _chat(browser, whole.url, "zh-CN", "light", ZH), "chat-zh")
        await _save(await _chat(browser, whole.url, "en", "dark", EN), "chat-en-dark")
        await _save(await _chat(browser, whole.url, "zh-CN", "light", ZH, phone=True), "chat-phone")
        context = await browser.new_context(viewport=WIDE, locale="zh-CN", device_scale_factor=1.5)
        page = await context.new_page()
        await sign_in(page, whole, "/admin/documents")
        await page.wait_for_selector("tbody tr")
        await page.screenshot(path=FOLDER / "documents.png", animations="disabled")
        await page.goto(f"{whole.url}/desk")
        await page.locator(".desk-row").last.click()
        await page.wait_for_selector(".transcript li")
        await page.screenshot(path=FOLDER / "desk.png", animations="disabled")
        await page.locator("a[href*='/trace/']").first.click()
        await page.wait_for_selector(".trace-steps li")
        await _save(page, "trace")


def main() -> None:
    """Starts a Kefu of its own, takes the pictures, ends it."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        running = RunningKefu(Path(folder), KEFU_RATE_LIMITS="off")
        try:
            found = running.hear(r"sign in\s+(admin@\S+)\s+(\S+)")
            asyncio.run(take(WholeKefu(running, found[1], found[2])))
        finally:
            running.stop()
    print(f"pictures are in {FOLDER}", file=sys.stderr)


if __name__ == "__main__":
    main()
