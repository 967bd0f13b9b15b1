"""The document room in a browser: edit with a diff, two editors, split, merge, disable, roll back, act on many."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from app.accounts import Role, create_staff
from app.kernel.web import FRONTEND
from app.knowledge import DocumentTools, accept_document, ingest_document, read_draft_in
from tests.conversations.customer import Customer
from tests.journeys.conftest import watched
from tests.looks import LOOKS, Look, faults, faults_of
from tests.serving import PASSWORD, Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
HANDBOOK = """# 售后手册

## 退货

签收后七天内可以退货。

## 运费

质量问题由我们承担运费。

## 保修

整机保修两年，电池保修一年。

## 期限

| 品类 | 换货期 |
|---|---|
| 手机 | 15 日 |
| 耳机 | 30 日 |
"""


@dataclass
class Room:
    """A served Kefu with one document and two admins."""

    kefu: Served
    browser: Browser
    document_id: UUID

    async def open(self, path: str, email: str = "zhou@example.com", **how: object) -> Page:
        """A browser of its own, signed in."""
        context = await self.browser.new_context(
            **{"viewport": {"width": 1280, "height": 860}, "locale": "zh-CN"} | how
        )
        context.set_default_timeout(30_000)
        page = await context.new_page()
        await page.goto(f"{self.kefu.url}/sign-in?next={path}")
        await page.fill("#email", email)
        await page.fill("#password", PASSWORD)
        await page.click("[type=submit]")
        await page.wait_for_url(self.kefu.url + path)
        return page

    @property
    def path(self) -> str:
        return f"/admin/documents/{self.document_id}"

    async def put(self, name: str, words: str) -> UUID:
        """A document that is read in."""
        tools: DocumentTools = self.kefu.tools[DocumentTools]
        accepted = await accept_document(tools, file_name=name, data=words.encode())
        assert accepted.job_id is not None
        await ingest_document(tools, accepted.job_id)
        return accepted.document_id

    async def found(self, query: str) -> list[str]:
        """What search finds now."""
        client = await self.kefu.keyed(Role.ADMIN)
        answer = await client.post("/api/v1/search", json={"query": query, "limit": 5})
        return [hit["text"] for hit in answer.json()["hits"]]


@pytest.fixture
async def room(kefu: Served, browser: Browser) -> Room:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    for email, name in (("zhou@example.com", "周宁"), ("lin@example.com", "林晓")):
        await create_staff(kefu.accounts, email, name, Role.ADMIN, PASSWORD)
    room = Room(kefu, browser, UUID(int=0))
    room.document_id = await room.put("handbook.md", HANDBOOK)
    return room


def card(page: Page, number: int) -> Locator:
    return page.locator(".chunk-card[id]").nth(number - 1)


async def begin_edit(page: Page, number: int, words: str) -> None:
    """Opens a chunk's editor and writes other words."""
    await card(page, number).locator(".chunk-edit").click()
    await page.fill("chunk-editor textarea", words)


async def test_other_settings_are_compared_side_by_side_before_they_are_taken(room: Room) -> None:
    page = await room.open(f"{room.path}?tab=settings")
    noticed = watched(page)
    await page.get_by_role("radio", name="按长度").check()
    await page.get_by_role("button", name="和现在的分段比一比").click()
    await expect(page.locator("draft-panel")).to_contain_text("正在解析")
    admin = await room.kefu.keyed(Role.ADMIN)
    draft = f"/api/v1/documents/{room.document_id}/draft"
    await read_draft_in(room.kefu.tools[DocumentTools], UUID((await admin.get(draft)).json()["job_id"]))
    await expect(page.locator("draft-groups > ol > li").first).to_be_visible()
    assert await faults(page) == []
    total = (await admin.get(draft)).json()["total"]
    await page.get_by_role("button", name="接受草稿").click()
    await page.locator("dialog").get_by_role("button", name="接受草稿").click()
    await expect(page.locator(".toast")).to_contain_text(f"新的 {total} 段")
    await expect(page.locator("#tab-chunks .count")).to_have_text(str(total))
    assert (await admin.get(draft)).status_code == 404
    assert noticed == []


