"""Every staff page: axe finds no fault in both languages and themes, wide and on a phone; none scrolls sideways."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from app.accounts import AccountTools, Role, create_staff
from app.accounts.pages import NAVIGATION
from app.kernel.web import FRONTEND
from tests.conversations.customer import Customer
from tests.journeys.conftest import watched
from tests.looks import LOOKS, PHONE, Look, faults, faults_of
from tests.serving import PASSWORD, Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
EMAIL = "admin@example.com"
DEEPER = ("/account", "/admin/faqs/new", "/admin/faqs/import", "/admin/faqs/pairs")
PAGES = (*(item.href for item in NAVIGATION), *DEEPER)


@pytest.fixture
async def talked(kefu: Served) -> Customer:
    """A customer who asked something, was refused, voted and asked for a person."""
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    customer = await Customer.begin(kefu.client())
    reading = await customer.ask("明天天气怎么样？")
    answer_id = next(event.data["answer_id"] for event in reading.events if event.name == "answer.completed")
    rating = {"rating": "down", "reasons": ["wrong"], "comment": "不对"}
    rated = await customer.client.post(f"/api/v1/messages/{answer_id}/feedback", json=rating, headers=customer.headers)
    assert rated.status_code == 204
    await customer.post("/handoff", {"reason": "想找人"})
    admin = await kefu.keyed(Role.ADMIN)
    proposed = await admin.post("/api/v1/corrections", json={"message_id": answer_id, "text": "请看天气应用。"})
    assert proposed.status_code == 201
    canned = {"title": "退款时效", "text": "{{customer.name}}您好，三天内到账。", "shared": True}
    assert (await admin.post("/api/v1/canned", json=canned)).status_code == 201
    return customer


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_no_staff_page_has_a_fault(kefu: Served, talked: Customer, browser: Browser, look: Look) -> None:
    await create_staff(kefu.accounts, EMAIL, "周宁", Role.ADMIN, PASSWORD)
    context = await browser.new_context(locale=look.locale)
    context.set_default_timeout(20_000)
    page = await context.new_page()
    noticed = watched(page)
    await page.goto(f"{kefu.url}/sign-in?lang={look.locale}&next=/desk")
    assert await faults(page) == []
    await page.fill("#email", EMAIL)
    await page.fill("#password", PASSWORD)
    await page.click("[type=submit]")
    await page.wait_for_url(f"{kefu.url}/desk")
    await page.goto(f"{kefu.url}/desk/conversations/{talked.conversation_id}")
    await expect(page.locator("correct-answer button")).to_be_visible()
    assert await faults_of(page, look) == []
    await page.locator("correct-answer button").click()
    await expect(page.locator("correct-panel correction-plan")).to_be_visible()
    assert await faults_of(page, look) == []
    await page.keyboard.press("Escape")
    await expect(page.locator("correct-panel")).to_have_count(0)
    await page.click("[data-act=take-over]")
    await expect(page.locator(".owner-badge")).to_contain_text(re.compile("您在接待|With you"))
    await page.fill("desk-foot textarea", "/tk")
    await expect(page.locator(".choices [role=option]")).to_have_count(1)
    await page.locator("desk-foot textarea").press("End")
    assert await faults_of(page, look) == []
    await page.fill("desk-foot textarea", "")
    await page.keyboard.press("Control+k")
    await expect(page.locator("#palette-list [role=option]").first).to_be_visible()
    assert await faults_of(page, look) == []
    await page.keyboard.press("Escape")
    trace = urlsplit(await page.locator("a[href*='/trace/']").first.get_attribute("href") or "").path
    for path in (*PAGES, trace):
        await page.goto(kefu.url + path)
        await expect(page.locator("h1")).to_be_visible()
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert await faults_of(page, look) == []
    await page.locator("trace-replay button.primary").click()  # the trace was the last of them
    await expect(page.locator(".replay-facts")).to_be_visible()
    assert await faults_of(page, look) == []
    await context.close()
    assert noticed == []


async def test_a_page_of_admins_is_closed_to_an_agent_and_asks_a_stranger_to_sign_in(
    kefu: Served, browser: Browser
) -> None:
    accounts: AccountTools = kefu.accounts
    await create_staff(accounts, "agent@example.com", "林晓", Role.AGENT, PASSWORD)
    page = await browser.new_page()
    await page.goto(f"{kefu.url}/admin/documents")
    assert page.url == f"{kefu.url}/sign-in?next=/admin/documents"
    await page.fill("#email", "agent@example.com")
    await page.fill("#password", "not the password")
    await page.keyboard.press("Enter")
    await expect(page.locator("#sign-in-error")).to_be_visible()
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{kefu.url}/admin/documents")
    await expect(page.locator(".error-page")).to_contain_text("forbidden")
    await page.close()


async def test_on_a_phone_the_navigation_is_a_menu(kefu: Served, browser: Browser) -> None:
    await create_staff(kefu.accounts, EMAIL, "周宁", Role.ADMIN, PASSWORD)
    page = await browser.new_page(viewport=PHONE, locale="en")  # type: ignore[arg-type]
    await page.goto(f"{kefu.url}/sign-in?next=/admin/words")
    await page.fill("#email", EMAIL)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{kefu.url}/admin/words")
    await expect(page.locator("#side-rows")).to_be_hidden()
    await page.click(".side-open")
    await expect(page.locator("#side-rows [aria-current=page]")).to_be_visible()
    assert await faults(page) == []
    await page.locator("#side-rows summary", has_text="People").click()
    await page.locator("#side-rows .side-item", has_text="Queues").click()
    await page.wait_for_url(f"{kefu.url}/admin/queues")
    await expect(page.locator("#side-rows")).to_be_hidden()
    await page.close()
