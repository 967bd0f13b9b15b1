"""Intents in a browser: examples are changed, tried before they are saved, measured, saved and rolled back."""

import pytest
from playwright.async_api import BrowserContext, expect

from app.accounts import Role
from app.kernel.web import FRONTEND
from tests.journeys.conftest import watched
from tests.journeys.test_faqs import signed_in
from tests.looks import faults
from tests.serving import Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


async def test_intents_are_tried_measured_saved_and_rolled_back(kefu: Served, context: BrowserContext) -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    page = await signed_in(kefu, context, "zhou@example.com", "/admin/intents")
    noticed = watched(page)
    admin = await kefu.keyed(Role.ADMIN)
    await page.click("button:has-text('加一个意图')")
    form = page.locator(".intent-form")
    await form.locator("input.input").first.fill("礼品卡")
    await form.locator("textarea").fill("充值礼品卡\n礼品卡怎么充不进去\n帮我激活礼品卡\n礼品卡余额转一下")
    await form.locator("textarea").blur()
    await page.fill("intents-test input", "帮我充值礼品卡，订单号 NB20261122001")
    await page.press("intents-test input", "Enter")
    await expect(page.locator(".intent-tried dd").first).to_contain_text("礼品卡")
    await expect(page.locator(".intent-tried")).to_contain_text("NB20261122001")
    assert (await admin.get("/api/v1/intents")).json()["number"] == 0, "trying saves nothing"
    await page.click("button:has-text('测一下')")
    await expect(page.locator(".confusion tbody tr")).to_have_count(9)
    assert await faults(page) == []
    await page.click("button:has-text('保存')")
    await expect(page.locator(".toast")).to_contain_text("第 1 版")
    await expect(page.locator(".intent-versions > li")).to_have_count(2)
    await page.click(".intent-versions li:last-child button")
    await page.click("dialog button[value=yes]")
    await expect(page.locator(".intent-versions > li")).to_have_count(3)
    await expect(page.locator(".intent-list > li")).to_have_count(8)
    assert (await admin.get("/api/v1/intents")).json()["number"] == 2
    assert noticed == []
