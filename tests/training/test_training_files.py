"""Training files of every layout become pairs, bad rows are named with their line, and exports read back the same."""

import json
from typing import Any
from uuid import uuid4

import pytest

from app.training.datasets.build import build_dataset
from app.training.datasets.formats import Layout, export
from app.training.domain import Lesson, Source
from app.training.errors import TrainingFileUnreadable
from app.training.material.domain import FileShape, Mapping
from app.training.material.reading import read_file

CHATGLM = {
    "conversations": [
        {"role": "system", "content": "客服"},
        {"role": "user", "content": "保修多久？"},
        {"role": "assistant", "content": "两年。"},
    ]
}
SHAREGPT = {"conversations": [{"from": "human", "value": "保修多久？"}, {"from": "gpt", "value": "两年。"}]}
ALPACA = {"instruction": "保修多久？", "input": "", "output": "两年。"}
OPENAI = {"messages": [{"role": "user", "content": "保修多久？"}, {"role": "assistant", "content": "两年。"}]}
SHAPES = {FileShape.CHATGLM: CHATGLM, FileShape.SHAREGPT: SHAREGPT, FileShape.ALPACA: ALPACA, FileShape.OPENAI: OPENAI}


def lines(*rows: Any) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


@pytest.mark.parametrize("shape", list(SHAPES))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("whole", [True, False], ids=["json", "lines"])
def test_each_layout_is_recognised_in_each_encoding(shape: FileShape, encoding: str, whole: bool) -> None:
    row = SHAPES[shape]
    text = json.dumps([row, row], ensure_ascii=False) if whole else "\n".join([json.dumps(row, ensure_ascii=False)] * 2)
    read = read_file(text.encode(encoding))
    assert read.shape is shape and not read.refusals
    assert {(one.question, one.answer) for one in read.drafts} == {("保修多久？", "两年。")}
    assert [one.line for one in read.drafts] == [1, 2]


def test_each_answer_of_a_conversation_is_a_pair_with_what_was_said_before() -> None:
    turns = [("user", "你好"), ("assistant", "您好，请讲。"), ("user", "保修多久？"), ("assistant", "两年。")]
    read = read_file(lines({"messages": [{"role": role, "content": words} for role, words in turns]}))
    assert [(one.question, one.answer, len(one.history)) for one in read.drafts] == [
        ("你好", "您好，请讲。", 0),
        ("保修多久？", "两年。", 2),
    ]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (
            {"messages": [{"role": "assistant", "content": "您好"}, {"role": "user", "content": "在吗"}]},
            "row_wrong_roles",
        ),
        ({"messages": [{"role": "user", "content": "在吗"}, {"role": "user", "content": "在吗"}]}, "row_wrong_roles"),
        (
            {"messages": [{"role": "boss", "content": "在吗"}, {"role": "assistant", "content": "在"}]},
            "row_wrong_roles",
        ),
        ({"messages": [{"role": "user", "content": "在吗"}]}, "row_no_answer"),
        (
            {"messages": [{"role": "user", "content": "在吗"}, {"role": "assistant", "content": "长" * 100_000}]},
            "row_too_long",
        ),
        ({"messages": [{"role": "user", "content": "在吗"}, {"role": "assistant", "content": " "}]}, "row_empty"),
        ({"messages": [{"role": "user", "content": "在吗"}, {"role": "assistant", "content": None}]}, "row_no_text"),
        (
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}] * 101},
            "row_too_many_turns",
        ),
        ({"messages": []}, "row_no_turns"),
        ([1, 2], "row_not_object"),
        (7, "row_not_object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_row_is_refused_with_its_line_and_the_others_are_taken(bad: Any, code: str) -> None:
    read = read_file(lines(OPENAI, bad, OPENAI))
    assert [(one.line, one.code) for one in read.refusals] == [(2, code)] and len(read.drafts) == 2


def test_lines_in_different_encodings_are_read_one_by_one() -> None:
    good = json.dumps(OPENAI, ensure_ascii=False)
    read = read_file(
        b"\n".join([good.encode(), good.encode("gb18030"), b'{"messages": "\xff\xff\xff"}', b"{broken", good.encode()])
    )
    assert {(one.question, one.line) for one in read.drafts} == {
        ("保修多久？", 1),
        ("保修多久？", 2),
        ("保修多久？", 5),
    }
    assert [(one.line, one.code) for one in read.refusals] == [(3, "row_encoding"), (4, "row_not_json")]


@pytest.mark.parametrize("data", [b"", b"   \n ", b"[]", b'"text"', b"17"])
def test_a_file_without_rows_is_refused_whole(data: bytes) -> None:
    with pytest.raises(TrainingFileUnreadable):
        read_file(data)


def test_other_layouts_are_read_through_a_mapping() -> None:
    kdconv = [
        {
            "name": "电影",
            "messages": [
                {"message": "看过《流浪地球》吗？"},
                {"message": "看过。"},
                {"message": "谁导演的？"},
                {"message": "郭帆。"},
            ],
        }
    ]
    read = read_file(json.dumps(kdconv).encode(), mapping=Mapping(turns="messages", text="message"))
    assert [(one.question, one.answer) for one in read.drafts] == [
        ("看过《流浪地球》吗？", "看过。"),
        ("谁导演的？", "郭帆。"),
    ]
    crosswoz = {
        "391": {
            "messages": [
                {"role": "usr", "content": "推荐景点"},
                {"role": "sys", "content": "故宫。"},
                {"role": "sys", "content": "评分 4.7。"},
            ]
        }
    }
    read = read_file(json.dumps(crosswoz).encode(), mapping=Mapping(turns="messages", role="role"))
    assert [(one.question, one.answer) for one in read.drafts] == [("推荐景点", "故宫。\n评分 4.7。")]
    flat = {"data": {"rows": [{"q": {"text": "保修？"}, "a": "两年。"}, {"q": {}, "a": "?"}]}}
    read = read_file(json.dumps(flat).encode(), mapping=Mapping(rows="data.rows", question="q.text", answer="a"))
    assert len(read.drafts) == 1 and [(one.line, one.code) for one in read.refusals] == [(2, "row_no_text")]


def test_an_unknown_layout_names_its_members_so_that_it_can_be_mapped() -> None:
    read = read_file(lines({"q": "保修？", "a": "两年。"}))
    assert (read.shape, read.keys, [one.code for one in read.refusals]) == (
        FileShape.MAPPED,
        ["a", "q"],
        ["row_unknown_shape"],
    )


@pytest.mark.parametrize("layout", [Layout.OPENAI, Layout.SHAREGPT, Layout.ALPACA, Layout.CHATGLM])
def test_an_export_reads_back_as_the_same_pairs(layout: Layout) -> None:
    prompt = ({"role": "system", "content": "客服"}, {"role": "user", "content": "保修多久？"})
    built = build_dataset([Lesson(Source.FAQ, uuid4(), "保修多久？", prompt, "保修两年。", "zh-CN")], "x")
    read = read_file(b"".join(export(built.data, layout)))
    assert [(one.question, one.answer) for one in read.drafts] == [("保修多久？", "保修两年。")]
    assert read.shape.value == layout.value and b"".join(export(built.data, Layout.ROWS)) == built.data
