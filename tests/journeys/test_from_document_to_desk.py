"""The main story: documents in, questions in two languages, stop, vote, refusal, a person, all of it on the desk."""

import re
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from app.kernel.settings import PROJECT_ROOT
from tests.journeys.conftest import WholeKefu, ask, sign_in, watched
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240), pytest.mark.xdist_group("journey")]
DEMO = PROJECT_ROOT / "app" / "demo" / "documents"


def demo_file(pattern: str) -> Path:
    return next(iter(sorted(DEMO.rglob(pattern))))


async def open_chat(context: BrowserContext, whole: WholeKefu) -> tuple[Page, list[str]]:
    page = await context.new_page()
    faults = watched(page)
    await page.goto(whole.url)
    await page.wait_for_selector("kefu-composer textarea")
    return page, faults


async def test_an_uploaded_pdf_and_docx_become_searchable_before_the_admins_eyes(
    whole: WholeKefu, context: BrowserContext, tmp_path: Path
) -> None:
    page = await context.new_page()
    faults = watched(page)
    await sign_in(page, whole, "/admin/documents")
    files = []
    for source in (demo_file("en/*.pdf"), demo_file("zh/*.docx")):
        fresh = tmp_path / f"journey-{source.name}"
        fresh.write_bytes(source.read_bytes() + b"\n")
        files.append(fresh)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 this is all there is")
    async with page.expect_file_chooser() as chooser:
        await page.click(".page-head .button.primary")
    await (await chooser.value).set_files([*files, broken])
    await expect(page.locator(".batch-row")).to_have_count(3)
    for file in files:
        row = page.locator(".batch-row", has_text=file.name)
        await expect(row.locator("[role=progressbar]")).to_have_attribute("aria-valuenow", "100", timeout=60_000)
    await expect(page.locator(".batch-row.failed")).to_contain_text("document_broken", timeout=60_000)
    ready = page.locator("tbody tr", has=page.locator(".badge.ok"))
    await expect(ready.first).to_be_visible()
    assert faults == []


async def test_tokens_arrive_survive_a_reload_and_lead_to_their_source(
    whole: WholeKefu, context: BrowserContext
) -> None:
    page, faults = await open_chat(context, whole)
    await ask(page, "退货的寄回运费由谁承担，大概要多少钱？")
    growing = page.locator("kefu-answer-text[growing]")
    await expect(growing).to_be_visible()
    before = await growing.inner_text()
    await page.reload()
    text = page.locator("kefu-answer-text").last
    await expect(page.locator(".rail.growing")).to_have_count(0, timeout=30_000)
    after = await text.inner_text()
    assert after.startswith(before[:8]) and len(after) > len(before)
    chip = page.locator("kefu-answer-text .citation-chip").first
    await chip.click()
    panel = page.locator("aside.panel")
    await expect(panel.locator(".quote-card")).to_contain_text(re.compile(r"运费|寄回|退货"))
    async with context.expect_page() as opened:
        await panel.locator("a[target=_blank]").first.click()
    source = await opened.value
    await expect(source.locator("mark").first).to_be_visible()
    assert faults == []


async def test_an_english_question_gets_an_english_answer_in_a_second_tab_too(
    whole: WholeKefu, context: BrowserContext
) -> None:
    page, faults = await open_chat(context, whole)
    await ask(page, "How long is the warranty of the Orbit Band?")
    await expect(page.locator("kefu-answer-text").last).to_have_text(re.compile("[A-Za-z]{4}"))
    second = await context.new_page()
    await second.goto(whole.url)
    await expect(page.locator(".rail.growing")).to_have_count(0, timeout=30_000)
    await expect(second.locator(".rail.growing")).to_have_count(0, timeout=30_000)
    told = await page.locator("kefu-answer-text").last.inner_text()
    await expect(second.locator("kefu-answer-text").last).to_have_text(told)
    assert re.search("[A-Za-z]{4}", told) and not re.search("[\u4e00-\u9fff]{4}", told)
    assert faults == []


