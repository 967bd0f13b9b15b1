"""Prompts in a browser: an error is told while one types, a draft is previewed, activated and rolled back."""

import pytest
from playwright.async_api import BrowserContext, expect

from app.accounts import Role
from app.kernel.web import FRONTEND
from tests.journeys.conftest import watched
from tests.journeys.test_faqs import signed_in
from tests.serving import Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


async def test_a_prompt_is_checked_previewed_activated_and_rolled_back(kefu: Served, context: BrowserContext) -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    page = await signed_in(kefu, context, "zhou@example.com", "/admin/prompts")
    noticed = watched(page)
    admin = await kefu.keyed(Role.ADMIN)
    words = page.locator("textarea[name=body]")
    await expect(page.locator("prompt-editor .badge.ok")).to_be_visible()
    first = await words.input_value()
    await words.fill(first + "\n{{ custmer }}")
    await expect(page.locator(".prompt-problems")).to_contain_text("custmer")
    await words.fill(first.replace("不要客套开场", "不要寒暄"))
    await expect(page.locator("prompt-editor .badge.ok")).to_be_visible()
    await page.click("role=tab[name=差异]")
    await expect(page.locator(".chunk-diff ins").first).to_be_visible()
    await page.click("role=tab[name=预览]")
    await page.fill("prompt-preview [name=question]", "你们几点开门？")
    await page.press("prompt-preview [name=question]", "Enter")
    await expect(page.locator(".prompt-side")).to_have_count(2)
    await expect(page.locator(".prompt-side").nth(1)).to_contain_text("不要寒暄")
    await page.click("text=启用…")
    await page.click("dialog button[value=yes]")
    await expect(page.locator(".prompt-item").first).to_contain_text("第 1 版")
    await page.click("role=tab[name=版本]")
    await page.click("text=回到这一版")
    await page.click("dialog button[value=yes]")
    await expect(page.locator(".prompt-item").first).to_contain_text("内置")
    assert (await admin.get("/api/v1/prompts/answer/zh")).json()["active"]["number"] == 0
    assert noticed == []
