"""Files of questions: read in every form, refused with the row that is wrong, written so that nothing executes."""

import csv
import io
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from app.adapters.openpyxl_sheets import OpenpyxlSheets
from app.evaluation.errors import QuestionFileUnreadable
from app.evaluation.question_files import read_questions
from tests.evaluation.conftest import RETURNS, Work

FORMULA = "=cmd|'/c calc'!A1"
CSV = f"""问题,期望文档,期望文本,必须说,必须拒答,必过
退货的运费谁出,购物须知,{RETURNS},邮费|七天 / 7 天,,是
{FORMULA},,,,1,
"发票,什么时候发",购物须知,,,,
"""


async def read(name: str, data: bytes) -> list[Any]:
    return list(await read_questions(name, data, OpenpyxlSheets()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_csv_is_read_in_the_encodings_excel_writes(encoding: str) -> None:
    first, formula, third = await read("questions.csv", CSV.encode(encoding))
    assert first.text == "退货的运费谁出" and first.must and not first.must_refuse
    assert first.must_say == (("邮费",), ("七天", "7 天"))
    assert (first.expected[0].source, first.expected[0].text) == ("购物须知", RETURNS)
    assert formula.text == FORMULA and formula.must_refuse
    assert third.text == "发票,什么时候发"


async def test_a_sheet_reads_like_its_csv() -> None:
    rows = list(csv.reader(io.StringIO(CSV)))
    sheet = await OpenpyxlSheets().write(rows)
    assert await read("questions.xlsx", sheet) == await read("questions.csv", CSV.encode())


async def test_a_bare_list_needs_no_column_names() -> None:
    assert [one.locale for one in await read("list.txt", "怎么退货\nhow do I return it\n".encode())] == ["zh-CN", "en"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("questions.pdf", b"%PDF"),
        ("questions.xlsx", b"not a workbook"),
        ("questions.csv", b""),
        ("questions.csv", b"\x00\x01\x02\x00"),
        ("questions.jsonl", b'{"text": "ok"}\n{"text": 5}'),
        ("questions.jsonl", b'{"text": "ok", "unknown": 1}'),
        ("questions.csv", ("question\n" + "x" * 2_001).encode()),
        ("questions.csv", ("question\n" + "a\n" * 5_001).encode()),
        ("questions.csv", b"question,locale\nbonjour,fr\n"),
    ],
)
async def test_what_is_no_table_of_questions_is_refused_whole(name: str, data: bytes) -> None:
    from app.knowledge.errors import FaqFileUnreadable

    with pytest.raises((QuestionFileUnreadable, FaqFileUnreadable)):
        await read(name, data)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_batch_gives_a_result_file_with_ranks_and_answers(
    admin: httpx.AsyncClient, work: Work, kind: str
) -> None:
    data = CSV.encode() if kind == "csv" else await OpenpyxlSheets().write(list(csv.reader(io.StringIO(CSV))))
    opened = await admin.post("/api/v1/evaluations/batch", files={"file": (f"questions.{kind}", data)})
    assert opened.status_code == 202, opened.text
    early = await admin.get(opened.headers["location"] + "/result")
    assert (early.status_code, early.json()["code"]) == (409, "evaluation_not_over")
    await work()
    result = await admin.get(opened.headers["location"] + "/result", params={"format": kind})
    if kind == "csv":
        rows: list[Any] = list(csv.reader(io.StringIO(result.content.decode("utf-8-sig"))))
    else:
        sheet = load_workbook(io.BytesIO(result.content)).worksheets[0]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    head, first, formula, _ = rows
    assert head[0] == "问题" and head[5] == "最终名次"
    assert int(first[5]) == 1 and "邮费" in first[11]
    assert formula[0] == "'" + FORMULA


async def test_a_set_goes_out_and_comes_back_whole(admin: httpx.AsyncClient, questions: str) -> None:
    for kind in ("csv", "jsonl"):
        data = (await admin.get(f"/api/v1/regression/sets/{questions}/export", params={"format": kind})).content
        copy = (await admin.post("/api/v1/regression/sets", json={"name": kind})).json()["set_id"]
        added = await admin.post(f"/api/v1/regression/import/{copy}", files={"file": (f"set.{kind}", data)})
        assert added.status_code == 200, added.text
        kept = [
            (await admin.get(f"/api/v1/regression/sets/{one}/questions")).json()["items"] for one in (questions, copy)
        ]
        fields = ("text", "locale", "expected", "must_say", "must_not_say", "must_refuse", "must", "tags")
        assert [[row[name] for name in fields] for row in kept[0]] == [
            [row[name] for name in fields] for row in kept[1]
        ]
