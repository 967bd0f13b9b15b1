"""Blind comparison in a browser: opened from an evaluation, judged by keyboard, closed, and told in the result."""

import pytest
from playwright.async_api import BrowserContext, expect

from app.kernel.web import FRONTEND
from app.training import TrainingTools
from tests.journeys.conftest import watched
from tests.journeys.test_faqs import signed_in
from tests.looks import faults
from tests.serving import Served
from tests.training.test_comparison import QUESTIONS, judged

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


async def test_answers_are_judged_by_keyboard_and_the_result_is_told(kefu: Served, context: BrowserContext) -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    await judged(kefu.tools[TrainingTools])
    page = await signed_in(kefu, context, "bai@example.com", "/admin/comparison")
    noticed = watched(page)
    await page.click("header button:has-text('发起盲评')")
    await page.fill("#open-people", "1")
    await page.click("open-comparison .actions button.primary")
    await page.click("td button:has-text('去评')")
    for place in range(1, QUESTIONS + 1):
        await expect(page.locator(".blind-form > .caption")).to_have_text(f"第 {place} / {QUESTIONS} 题")
        if place == 1:
            assert await faults(page) == []
        await expect(page.locator(".blind-answer:has(.blind-text:text('新')) h3")).to_have_count(1)
        is_first = await page.locator(".blind-answer").first.locator(".blind-text:text('新')").count() == 1
        await page.keyboard.press("1" if is_first else "2")
        await expect(page.locator(".blind-answer[data-chosen] .blind-text")).to_contain_text("新")
        await page.keyboard.press("Enter")
    await expect(page.locator("blind-judge [role=status]")).to_contain_text("都评完了")
    await page.click("header button:has-text('返回')")
    await page.click("td button:has-text('结束投票')")
    await page.click("dialog button[value=yes]")
    await expect(page.locator(".result-dialog")).to_contain_text("100.0%")
    await expect(page.locator(".result-dialog")).to_contain_text("候选更好")
    assert await faults(page) == []
    assert noticed == []
