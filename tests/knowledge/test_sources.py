"""The quoted words are found in their passage however they were quoted, and links keep long quotes short."""

import pytest

from app.kernel.web import as_download
from app.knowledge.document_errors import SourceGone
from app.knowledge.links import SourceLink, SourceLinks
from app.knowledge.sources import mark_quote, table_rows

TEXT = "签收后七天内可以退货。\n质量问题由我们承担运费，其他情形由您承担。"
LONG = "质量问题由我们承担运费" * 12


def marked(text: str, quote: str) -> list[str]:
    links = SourceLinks(b"k" * 40)
    link = links.read(links.url(quote=quote).removeprefix("/sources/"))
    return [piece.text for piece in mark_quote(text, link) if piece.marked]


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("可以退货", "可以退货"),
        ("可以退货。 质量问题", "可以退货。\n质量问题"),
        ("可 以退 货", "可以退货"),
        ("不在里面", TEXT),
        ("", TEXT),
        (".*", TEXT),
    ],
)
def test_a_quote_is_marked_where_it_stands_else_the_whole_passage(quote: str, found: str) -> None:
    assert marked(TEXT, quote) == [found]


def test_a_long_quote_is_marked_from_its_beginning_to_its_end() -> None:
    assert marked(f"前言。{LONG}。后记。", LONG) == [LONG]
    assert len(SourceLinks(b"k" * 40).url(quote=LONG * 20)) < 600


def test_pieces_together_are_the_passage() -> None:
    pieces = mark_quote(TEXT, SourceLink(quote="七天内", quote_length=3))
    assert "".join(piece.text for piece in pieces) == TEXT


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "." * 3000])
def test_a_link_nobody_signed_is_gone(token: str) -> None:
    with pytest.raises(SourceGone):
        SourceLinks(b"k" * 40).read(token)


def test_a_download_keeps_a_chinese_name_and_lets_nothing_into_the_header() -> None:
    header = as_download('退货 "政策"\r\nX: y.md')
    assert header.startswith('attachment; filename="__ ____') and "\r" not in header and "\n" not in header
    assert "filename*=UTF-8''%E9%80%80%E8%B4%A7" in header


TABLE = "| 品类 | 换货期 |\n| --- | --- |\n| 耳机 | 30 日 |\n| 手机 \\| 平板 | 15 日 |"


def test_the_quoted_row_of_a_table_is_marked_else_all_of_it() -> None:
    rows = table_rows(TABLE, SourceLink(quote="耳机 | 30 日"))
    assert [(row.cells, row.marked) for row in rows] == [
        (["品类", "换货期"], False),
        (["耳机", "30 日"], True),
        (["手机 | 平板", "15 日"], False),
    ]
    for quote in ("不在里面", "", "| --- |", TABLE):
        assert all(row.marked for row in table_rows(TABLE, SourceLink(quote=quote[:40]))), quote
    assert not any(row.marked for row in table_rows(TABLE, None))
    assert table_rows("问题: 怎么退货\n答案: 七天内", None) == []
