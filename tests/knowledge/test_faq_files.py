"""FAQs as files: nothing is a formula on the way out, everything comes back, whatever it was saved as."""

from io import BytesIO

import orjson
import pytest
from openpyxl import Workbook, load_workbook

from app.accounts import Role
from app.adapters.openpyxl_sheets import OpenpyxlSheets
from app.knowledge import read_drafts
from app.knowledge.errors import FaqFileUnreadable
from app.knowledge.faq_exchange import reading
from tests.kernel.test_cells import NASTY
from tests.serving import Served


async def test_an_export_of_any_kind_is_taken_back_without_a_loss(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    for number, text in enumerate(NASTY):
        faq = {
            "questions": [f"{text.strip()} 第{number}问", f"问法；{number}|分号, 逗号"],
            "answer": text,
            "tags": ["a,b", f"t{number}"],
            "channels": ["web"],
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_until": "2036-01-01T00:00:00Z",
        }
        created = await admin.post("/api/v1/faqs", json=faq)
        assert created.status_code == 201, created.text
    before = (await admin.get("/api/v1/faqs")).json()["items"]
    for kind in ("csv", "xlsx", "jsonl"):
        exported = await admin.get("/api/v1/faqs/export", params={"format": kind})
        assert exported.status_code == 200
        assert b"\n=cmd" not in exported.content and b",=cmd" not in exported.content
        answer = await admin.post("/api/v1/faqs/import", files={"file": (f"f.{kind}", exported.content)})
        assert answer.status_code == 200, answer.text
        report = answer.json()
        assert (report["unchanged"], report["updated"], report["problems"]) == (len(NASTY), 0, []), kind
    assert (await admin.get("/api/v1/faqs")).json()["items"] == before


async def test_a_sheet_we_write_holds_words_and_no_formula() -> None:
    data = await OpenpyxlSheets().write([["faq_id", "question"], ["", "=1+1"], ["\x0b", "x" * 40_000]])
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    assert [cell.data_type for row in sheet.iter_rows() for cell in row if cell.value] == ["s"] * 4


TEXT = "问题,答案\n怎么退货？,点「申请售后」。\n联通,电信\n"
TRADITIONAL = "問題,答案\n" + "".join(f"怎麼辦理退貨手續{n}？,請點選申請售後服務。\n" for n in range(20))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
async def test_a_file_is_read_whatever_it_was_saved_as(encoding: str) -> None:
    drafts = await read_drafts("f.csv", TEXT.encode(encoding), OpenpyxlSheets())
    assert [(one.row, *one.questions, one.answer) for one in drafts] == [
        (2, "怎么退货？", "点「申请售后」。"),
        (3, "联通", "电信"),
    ]


async def test_big5_is_known_from_gb18030() -> None:
    data = TRADITIONAL.replace("問題", "问题").encode("gb18030")
    assert (await read_drafts("f.csv", data, OpenpyxlSheets()))[0].questions == ("怎麼辦理退貨手續0？",)
    data = ("question,answer\n" + TRADITIONAL.split("\n", 1)[1]).encode("big5")
    assert (await read_drafts("f.csv", data, OpenpyxlSheets()))[0].questions == ("怎麼辦理退貨手續0？",)


async def test_lines_of_two_encodings_in_one_file_are_both_read() -> None:
    rows = [f"怎么办理第{number}号业务的退货手续,请在订单里点申请售后".encode() for number in range(20)]
    strange = "运费由谁来承担呢,质量问题由我们承担运费".encode("gb18030")
    data = b"\n".join([b"question,answer", *rows[:10], strange, *rows[10:]])
    drafts = await read_drafts("f.csv", data, OpenpyxlSheets())
    assert drafts[10].questions == ("运费由谁来承担呢",) and drafts[11].answer == "请在订单里点申请售后"


async def test_merged_cells_speak_for_all_they_cover_and_formulas_are_told() -> None:
    book, file = Workbook(), BytesIO()
    sheet = book.active
    for row in (["问题", "答案"], ["怎么退货", "点申请售后。"], ["如何退款", None], ["多少钱", "=1+1"]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    book.save(file)
    drafts = await read_drafts("f.xlsx", file.getvalue(), OpenpyxlSheets())
    assert [one.answer for one in drafts] == ["点申请售后。", "点申请售后。", ""]


async def test_huge_cells_bad_ids_and_dates_are_told_by_line(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    huge = "长" * 300_000
    said = "faq_id,question,answer,valid_from,valid_until\n"
    said += (
        f",巨大,{huge},,\nnot-an-id,问一,答,,\n,问二,答,昨天,\n,问三,答,2026-02-01,2026-01-01\n,问四,答,2026/02/01,\n"
    )
    answer = await admin.post("/api/v1/faqs/import", files={"file": ("f.csv", said.encode())})
    assert [(one["row"], one["code"]) for one in answer.json()["problems"]] == [
        (2, "faq_row_too_long"),
        (3, "faq_row_bad_id"),
        (4, "faq_row_bad_date"),
        (5, "faq_dates_reversed"),
    ]
    [faq] = (await admin.get("/api/v1/faqs")).json()["items"]
    assert faq["valid_from"] == "2026-01-31T16:00:00Z"


async def test_a_broken_line_of_json_is_told_and_the_others_are_read(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    lines = b"\n".join([orjson.dumps({"question": "问一", "answer": "答"}), b"{", b"[1]"])
    answer = (await admin.post("/api/v1/faqs/import", files={"file": ("f.jsonl", lines)})).json()
    assert (answer["created"], [one["row"] for one in answer["problems"]]) == (1, [2, 3])


async def test_a_hundred_thousand_rows_are_read_and_more_than_may_be_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = "".join(f"第{number}号商品怎么退货,在订单里申请{number}\n" for number in range(100_000))
    data = ("问题,答案\n" + rows).encode("gb18030")
    drafts = await read_drafts("f.csv", data, OpenpyxlSheets())
    assert (len(drafts), drafts[-1].row, drafts[-1].answer) == (100_000, 100_001, "在订单里申请99999")
    monkeypatch.setattr(reading, "MOST_ROWS", 99_999)
    with pytest.raises(FaqFileUnreadable):
        await read_drafts("f.csv", data, OpenpyxlSheets())
