"""Imports: a report first, then exactly that in one transaction; whatever changed meanwhile is told."""

from uuid import UUID

import pytest
from httpx import AsyncClient

from app.accounts import Role
from app.jobs import JobTools
from app.knowledge import FaqDraft, FaqTools, SearchTools, import_faqs, read_import, write_import
from app.knowledge.errors import FaqImportOutdated
from app.knowledge.faq_exchange import writing
from tests.fakes.bell import FakeBell
from tests.serving import Served

FILE = """问题,答案
怎么退货,点申请售后。
怎么开发票,在订单里点开票。
请问怎么退货？,点申请售后。
怎么退货呢,不能退。
,没有问题
"""


async def report_of(admin: AsyncClient, said: str, name: str = "faq.csv") -> dict[str, object]:
    answer = await admin.post("/api/v1/faqs/imports", files={"file": (name, said.encode())})
    assert answer.status_code == 202, answer.text
    report: dict[str, object] = answer.json()
    return report


async def confirm(admin: AsyncClient, report: dict[str, object]) -> tuple[int, dict[str, object]]:
    answer = await admin.post(
        f"/api/v1/faqs/imports/{report['import_id']}/confirm", json={"revision": report["revision"]}
    )
    return answer.status_code, answer.json()


async def listed(admin: AsyncClient) -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await admin.get("/api/v1/faqs")).json()["items"]
    return items


async def test_a_report_tells_every_row_and_writes_nothing_until_confirmed(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    await admin.post("/api/v1/faqs", json={"questions": ["怎么开发票"], "answer": "找客服。"})
    report = await report_of(admin, FILE)
    assert report["counts"] == {
        "added": 1,
        "changed": 1,
        "unchanged": 0,
        "duplicate": 1,
        "contradiction": 1,
        "bad": 1,
    }
    rows = (await admin.get(f"/api/v1/faqs/imports/{report['import_id']}/rows")).json()["items"]
    assert [(one["row"], one["kind"], one["other_row"]) for one in rows] == [
        (2, "added", None),
        (3, "changed", None),
        (4, "duplicate", 2),
        (5, "contradiction", 2),
        (6, "bad", None),
    ]
    assert rows[1]["before"]["answer"] == "找客服。"
    assert len(await listed(admin)) == 1
    status, done = await confirm(admin, report)
    assert (status, done["state"]) == (200, "done")
    assert {one["answer"] for one in await listed(admin)} == {"点申请售后。", "在订单里点开票。"}
    assert (await confirm(admin, report))[0] == 409


async def test_the_report_can_be_downloaded_and_is_no_formula_either(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    report = await report_of(admin, "question,answer\n\"=cmd|' /C calc'!A0\",=1\n")
    file = await admin.get(f"/api/v1/faqs/imports/{report['import_id']}/report.csv")
    assert file.status_code == 200 and ",'=cmd|" in file.text and ",=" not in file.text


async def test_a_base_that_changed_since_the_report_gets_a_fresh_one(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    report = await report_of(admin, FILE)
    await admin.post("/api/v1/faqs", json={"questions": ["怎么退货"], "answer": "别的答案。"})
    status, problem = await confirm(admin, report)
    assert (status, problem["code"], problem["revision"]) == (409, "faq_import_outdated", 2)
    assert [one["answer"] for one in await listed(admin)] == ["别的答案。"]
    fresh = (await admin.get(f"/api/v1/faqs/imports/{report['import_id']}")).json()
    assert (fresh["state"], fresh["counts"]["changed"], fresh["counts"]["added"]) == ("ready", 1, 1)
    assert (await confirm(admin, report))[0] == 409
    assert (await confirm(admin, fresh))[0] == 200


async def test_an_edit_of_a_faq_the_report_changes_is_seen_too(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    created = await admin.post("/api/v1/faqs", json={"questions": ["怎么退货"], "answer": "一"})
    report = await report_of(admin, "question,answer\n怎么退货,二\n")
    await admin.patch(created.headers["Location"], json={"answer": "三"})
    assert (await confirm(admin, report))[1]["code"] == "faq_import_outdated"
    assert [one["answer"] for one in await listed(admin)] == ["三"]


async def test_nothing_is_written_when_one_row_of_many_fails(
    search_tools: SearchTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = writing._write_batch
    batches = []

    async def second_fails(*arguments: object) -> None:
        batches.append(1)
        await written(*arguments)  # type: ignore[arg-type]
        if len(batches) == 2:
            raise FaqImportOutdated

    monkeypatch.setattr(writing, "_write_batch", second_fails)
    drafts = [FaqDraft(row, (f"第{row}个问题怎么办",), f"答{row}") for row in range(2, 502)]
    with pytest.raises(FaqImportOutdated):
        await import_faqs(search_tools, drafts)
    assert len(batches) == 2
    monkeypatch.setattr(writing, "_write_batch", written)
    report = await import_faqs(search_tools, drafts)
    assert (report.created, report.updated) == (500, 0)


async def test_ids_in_a_file_find_their_faq_and_count_once(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    first = (await admin.post("/api/v1/faqs", json={"questions": ["怎么退货"], "answer": "一"})).json()["faq_id"]
    said = f"faq_id,question,answer\n{first},全新的问法,二\n{first},又一个问法,三\n{first},第三个问法,二\n"
    report = await report_of(admin, said)
    rows = (await admin.get(f"/api/v1/faqs/imports/{report['import_id']}/rows")).json()["items"]
    assert [(one["kind"], one["code"]) for one in rows] == [
        ("changed", None),
        ("contradiction", "faq_row_same_entry"),
        ("duplicate", "faq_row_same_entry"),
    ]
    await confirm(admin, report)
    [faq] = await listed(admin)
    assert (faq["faq_id"], faq["questions"], faq["answer"]) == (first, ["全新的问法"], "二")


async def test_a_large_file_is_reported_and_written_by_jobs(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    said = "question,answer\n" + "".join(f"第{n}号商品怎么安装,{'详细说明' * 20}{n}\n" for n in range(1_000))
    report = await report_of(admin, said)
    assert report["state"] == "reading"
    tools = FaqTools(
        kefu.tools[FaqTools].search,
        kefu.tools[FaqTools].sheets,
        JobTools(kefu.tools[FaqTools].search.database, FakeBell()),
        kefu.tools[FaqTools].blobs,
        kefu.tools[FaqTools].uses,
    )
    await read_import(tools, UUID(str(report["job_id"])))
    ready = (await admin.get(f"/api/v1/faqs/imports/{report['import_id']}")).json()
    assert (ready["state"], ready["counts"]["added"]) == ("ready", 1_000)
    _, writing_now = await confirm(admin, ready)
    assert writing_now["state"] == "writing" and await listed(admin) == []
    await write_import(tools, UUID(str(writing_now["job_id"])))
    done = (await admin.get(f"/api/v1/faqs/imports/{report['import_id']}")).json()
    assert done["state"] == "done"
    assert (await admin.get("/api/v1/faqs")).json()["total"] == 1_000
    found = (await admin.post("/api/v1/search", json={"query": "第77号商品怎么安装"})).json()
    assert found["faq_exact"]["answer"].endswith("明77")


@pytest.mark.parametrize("path", ["imports", "import"])
async def test_only_admins_import(kefu: Served, path: str) -> None:
    agent = await kefu.keyed(Role.AGENT)
    answer = await agent.post(f"/api/v1/faqs/{path}", files={"file": ("f.csv", b"question,answer\n")})
    assert answer.status_code == 403
