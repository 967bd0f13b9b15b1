"""Dialogs and steps that no other story opens: what is typed holds, what is wrong is told, axe sees each."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.accounts import Role, create_staff
from app.kernel.web import FRONTEND
from app.training import TrainingTools, do_erasure
from tests.conversations.customer import Customer
from tests.journeys.conftest import watched
from tests.looks import LOOKS, faults_of
from tests.serving import PASSWORD, Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
ZH, EN = LOOKS
NOTICE = """一、元旦：1月1日（星期五）放假1天。
二、春节：2月5日至11日放假调休，共7天。1月31日（星期日）、2月14日（星期日）上班。"""


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """The admin's browser, in English."""
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    context = await browser.new_context(locale="en")
    context.set_default_timeout(20_000)
    yield context
    await context.close()


async def signed_in(kefu: Served, context: BrowserContext, role: Role, path: str) -> Page:
    """Signs somebody new in, with the keyboard alone, and goes on to a page."""
    email = f"{role}@example.com"
    await create_staff(kefu.accounts, email, role.title(), role, PASSWORD)
    page = await context.new_page()
    await page.goto(f"{kefu.url}/sign-in?next={path}")
    await with_password(page, email)
    await page.wait_for_url(kefu.url + path)
    return page


async def with_password(page: Page, email: str) -> None:
    await expect(page.locator("#email")).to_be_focused()
    await page.keyboard.type(email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")


async def test_a_second_factor_is_set_up_and_asked_for_without_the_mouse(
    kefu: Served, browser: Browser, context: BrowserContext
) -> None:
    page = await signed_in(kefu, context, Role.AGENT, "/account")
    noticed = watched(page)
    code, why = page.locator("#code"), page.locator("#code-error")
    await page.locator(".factor-actions button").press("Enter")
    await expect(code).to_be_focused()
    assert await faults_of(page, EN) == []
    await page.keyboard.type("000000")
    await page.keyboard.press("Enter")
    await expect(why).to_be_visible()
    codes = pyotp.TOTP(await page.locator("copy-text code").inner_text())
    step = int(datetime.now(UTC).timestamp()) // 30
    await page.keyboard.type(codes.generate_otp(step))  # the wrong one is selected, and replaced
    await page.keyboard.press("Enter")
    await expect(page.locator(".factor-recovery li")).to_have_count(10)
    await expect(page.locator("#recovery-title")).to_be_focused()
    assert await faults_of(page, EN) == []

    elsewhere = await browser.new_context(locale="zh-CN")
    other = await elsewhere.new_page()
    noticed_there = watched(other)
    await other.goto(f"{kefu.url}/sign-in")
    await with_password(other, "agent@example.com")
    await expect(other.locator("#code")).to_be_focused()
    assert await faults_of(other, ZH) == []
    await other.keyboard.type(codes.generate_otp(max(int(datetime.now(UTC).timestamp()) // 30, step + 1)))
    await other.keyboard.press("Enter")
    await other.wait_for_url(f"{kefu.url}/desk")
    await elsewhere.close()
    assert noticed + noticed_there == []


async def test_levels_and_calendars_keep_what_is_typed_and_say_what_is_wrong(
    kefu: Served, context: BrowserContext
) -> None:
    page = await signed_in(kefu, context, Role.ADMIN, "/admin/service-levels")
    noticed = watched(page)
    form, save = page.locator("policy-form dialog"), page.locator("dialog[open] .button.primary")
    await page.click("header .button.primary")
    await expect(page.locator("#policy-name")).to_be_focused()
    await save.click()
    await expect(page.locator("#policy-name-wrong")).to_be_visible()
    await expect(page.locator("#policy-queue_wait-wrong")).to_be_visible()
    assert await faults_of(page, EN) == []
    await page.fill("#policy-name", "Gold")
    await page.fill("#policy-first_reply", "5")
    admin = await kefu.keyed(Role.ADMIN)
    theirs = (await admin.get("/api/v1/service-levels")).json()
    body = {"policies": theirs["policies"], "version": theirs["version"]}
    assert (await admin.put("/api/v1/service-levels", json=body)).status_code == 200
    await save.click()  # somebody else was quicker: told, and nothing typed is lost
    await expect(form.locator("[role=alert]")).to_be_visible()
    await expect(page.locator("#policy-first_reply")).to_have_value("5")
    await save.click()
    await expect(form).to_be_hidden()
    await expect(page.locator(".queue-name").first).to_have_text("Gold")

    await page.click("nav.tabs a >> nth=1")
    await page.click("header .button.primary")
    await page.fill("#calendar-name", "2027")
    await page.fill("#calendar-day1", "09:00-12:00 11:00-18:00")
    await save.click()
    await expect(page.locator("#calendar-day1")).to_be_focused()
    await expect(page.locator("#calendar-day1-wrong")).to_be_visible()
    await page.fill("#calendar-day1", "09:00-18:00")
    await page.click(".level-import summary")
    await page.fill("#calendar-list", NOTICE)
    await page.fill("#calendar-year", "2027")
    await page.click(".level-import button")
    await expect(page.locator("#calendar-days")).to_have_value(re.compile("-01-31,work,春节\n2027-02-05,off,春节\n"))
    assert await faults_of(page, EN) == []
    await save.click()
    await expect(page.locator("article", has=page.get_by_role("heading", name="2027"))).to_contain_text("8")
    assert noticed == []


async def test_a_key_is_narrowed_and_a_customer_is_found_and_erased(kefu: Served, context: BrowserContext) -> None:
    page = await signed_in(kefu, context, Role.ADMIN, "/admin/keys")
    noticed = watched(page)
    await page.click("header .button.primary")
    await page.fill("#key-name", "shop")
    await page.locator("key-form [name=range] >> nth=1").check()
    await page.locator("key-form [type=submit]").press("Enter")
    await expect(page.locator("key-form [role=alert]")).to_be_visible()
    assert await faults_of(page, EN) == []
    await page.locator("key-form [name=scope]").first.check()
    await page.locator("key-form [type=submit]").press("Enter")
    await expect(page.locator("copy-text code")).to_contain_text("kefu_")

    customer = await Customer.begin(kefu.client())
    await customer.ask("怎么退货？")
    await page.goto(f"{kefu.url}/admin/customer-data")
    await page.select_option("#find-by", "conversation")
    await page.fill("#find-whom", f"{kefu.url}/desk/conversations/{customer.conversation_id}")
    await page.keyboard.press("Enter")
    await expect(page.locator(".customer-found")).to_contain_text("conversation_event")
    await page.locator(".customer-found .danger").press("Enter")
    await expect(page.locator("#erase-id")).to_be_focused()
    await page.keyboard.type("somebody else")
    await page.fill("#erase-reason", "asked for in a letter")
    await page.keyboard.press("Enter")
    await expect(page.locator("erase-dialog .error")).to_be_visible()
    assert await faults_of(page, EN) == []
    await page.fill("#erase-id", customer.conversation_id)
    await page.keyboard.press("Enter")
    await expect(page.locator("erasure-list tbody tr")).to_have_count(1)
    listed = await (await kefu.keyed(Role.ADMIN)).get("/api/v1/customer-data/erasures")
    await do_erasure(kefu.tools[TrainingTools], UUID(listed.json()["items"][0]["job_id"]))
    await page.click("erasure-list summary")
    await expect(page.locator("erasure-list details")).to_contain_text("message")
    assert await faults_of(page, EN) == []
    assert (await customer.client.get(customer.path, headers=customer.headers)).status_code == 404
    assert noticed == []


async def test_an_inspection_is_scored_appealed_against_and_answered(
    kefu: Served, browser: Browser, context: BrowserContext
) -> None:
    desk = await browser.new_context(locale="zh-CN")
    lin = await signed_in(kefu, desk, Role.AGENT, "/desk/inspection")
    agent = kefu.client()
    session = {"email": "agent@example.com", "password": PASSWORD}
    agent.headers["X-CSRF-Token"] = (await agent.post("/api/v1/session", json=session)).json()["csrf_token"]
    customer = await Customer.begin(kefu.client())
    await customer.post("/handoff")
    for tail, body in (
        ("take-over", None),
        ("replies", {"client_id": "1", "text": "您好，马上帮您看。"}),
        ("close", {"outcome": "resolved"}),
    ):
        assert (await agent.post(f"{customer.path}/{tail}", json=body)).status_code < 300, tail
    page = await signed_in(kefu, context, Role.SUPERVISOR, "/desk/inspection")
    noticed = watched(page) + watched(lin)
    supervisor = await kefu.keyed(Role.SUPERVISOR)
    put = await supervisor.post("/api/v1/inspections", json={"conversation_id": customer.conversation_id})
    assert put.status_code == 200, put.text

    await page.locator("nav.tabs button").last.click()  # the form and what is sampled
    share = page.get_by_label("Agent", exact=True)
    await share.fill("101")
    await page.locator("inspection-form form > .button.primary").click()
    assert await share.evaluate("(box) => box.validity.rangeOverflow")
    await share.fill("40")
    await page.locator("inspection-form form > .button.primary").click()
    await expect(page.locator(".toast")).to_be_visible()
    kept = (await supervisor.get("/api/v1/inspections/form")).json()["plan"]
    assert list(kept["by_agent"].values()) == [40]

    await page.reload()
    await page.locator("kefu-inspection tbody a", has_text="Agent").first.click()
    await expect(page.locator(".inspection-line").first).to_be_visible()
    assert await faults_of(page, EN) == []
    await page.locator(".inspection-line input").first.focus()
    lines = await page.locator(".inspection-line").count()
    for _ in range(lines):
        await page.keyboard.press("2")  # partly, and on to the next line
    await expect(page.locator(".inspection-line input[value=partly]:checked")).to_have_count(lines)
    await page.locator("inspection-sheet .button.primary").press("Enter")
    await expect(page.locator("inspection-sheet")).to_have_count(0)

    await lin.reload()
    await lin.locator("kefu-inspection tbody a").first.click()
    await lin.fill("#appeal-words", "我问候过客户。")
    assert await faults_of(lin, ZH) == []
    await lin.locator("inspection-sheet section .button").press("Enter")
    await expect(lin.locator("inspection-sheet")).to_have_count(0)

    await page.select_option("#inspection-state", "appealed")
    await page.locator("kefu-inspection tbody a").first.click()
    await page.fill("#answer-words", "说得对。")
    await page.locator("inspection-sheet section .button").press("Enter")
    await expect(page.locator("inspection-sheet")).to_have_count(0)
    items = (await supervisor.get("/api/v1/inspections")).json()
    listed = items if isinstance(items, list) else items["items"]
    assert [one["state"] for one in listed if one["part"] == "agent"] == ["settled"]
    assert noticed == []
    await desk.close()
