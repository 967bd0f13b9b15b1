"""FAQs: exact and near matches, adding, changing, importing."""

from io import BytesIO

import httpx
import orjson
import pytest
from openpyxl import Workbook

from app.accounts import Role
from app.knowledge import (
    FaqDraft,
    SearchRequest,
    SearchTools,
    add_faq,
    change_faq,
    delete_faq,
    import_faqs,
    list_faqs,
    search_passages,
)
from app.knowledge.errors import FaqExists
from tests.serving import Served

QUESTIONS = ["怎么申请退货？", "如何退货", "想退掉买的东西怎么操作"]
ANSWER = "打开「我的订单」，点「申请售后」，按提示填写即可。"


async def test_the_same_question_politely_put_is_an_exact_match(search_tools: SearchTools) -> None:
    faq_id = await add_faq(search_tools, QUESTIONS, ANSWER)
    for asked in ("你好，请问怎么申请退货呢？", "怎樣申請退貨", "想退掉买的东西怎么操作"):
        result = await search_passages(search_tools, SearchRequest([asked]))
        assert result.faq_exact is not None, asked
        assert (result.faq_exact.faq_id, result.faq_exact.answer) == (faq_id, ANSWER)
        assert result.answerable


async def test_many_phrasings_of_one_answer_are_one_hit(search_tools: SearchTools) -> None:
    await add_faq(search_tools, QUESTIONS, ANSWER)
    await add_faq(search_tools, ["怎么开发票"], "在订单里点开票。")
    hits = (await search_passages(search_tools, SearchRequest(["退货怎么弄"]))).hits
    assert len(hits) == len({hit.faq_id for hit in hits}) == 2
    assert hits[0].text == ANSWER


async def test_a_question_that_differs_in_a_number_is_never_a_near_match(search_tools: SearchTools) -> None:
    await add_faq(search_tools, ["买了 7 天还能无理由退货吗"], "可以。")
    same = await search_passages(search_tools, SearchRequest(["买了 7 天还可以无理由退货吗？"]))
    other = await search_passages(search_tools, SearchRequest(["买了 15 天还能无理由退货吗"]))
    assert same.faq_exact is not None or same.faq_near is not None
    assert other.faq_exact is None and other.faq_near is None


async def test_a_known_question_is_refused_and_the_known_entry_named(search_tools: SearchTools) -> None:
    faq_id = await add_faq(search_tools, QUESTIONS, ANSWER)
    with pytest.raises(FaqExists) as refused:
        await add_faq(search_tools, ["别的问题", "请问如何退货"], "…")
    assert refused.value.extra == {"faq_id": str(faq_id)}
    assert len(await list_faqs(search_tools)) == 1


async def test_a_changed_faq_answers_with_its_new_text(search_tools: SearchTools) -> None:
    faq_id = await add_faq(search_tools, QUESTIONS, ANSWER)
    await change_faq(search_tools, faq_id, ["如何退货"], "新的答案。")
    result = await search_passages(search_tools, SearchRequest(["如何退货"]))
    assert result.faq_exact is not None and result.faq_exact.answer == "新的答案。"
    assert [hit.text for hit in result.hits] == ["新的答案。"]


async def test_a_deleted_faq_is_gone_at_once(search_tools: SearchTools) -> None:
    faq_id = await add_faq(search_tools, QUESTIONS, ANSWER)
    await delete_faq(search_tools, faq_id)
    result = await search_passages(search_tools, SearchRequest(["如何退货"]))
    assert (result.faq_exact, result.hits) == (None, [])


async def test_importing_the_same_rows_twice_changes_nothing(search_tools: SearchTools) -> None:
    drafts = [FaqDraft(2, ("怎么退货", "如何退货？"), "答案一"), FaqDraft(3, ("怎么开发票",), "答案二", ("发票",))]
    first, second = await import_faqs(search_tools, drafts), await import_faqs(search_tools, drafts)
    assert (first.created, first.updated, first.unchanged) == (2, 0, 0)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 2)
    changed = await import_faqs(search_tools, [FaqDraft(2, ("怎么退货",), "答案三")])
    assert changed.updated == 1


