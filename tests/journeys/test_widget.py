"""The chat on somebody else's site: one tag, a frame that touches nothing of the page, a mark for what is new."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, expect

from app.kernel.web import FRONTEND
from tests.conversations.conftest import answerer, chat
from tests.fakes.answerer import FakeAnswerer
from tests.looks import faults
from tests.serving import Served, free_port

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]
__all__ = ["answerer", "chat"]  # fixtures: answers come from a script
SITE = """<!doctype html><html lang="zh-CN"><title>商店</title><main><h1>商店</h1><p>%s</p></main>
<script src="%s/widget.js" async></script></html>"""


@asynccontextmanager
async def site(kefu: Served) -> AsyncIterator[str]:
    """A site of its own origin, with the tag; of the same machine, so that the frame may remember."""
    app, port = FastAPI(), free_port()

    @app.get("/")
    async def front() -> HTMLResponse:
        return HTMLResponse(SITE % ("长长的页面。<br>" * 80, kefu.url))

    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    task = asyncio.create_task(server.serve())
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        await task


async def test_a_site_shows_the_chat_with_one_tag(chat: Served, answerer: FakeAnswerer, browser: Browser) -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(20_000)
    async with site(chat) as address:
        page = await context.new_page()
        await page.goto(address)
        launcher = page.get_by_role("button", name="联系客服")
        await expect(launcher).to_be_visible()
        await expect(page.locator("iframe")).to_have_count(0)  # nothing is fetched before it is wanted
        await launcher.press("Enter")
        await expect(page.locator("kefu-widget")).to_be_attached()
        frame = page.frame_locator("iframe[title='客服会话']")
        await expect(frame.locator("kefu-composer textarea")).to_be_focused()
        await frame.locator("kefu-composer textarea").fill("怎么退货？")
        answerer.hold("七天内", "可以退货。")
        await frame.locator("kefu-composer textarea").press("Enter")
        answerer.say_next()
        await expect(frame.locator("kefu-chat")).to_contain_text("七天内")
        await frame.get_by_role("button", name="收起").click()
        await expect(launcher).to_be_focused()
        answerer.say_all()
        await expect(page.get_by_role("button", name="联系客服，1 条新消息")).to_be_visible()
        assert await faults(page) == []
        await page.reload()
        await page.set_viewport_size({"width": 375, "height": 700})
        await page.get_by_role("button", name="联系客服").click()
        box = page.get_by_role("dialog", name="客服会话")
        await expect(frame.locator("kefu-chat")).to_contain_text("可以退货。")
        assert await box.bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 700}
        await frame.locator("kefu-composer textarea").press("Escape")
        await expect(box).to_be_hidden()
    await context.close()


async def test_only_the_named_sites_may_show_it(chat: Served) -> None:
    client = chat.client()
    shown, own = await client.get("/widget"), await client.get("/")
    assert "frame-ancestors *;" in shown.headers["content-security-policy"] + ";"
    assert "frame-ancestors 'none'" in own.headers["content-security-policy"]
    script = await client.get("/widget.js")
    assert script.headers["content-type"].startswith("text/javascript") and "import" not in script.text[:200]
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