async def test_an_edit_shows_its_diff_is_found_and_is_rolled_back(room: Room) -> None:
    page = await room.open(room.path)
    noticed = watched(page)
    await begin_edit(page, 1, "签收后三十天内可以退货。")
    diff = page.locator("chunk-editor .chunk-diff")
    await expect(diff.locator("del")).to_have_text("七")
    await expect(diff.locator("ins")).to_have_text("三十")
    await page.get_by_role("button", name=re.compile("保存为 v1.1")).click()
    await expect(page.locator("chunk-editor")).to_have_count(0)
    await expect(card(page, 1)).to_contain_text("签收后三十天内可以退货。")
    await expect(card(page, 1)).to_contain_text("改过")
    await expect(page.locator(".document-title")).to_contain_text("v1.1")
    await expect(page.locator(".pane.original")).to_contain_text("退货")
    assert "签收后三十天内可以退货。" in await room.found("三十天内退货")
    await card(page, 1).locator(".chunk-edit").click()
    await page.get_by_role("button", name="这一段的历史").click()
    await page.get_by_role("button", name="回退到第 1 版").click()
    await expect(card(page, 1)).to_contain_text("签收后七天内可以退货。")
    await expect(card(page, 1)).not_to_contain_text("改过")
    assert "签收后七天内可以退货。" in await room.found("七天内退货")
    await page.context.close()
    assert noticed == []


async def test_the_second_of_two_admins_sees_both_texts_and_loses_none(room: Room) -> None:
    zhou, lin = await room.open(room.path), await room.open(room.path, "lin@example.com")
    await begin_edit(zhou, 1, "签收后三十天内可以退货。")
    await begin_edit(lin, 1, "签收后三十五天内可以退货。")
    await zhou.press("chunk-editor textarea", "Control+s")
    await expect(zhou.locator("chunk-editor")).to_have_count(0)
    await expect(card(zhou, 1)).to_contain_text("签收后三十天内")
    await lin.press("chunk-editor textarea", "Control+s")
    await expect(lin.locator("chunk-editor .banner")).to_contain_text("周宁")
    await expect(lin.locator(".chunk-sides")).to_contain_text("签收后三十")
    assert await faults(lin) == []
    await lin.get_by_role("button", name="对照着接着改").click()
    await expect(lin.locator("chunk-editor textarea")).to_have_value("签收后三十五天内可以退货。")
    await expect(lin.locator("chunk-editor .chunk-diff ins")).to_have_text("五")
    await lin.press("chunk-editor textarea", "Control+s")
    await expect(lin.locator("chunk-editor")).to_have_count(0)
    await expect(card(lin, 1)).to_contain_text("签收后三十五天内可以退货。")
    assert "签收后三十五天内可以退货。" in await room.found("三十五天退货")
    await zhou.context.close()
    await lin.context.close()


async def test_split_merge_add_and_disable(room: Room) -> None:
    page = await room.open(room.path)
    cards = page.locator(".chunk-card[id]")
    await expect(cards).to_have_count(4)
    await card(page, 3).locator(".chunk-edit").click()
    await page.evaluate("document.querySelector('chunk-editor textarea').setSelectionRange(7, 7)")
    await page.get_by_role("button", name="在光标处拆成两段").click()
    await expect(cards).to_have_count(5)
    await expect(card(page, 4)).to_contain_text("电池保修一年。")
    await card(page, 3).locator(".paper-number").click()
    await page.get_by_role("button", name="和下一段合并").click()
    await expect(cards).to_have_count(4)
    await card(page, 2).locator(".chunk-edit").click()
    await page.get_by_role("button", name="停用这一段").click()
    await expect(card(page, 2)).to_contain_text("已停用 · 周宁")
    assert "质量问题由我们承担运费。" not in await room.found("质量问题谁承担运费")
    await card(page, 2).get_by_role("button", name="启用").click()
    await expect(card(page, 2)).not_to_contain_text("已停用")
    assert "质量问题由我们承担运费。" in await room.found("质量问题谁承担运费")
    await page.get_by_role("button", name="新增").first.click()
    await page.fill("textarea[name=text]", "礼品卡售出后不退。")
    await page.get_by_role("button", name="新增这一段").click()
    await expect(card(page, 3)).to_contain_text("礼品卡售出后不退。")
    await page.fill("chunk-list input[type=search]", "电池")
    await expect(cards).to_have_count(1)
    await page.context.close()