async def test_stop_vote_refusal_and_a_person_all_show_on_the_desk(whole: WholeKefu, context: BrowserContext) -> None:
    page, faults = await open_chat(context, whole)
    await ask(page, "电子发票怎么补开？ @@rate=8@@")
    await expect(page.locator("kefu-answer-text[growing]")).to_be_visible()
    await page.press("kefu-composer textarea", "Escape")
    await expect(page.locator(".rail.none")).to_be_visible()

    await ask(page, "企业采购怎么申请发票和对公付款？")
    await expect(page.locator(".rail.growing")).to_have_count(0, timeout=30_000)
    await (
        page.locator("kefu-answer")
        .last.get_by_label("没帮上")
        .or_(page.locator("kefu-answer").last.locator(".tool").nth(1))
        .first.click()
    )
    await page.locator("kefu-feedback-form .chip").first.click()
    await page.fill("kefu-feedback-form input", "没说清楚税号")
    await page.click("kefu-feedback-form .button.primary")
    await expect(page.locator("kefu-feedback-form")).to_have_count(0)

    await ask(page, "请问明天北京天安门的天气怎么样？")
    await expect(page.locator("kefu-answer-text").last).to_contain_text(re.compile("不想猜|帮不上"))

    await page.get_by_role("button", name="转人工").first.click()
    await expect(page.locator("kefu-chat")).to_contain_text(re.compile("转人工|排"))
    conversation = await newest_conversation(page, whole)

    desk = await context.new_page()
    desk_faults = watched(desk)
    await sign_in(desk, whole, f"/desk/conversations/{conversation}")
    transcript = desk.locator(".transcript")
    for words in ("客户停止", "客户点踩", "没说清楚税号", "没有依据，未回答", "转人工"):
        await expect(transcript).to_contain_text(words)
    await expect(desk.locator(".owner-badge")).to_have_text(re.compile("排队等人工"))
    await transcript.get_by_role("link", name="追踪").nth(1).click()
    await expect(desk.locator(".trace-steps li")).not_to_have_count(0)
    await expect(desk.locator(".prompt").first).to_contain_text("企业采购")
    await desk.locator("#replay-model").select_option("quotes")
    await desk.locator("trace-replay button.primary").click()
    await expect(
        desk.get_by_role("region", name="重放的回答").or_(desk.locator(".replay-text ins")).first
    ).to_be_visible()
    await expect(desk.locator(".replay-facts .differs").filter(has_text="原文摘录")).to_be_visible()
    assert faults == [] and desk_faults == []


async def test_the_next_customer_gets_a_reviewed_correction(whole: WholeKefu, context: BrowserContext) -> None:
    page, _ = await open_chat(context, whole)
    await ask(page, "固件怎么升级？")
    await expect(page.locator(".rail.growing")).to_have_count(0, timeout=30_000)
    conversation = await newest_conversation(page, whole)
    desk = await context.new_page()
    await sign_in(desk, whole, f"/desk/conversations/{conversation}")
    await desk.locator("correct-answer .button").first.click()
    await expect(desk.get_by_role("radio", name="新问答")).to_be_checked()
    await desk.get_by_role("button", name="不完整").click()
    await desk.fill("correct-panel textarea[name=text]", "打开手机上的应用，选择设备，点固件升级。")
    await desk.click("correct-panel footer .primary")
    await expect(desk.locator("correct-answer").first).to_contain_text("已提交审核")
    await desk.goto(f"{whole.url}/desk/corrections")
    card = desk.locator(".correction", has_text="固件怎么升级")
    await card.get_by_role("button", name="通过并跑回归").click()
    await expect(desk.get_by_role("radio", name="已发布")).to_be_checked(timeout=60_000)
    await expect(desk.locator(".said.ok")).to_contain_text("点固件升级")
    await ask(page, "请问固件怎么升级")
    await expect(page.locator(".rail.bot").last).to_contain_text("打开手机上的应用，选择设备，点固件升级。")


async def newest_conversation(page: Page, whole: WholeKefu) -> str:
    """The conversation this page's customer is in."""
    found = ""

    async def kept() -> bool:
        nonlocal found
        stored = await page.evaluate("JSON.stringify(localStorage)")
        match = re.search(r"\bid\W+([0-9a-f-]{36})\W+token", stored)
        found = match[1] if match else ""
        return bool(match)

    await until(kept, "the page to remember its conversation")
    return found
