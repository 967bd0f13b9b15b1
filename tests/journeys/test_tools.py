"""Tools in a browser: imported, described and tried by an admin, then used by a customer who confirms with a key."""

import base64
from pathlib import Path

import orjson
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from pydantic import SecretStr

from app.kernel.settings import Settings
from app.kernel.web import FRONTEND
from tests.answering.tools.orders import VISITORS, order_service, visitor, with_demo_tools
from tests.journeys.conftest import ask, watched
from tests.journeys.test_faqs import signed_in
from tests.looks import LOOKS, faults_of
from tests.serving import Served, serving
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


async def test_tools_are_set_up_by_an_admin_and_a_change_is_confirmed_by_a_customer(
    settings: Settings, tmp_path: Path, browser: Browser, context: BrowserContext
) -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    folder = tmp_path / "shop"
    folder.mkdir()
    async with order_service(folder) as place:
        hosts = {"tool_hosts": f"127.0.0.1:{place.port}", "visitor_secret": SecretStr(VISITORS)}
        async with serving(settings.model_copy(update=hosts)) as kefu:
            page = await signed_in(kefu, context, "zhou@example.com", "/admin/tools")
            noticed = watched(page)
            await _import(page, place.url, place.key)
            await _try(page)
            await page.locator("button[aria-label='删除 orders']").click()
            await page.click("dialog button[value=yes]")
            await expect(page.locator("kefu-tools .state")).to_be_visible()
            await with_demo_tools(kefu, place)
            await page.close()
            assert noticed == []
            customers = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
            try:
                talk = await customers.new_page()
                await _confirm(talk, kefu)
                await _remember(talk)
            finally:
                await customers.close()


async def _import(page: Page, url: str, key: str) -> None:
    await page.click("button:has-text('添加服务器')")
    await page.fill("#source-name", "orders")
    await page.fill("#source-base_url", url)
    await page.fill("#source-secret", f"Bearer {key}")
    await page.press("#source-secret", "Enter")
    await expect(page.locator(".tool-server")).to_contain_text("orders")
    await page.click("button:has-text('导入')")
    await page.click("button:has-text('读取')")
    await expect(page.locator(".tool-drafts label")).to_have_count(5)
    await page.click("button:has-text('添加选中的 5 个')")
    await expect(page.locator("kefu-tools tbody tr")).to_have_count(5)


async def _try(page: Page) -> None:
    await page.click(".tool-name:has-text('newest first')")
    await page.fill("#tool-title-zh", "我的订单")
    await page.fill("#tool-examples", "查一下我的订单\nmy orders")
    await page.click("tool-detail button:has-text('保存')")
    await expect(page.locator("tool-detail h2")).to_contain_text("第 2 版")
    await page.click("input[aria-label='启用 我的订单']")
    await expect(page.locator("tool-detail h2")).to_contain_text("第 3 版")
    await page.fill("phrase-test input", "帮我查一下我的订单")
    await page.press("phrase-test input", "Enter")
    await expect(page.locator(".tool-verdict")).to_contain_text("会用 list_orders")
    await page.click("role=tab[name=试用]")
    await page.fill("#try-user", "U10001")
    await page.press("#try-user", "Enter")
    await expect(page.locator("tool-test .badge.ok")).to_be_visible()
    await expect(page.locator("tool-test")).to_contain_text("Nova Buds 2")
    await page.click("role=tab[name=调用记录]")
    await expect(page.locator("tool-calls tbody tr")).to_have_count(1)
    assert await faults_of(page, LOOKS[0]) == []


async def _confirm(page: Page, kefu: Served) -> None:
    claim = base64.urlsafe_b64encode(orjson.dumps(visitor("U10001"))).decode().rstrip("=")
    await page.goto(f"{kefu.url}/#visitor={claim}")
    await page.wait_for_selector("kefu-composer textarea")
    assert "visitor" not in page.url
    await ask(page, "我要退货，质量问题")
    await page.click(".offers .chip >> nth=1")
    card = page.locator("kefu-confirm-card")
    await expect(card).to_contain_text("质量问题")
    await page.reload()
    await expect(card.locator("button")).to_have_count(2)
    assert await faults_of(page, LOOKS[0]) == []
    await card.locator("button >> nth=0").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(card.locator(".done")).to_be_visible()
    await expect(page.locator("kefu-answer").last).to_contain_text("退货申请已提交")
    await page.reload()
    await expect(card.locator(".done")).to_be_visible()


async def _remember(page: Page) -> None:
    """Asked once, by keyboard: what is kept is shown, erased line by line, and ended by taking the consent back."""
    await page.locator(".memory-card button >> nth=0").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".memory-said")).to_be_focused()
    await ask(page, "我叫王小明，我用的是 Nova Buds 2")
    await expect(page.locator(".memory-said")).to_have_count(0)
    await page.focus("button[aria-haspopup=dialog]")
    kept = page.locator(".memory-facts li")

    async def shown() -> bool:
        await page.keyboard.press("Enter")
        await expect(page.locator("dialog.memory .switch")).to_be_enabled()
        enough = await kept.count() >= 2
        if not enough:
            await page.keyboard.press("Escape")
        return enough

    await until(shown, "the name and the product")
    assert await faults_of(page, LOOKS[0]) == []
    await page.set_viewport_size({"width": 375, "height": 720})
    assert await faults_of(page, LOOKS[0]) == []
    name = page.locator("button[aria-label='删除：称呼：王小明']")
    await name.click()
    await expect(name).to_have_count(0)
    await expect(kept).not_to_have_count(0)
    await page.focus("dialog.memory .switch")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog.memory")).to_contain_text("没有您的同意")
    await page.keyboard.press("Escape")
    await page.reload()
    await expect(page.locator("kefu-answer").last.locator(".tool").first).to_be_visible()
    await expect(page.locator(".memory-card")).to_have_count(0)
