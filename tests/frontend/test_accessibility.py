"""axe finds nothing wrong with the chat page: both languages, both themes, wide and phone, every state it can be in."""

import pytest
from playwright.async_api import expect

from tests.fakes.customer_api import Behaviour
from tests.frontend.conftest import Chat, ask
from tests.looks import LOOKS, Look, faults_of

pytestmark = pytest.mark.anyio
CITATION = {
    "number": 1,
    "document_id": "d1",
    "title": "售后服务政策",
    "heading_path": ["第 3 章"],
    "page": 6,
    "quote": "签收后三十日内更换同型号新品。",
    "url": "/documents/1",
}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """The stand-in runs on asyncio."""
    return "asyncio"


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_no_state_of_the_chat_page_has_a_fault(chat: Chat, look: Look) -> None:
    chat.script("换新", "签收后三十日内更换同型号新品[1]。", composer="extractive", citations=[CITATION])
    chat.script("月球", "没有找到。", outcome="refused", composer="fixed", suggestions=["海外保修"])
    page = await chat.context.new_page()
    await page.goto(f"{chat.url}/?lang={look.locale}")
    await expect(page.locator(".suggestion").first).to_be_visible()
    assert await faults_of(page, look) == []
    await ask(page, "换新")
    await expect(page.locator(".tool").first).to_be_visible()
    await page.click(".tool >> nth=1")
    await page.click(".reasons .chip >> nth=0")
    assert await faults_of(page, look) == []
    await page.click(".citation-chip")
    await expect(page.locator("kefu-sources mark")).to_be_visible()
    assert await faults_of(page, look) == []
    await page.keyboard.press("Escape")
    await ask(page, "月球")
    await expect(page.locator(".offers .chip")).to_be_visible()
    await page.click(".person")
    await expect(page.locator("kefu-queue-card section")).to_be_visible()
    await chat.event("survey.requested", {})
    await expect(page.locator(".face").first).to_be_visible()
    chat.api.behaviour = Behaviour(refuse_posts=9)
    await ask(page, "没发出去")
    await ask(page, "等着")
    await expect(page.locator(".under.failed")).to_be_visible()
    assert await faults_of(page, look) == []