async def test_bad_rows_are_told_and_the_others_imported(search_tools: SearchTools) -> None:
    drafts = [
        FaqDraft(2, ("怎么退货",), "答案"),
        FaqDraft(3, (), "没有问题"),
        FaqDraft(4, ("没有答案",), " "),
        FaqDraft(5, ("请问怎么退货？",), "重复"),
        FaqDraft(6, ("x" * 501,), "太长"),
    ]
    report = await import_faqs(search_tools, drafts)
    assert report.created == 1
    assert [(problem.row, problem.code) for problem in report.problems] == [
        (3, "faq_row_without_question"),
        (4, "faq_row_without_answer"),
        (5, "faq_row_contradicts"),
        (6, "faq_row_too_long"),
    ]


def sheet(rows: list[list[str]]) -> bytes:
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


ROWS = [["问题", "相似问法", "答案", "标签"], ["怎么退货", "如何退货\n退货流程", "点申请售后。", "售后,退货"]]
CSV = "\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS)
AS_JSON = {"questions": ["怎么退货", "如何退货", "退货流程"], "answer": "点申请售后。", "tags": ["售后", "退货"]}
FILES = {
    "faq.csv": CSV.encode("utf-8-sig"),
    "国标.csv": CSV.encode("gb18030"),
    "faq.xlsx": sheet(ROWS),
    "faq.jsonl": b"\n".join([b"", orjson.dumps(AS_JSON), b""]),
}


@pytest.mark.parametrize("name", FILES)
async def test_a_file_of_any_kind_imports_the_same_and_a_dry_run_nothing(kefu: Served, name: str) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    for dry_run, listed in ((True, 0), (False, 1)):
        answer = await admin.post(
            "/api/v1/faqs/import", params={"dry_run": dry_run}, files={"file": (name, FILES[name])}
        )
        assert answer.status_code == 200, answer.text
        assert (answer.json()["created"], answer.json()["dry_run"]) == (1, dry_run)
        items = (await admin.get("/api/v1/faqs")).json()["items"]
        assert len(items) == listed
    assert items[0]["questions"] == ["怎么退货", "退货流程"]
    assert items[0]["tags"] == ["售后", "退货"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("faq.csv", b""),
        ("faq.csv", "颜色,尺寸\n红,大".encode()),
        ("faq.xlsx", b"PK no zip at all"),
        ("faq.jsonl", b"[1, 2]\n"),
        ("faq.exe", b"MZ"),
    ],
)
async def test_a_file_that_is_no_table_of_faqs_is_refused(
    standing_admin: httpx.AsyncClient, name: str, data: bytes
) -> None:
    answer = await standing_admin.post("/api/v1/faqs/import", files={"file": (name, data)})
    assert (answer.status_code, answer.json()["code"]) == (422, "faq_file_unreadable")


async def test_faqs_over_http_from_creation_to_deletion(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    created = await admin.post("/api/v1/faqs", json={"questions": QUESTIONS, "answer": ANSWER, "tags": ["售后"]})
    assert created.status_code == 201
    address = created.headers["Location"]
    assert address == f"/api/v1/faqs/{created.json()['faq_id']}"
    assert (await admin.post("/api/v1/faqs", json={"questions": QUESTIONS, "answer": ANSWER})).status_code == 409
    changed = await admin.put(address, json={"questions": QUESTIONS[:2], "answer": "新的。"})
    assert (changed.status_code, changed.json()["answer"]) == (200, "新的。")
    found = (await admin.post("/api/v1/search", json={"query": "如何退货"})).json()
    assert found["faq_exact"]["answer"] == "新的。" and found["answerable"]
    assert (await admin.delete(address)).status_code == 204
    assert (await admin.get(address)).status_code == 404


@pytest.mark.parametrize(("role", "status"), [(Role.AGENT, 403), (Role.SUPERVISOR, 403), (Role.INTEGRATOR, 403)])
async def test_only_admins_write_faqs(kefu: Served, role: Role, status: int) -> None:
    client = await kefu.keyed(role)
    assert (await client.post("/api/v1/faqs", json={"questions": ["q"], "answer": "a"})).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        {"questions": [], "answer": "a"},
        {"questions": ["  "], "answer": "a"},
        {"questions": ["q"], "answer": ""},
        {"questions": ["q\x00"], "answer": "a"},
        {"questions": ["q"], "answer": "a", "colour": "red"},
        {"questions": ["q"], "answer": "a" * 8001},
        {"questions": "q", "answer": "a"},
    ],
)
async def test_a_bad_faq_is_refused_and_nothing_stored(
    standing_admin: httpx.AsyncClient, body: dict[str, object]
) -> None:
    assert (await standing_admin.post("/api/v1/faqs", json=body)).status_code == 422
    assert (await standing_admin.get("/api/v1/faqs")).json()["items"] == []
