"""Words in a browser: a list is tried before it is saved, saved as a version, and rolled back."""

import pytest
from playwright.async_api import BrowserContext, expect

from app.accounts import Role
from app.kernel.web import FRONTEND
from app.knowledge import SearchTools
from tests.journeys.conftest import watched
from tests.journeys.test_faqs import signed_in
from tests.knowledge.indexing import add_document, passages
from tests.looks import faults
from tests.serving import Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


async def test_words_are_tried_saved_and_rolled_back(kefu: Served, context: BrowserContext) -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    page = await signed_in(kefu, context, "zhou@example.com", "/admin/words")
    noticed = watched(page)
    admin = await kefu.keyed(Role.ADMIN)
    await add_document(kefu.tools[SearchTools], "说明", passages("发票怎么办理。", "耳机出现嗡嗡声时请更换数据线。"))
    await page.click("button:has-text('加一组')")
    await page.keyboard.type("底噪，嗡嗡声")
    await page.click("button:has-text('加一个保护词')")
    await page.keyboard.type("Orbit 3")
    await page.fill("words-test input", "orbit3 有底噪")
    await page.press("words-test input", "Enter")
    await expect(page.locator("words-test .badge.accent").first).to_have_text("orbit3")
    await expect(page.locator(".tried")).to_contain_text("嗡嗡声")
    await page.fill("words-test input", "底噪怎么办")
    await page.click("words-test button:has-text('对比效果')")
    effect = page.locator("words-test .words-effect")
    await expect(effect.locator(".words-moved li").first).to_contain_text("原来第 2")
    await expect(effect).to_contain_text("会重建 0 段的索引")
    assert (await admin.get("/api/v1/words")).json()["number"] == 0
    assert await faults(page) == []
    await page.click("button:has-text('保存')")
    await expect(page.locator(".toast")).to_contain_text("第 1 版")
    await expect(page.locator(".words-versions ins")).to_have_text(["底噪 = 嗡嗡声", "[Orbit 3]"])
    await page.click("button[aria-label='删除 保护词 1']")
    await page.click("button:has-text('保存')")
    await expect(page.locator(".words-versions > li")).to_have_count(2)
    await page.click("button:has-text('回到这一版')")
    await page.click("dialog button[value=yes]")
    await expect(page.locator(".words-versions > li")).to_have_count(3)
    assert (await admin.get("/api/v1/words")).json()["protected"] == ["Orbit 3"]
    assert noticed == []
