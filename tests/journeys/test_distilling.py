"""Distilling in a browser: the cost told beforehand, orders watched to its end and looked at."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import BrowserContext, Page, expect

from app.accounts import Role
from app.bench.script import Script
from app.kernel.settings import Settings
from app.kernel.web import FRONTEND
from app.training import TrainingTools, do_distillation
from tests.fakes.model_server import model_server
from tests.journeys.conftest import watched
from tests.journeys.test_faqs import signed_in
from tests.looks import faults
from tests.serving import Served, serving

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]
FAQ = {"questions": ["怎么开发票？", "能开专票吗？", "发票多久开好？"], "answer": "在订单页申请电子发票，3 天内开好。"}


@pytest.fixture
async def school(settings: Settings) -> AsyncIterator[Served]:
    """A Kefu with three approved questions and a big model to ask."""
    async with model_server(Script(first_token_ms=0, rate=0, say="请在订单页申请，3 天内开好[1]。")) as server:
        told = settings.model_copy(update={"teacher_url": server.url, "teacher_model": "glm-big"})
        async with serving(told) as served:
            admin = await served.keyed(Role.ADMIN)
            assert (await admin.post("/api/v1/faqs", json=FAQ)).status_code == 201
            yield served


async def start(page: Page) -> UUID:
    """Presses the button; gives the job's id."""
    async with page.expect_response(lambda one: one.url.endswith("/distillations")) as answer:
        await page.get_by_role("button", name="开始蒸馏").click()
    return UUID((await (await answer.value).json())["job_id"])


async def test_a_big_model_is_asked_at_a_known_price_and_its_answers_become_a_version(
    school: Served, context: BrowserContext
) -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    page = await signed_in(school, context, "bai@example.com", "/admin/datasets?tab=teach")
    noticed = watched(page)
    form = page.locator("teacher-answers form")
    await expect(form.get_by_role("status")).to_contain_text("3 个问题")
    await expect(form.get_by_role("status")).to_contain_text("费用不知道")
    await page.fill("#teach-prompt", "10")
    await page.fill("#teach-completion", "20")
    await page.press("#teach-completion", "Tab")
    await expect(form.get_by_role("status")).to_contain_text("CNY")
    await start(page)
    first = page.locator("teacher-answers tbody tr").last
    await expect(first).to_contain_text("已排队")
    await page.get_by_role("tab", name="规则").click()
    await page.get_by_role("tab", name="蒸馏").click()
    assert await faults(page) == []
    job = await start(page)
    await do_distillation(school.tools[TrainingTools], job)
    newest = page.locator("teacher-answers tbody tr").first
    await expect(newest).to_contain_text("3 个回答里留下 3 个")
    await expect(newest).to_contain_text("新问 3 个")
    await page.get_by_role("tab", name="版本").click()
    await expect(page.locator("dataset-versions")).to_contain_text("distilled")
    assert await faults(page) == []
    assert noticed == []