async def test_a_document_is_deleted_only_after_its_uses_were_told(room: Room) -> None:
    customer = await Customer.begin(room.kefu.client())
    await customer.ask("签收后几天内可以退货？")
    page = await room.open("/admin/documents")
    row = page.locator("tbody tr", has_text="售后手册")
    await expect(row.locator("a.plain")).to_have_text("1")
    await row.get_by_role("button", name="「售后手册」的操作").click()
    await page.get_by_role("menuitem", name="删除…").click()
    dialog = page.locator("dialog")
    await expect(dialog).to_contain_text("4 段立刻不再被检索；近 30 天有 1 条回答引用过它")
    await dialog.get_by_role("button", name="取消").click()
    await row.locator("a.plain").click()
    used = page.locator("document-uses tbody tr")
    await expect(used).to_contain_text("签收后几天内可以退货？")
    await used.locator("a").click()
    await page.wait_for_url(re.compile(f"/desk/conversations/{customer.conversation_id}#m-"))
    await page.goto(room.kefu.url + room.path)
    await page.get_by_role("button", name="更多操作").click()
    await page.get_by_role("menuitem", name="删除…").click()
    await page.locator("dialog").get_by_role("button", name="删除 4 段").click()
    await page.wait_for_url(f"{room.kefu.url}/admin/documents")
    await expect(page.locator(".state h2")).to_contain_text("还没有文档")
    assert await room.found("签收后几天内可以退货") == []
    await page.context.close()


async def test_many_documents_are_filtered_tagged_and_disabled_together(room: Room) -> None:
    await room.put("warranty.md", "# 保修政策\n\n整机保修两年。\n")
    page = await room.open("/admin/documents")
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(2)
    await page.locator("thead .checkbox").check()
    await page.locator("bulk-bar").get_by_role("button", name="改标签…").click()
    await page.fill("#ask-add", "政策，2026")
    await page.press("#ask-add", "Enter")
    await expect(rows.first).to_contain_text("2026")
    await rows.filter(has_text="保修政策").locator(".checkbox").check()
    again = page.locator("bulk-bar").get_by_role("button", name="重新解析…")
    await again.click()
    await page.get_by_role("dialog").get_by_role("button", name="取消").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await again.click()
    await expect(page.get_by_role("dialog")).to_contain_text("检索用的还是现在的分段")
    await page.get_by_role("dialog").get_by_role("button", name="解析 1 份成草稿").click()
    await expect(rows.filter(has_text="保修政策")).to_contain_text("有草稿")
    await rows.filter(has_text="保修政策").locator(".checkbox").check()
    await page.locator("bulk-bar").get_by_role("button", name="停用", exact=True).click()
    await expect(rows.filter(has_text="保修政策")).to_contain_text("已停用")
    await page.get_by_role("button", name="已停用", exact=True).click()
    await expect(rows).to_have_count(1)
    await expect(page.locator("shelf-filters")).to_contain_text("1 份符合")
    await page.context.close()


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_no_part_of_the_document_page_has_a_fault(room: Room, look: Look) -> None:
    customer = await Customer.begin(room.kefu.client())
    await customer.ask("签收后几天内可以退货？")
    page = await room.open(room.path, locale=look.locale)
    noticed = watched(page)
    await card(page, 1).locator(".chunk-edit").click()
    await page.fill("chunk-editor textarea", "签收后三十天内可以退货。")
    await expect(page.locator("chunk-editor .chunk-diff")).to_be_visible()
    assert await faults_of(page, look) == []
    for tab in ("uses", "versions", "card", "settings"):
        await page.goto(f"{room.kefu.url}{room.path}?tab={tab}")
        await expect(page.locator(f"#tab-{tab}")).to_have_attribute("aria-selected", "true")
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert await faults_of(page, look) == [], tab
    await page.goto(f"{room.kefu.url}/admin/documents")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.locator("tbody .checkbox").check()
    await page.locator("row-menu button").first.click()
    await expect(page.locator("[role=menu]")).to_be_visible()
    assert await faults(page) == []
    await page.context.close()
    assert noticed == []
