"""What each converter makes of a file: headings, tables with their header, old encodings, and hostile archives."""

import io
import time
import zipfile
from email.message import EmailMessage

import docx
import pytest
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from app.adapters.langchain_splitter import units
from app.adapters.parsing.blocks import Unreadable
from app.adapters.parsing.read import read

Passages = list[tuple[str, list[str], int | None, str]]
ORDER = "订单签收后七天内可以无理由退货，商品需要保持完好。"


def passages(data: bytes | str, file_type: str, name: str = "a.x") -> Passages:
    raw = data if isinstance(data, bytes) else data.encode()
    return [(p[0], p[1], p[2], p[5]) for p in read(raw, file_type, name)["passages"]]


def code_of(data: bytes, file_type: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(data, file_type, "a.x")
    return caught.value.code


def zipped(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_markdown_keeps_its_headings_and_drops_its_front_matter() -> None:
    source = (
        "---\ntitle: 手册\nowner: x\n---\n# 一\n\n开头。\n\n## 二 {#two}\n\n- 甲\n- 乙\n\n<script>alert(1)</script>\n"
    )
    found = read(source.encode(), "markdown", "a.md")
    assert found["title"] == "手册"
    assert passages(source, "markdown") == [
        ("text", ["一"], None, "开头。"),
        ("text", ["一", "二"], None, "- 甲\n- 乙"),
    ]


def test_a_heading_over_nothing_is_not_lost() -> None:
    assert passages("# 营业时间\n\n# 周一到周五九点到六点\n", "markdown") == [
        ("text", [], None, "营业时间"),
        ("text", [], None, "周一到周五九点到六点"),
    ]


def test_a_long_section_is_split_at_sentences_with_a_little_overlap() -> None:
    sentences = [f"第 {n} 条规定适用于所有在官方商城购买的商品，期限从签收次日起算。" for n in range(60)]
    found = passages("# 条款\n\n" + "".join(sentences), "markdown")
    assert len(found) > 3 and all(units(text) <= 1_000 for *_, text in found)
    assert all(text.endswith("。") and path == ["条款"] for _, path, _, text in found)
    assert all(any(sentence in text for *_, text in found) for sentence in sentences)


def test_a_long_table_is_split_between_rows_and_each_part_has_the_header() -> None:
    rows = "\n".join(f"| 型号 {n} | {n * 100} 元 | 保修 {n} 个月 |" for n in range(1, 61))
    found = passages(f"# 价目\n\n| 型号 | 价格 | 保修 |\n|---|---|---|\n{rows}\n", "markdown")
    assert len(found) > 1
    assert all(kind == "table" and text.startswith("| 型号 | 价格 | 保修 |\n| --- |") for kind, _, _, text in found)
    assert [text.count("\n") - 1 for *_, text in found][-1] > 1, "no single row is left alone at the end"
    assert sum(text.count("个月") for *_, text in found) == 60


def test_a_row_too_long_for_a_table_becomes_a_record_with_its_column_names() -> None:
    answer = ORDER * 60
    found = passages(f"问题,答案\n怎么退货,{answer}\n", "csv")
    assert all(kind == "table" for kind, *_ in found)
    assert len(found) > 2 and all(text.startswith("问题: 怎么退货\n") for *_, text in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "big5"])
def test_text_in_any_encoding_is_read_as_it_was_written(encoding: str) -> None:
    text = "本店營業時間為每日上午九時至下午六時，國定假日照常營業，歡迎光臨。" * 3
    if encoding == "gb18030":
        text = ORDER * 3
    assert passages(text.encode(encoding), "text")[0][3] == text


def test_a_declared_charset_is_believed_when_it_fits() -> None:
    page = f'<html><head><meta charset="gb2312"></head><body><p>{ORDER}</p></body></html>'
    assert passages(page.encode("gb18030"), "html")[0][3] == ORDER
    lying = page.replace("gb2312", "utf-8")
    assert passages(lying.encode("gb18030"), "html")[0][3] == ORDER


def test_a_few_broken_bytes_do_not_turn_a_page_into_mojibake() -> None:
    data = (ORDER * 20).encode() + b"\xff" + ORDER.encode()
    assert ORDER in passages(data, "text")[0][3]


def test_a_page_gives_its_text_and_nothing_that_was_hidden() -> None:
    page = """<html><head><title>帮助</title><style>p{}</style><base href="//evil"></head><body>
    <nav>首页 关于</nav><main><h1>退货</h1><p>七天内<b>可以</b>退货。</p><p style="display: none">藏起来的</p>
    <div hidden>也藏起来</div><script>var x = "脚本"</script><!-- 注释 -->
    <table><tr><th>品类</th><th>期限</th></tr><tr><td rowspan="2">耳机</td><td>30 日</td></tr>
    <tr><td>二次 60 日</td></tr></table></main><footer>版权</footer></body></html>"""
    assert read(page.encode(), "html", "a.html")["title"] == "帮助"
    assert passages(page, "html") == [
        ("text", ["退货"], None, "七天内可以退货。"),
        ("table", ["退货"], None, "| 品类 | 期限 |\n| --- | --- |\n| 耳机 | 30 日 |\n| 耳机 | 二次 60 日 |"),
    ]


def test_a_page_nested_without_end_is_still_read() -> None:
    assert "里面" in passages("<div>" * 5_000 + "里面" + "</div>" * 5_000, "html")[0][3]


def test_a_csv_with_semicolons_and_ragged_rows_is_a_table() -> None:
    found = passages("名称;价格;备注\n充电器;169\n线;39;白;多出来\n", "csv")
    assert "| 充电器 | 169 |" in found[0][3] and "多出来" in found[0][3]


def test_a_workbook_gives_each_visible_sheet_with_figures_as_shown() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "价目"
    for row in (["2026 年价目表"], ["商品", "价格", "折扣"], ["充电器", 169.0, 0.125], [], ["备注", "含税", ""]):
        sheet.append(row)
    sheet["C3"].number_format = "0.0%"
    sheet.cell(1_048_576, 16_384, "很远")
    hidden = book.create_sheet("内部")
    hidden.append(["成本", 80])
    hidden.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    began = time.monotonic()
    found = passages(file.getvalue(), "xlsx")
    assert found[0] == ("text", ["价目"], None, "2026 年价目表")
    assert found[1][3] == "| 商品 | 价格 | 折扣 |\n| --- | --- | --- |\n| 充电器 | 169 | 12.5% |"
    assert "成本" not in str(found) and time.monotonic() - began < 10


def test_column_names_over_two_rows_and_a_gap_still_head_their_figures() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["单位：万元", "", "", "2026 上半年"],
        ["", "收入", "成本", "利润"],
        [],
        ["华东", 120, 80, 40],
        ["华南", 90, 70],
    ):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    (found,) = passages(file.getvalue(), "xlsx")
    assert found[3].split("\n")[0] == "| 单位：万元 | 收入 | 成本 | 2026 上半年 利润 |"
    assert "| 华东 | 120 | 80 | 40 |" in found[3] and "| 华南 | 90 | 70 |  |" in found[3]


def test_a_long_list_of_links_is_no_content_and_a_short_one_is() -> None:
    links = "".join(f'<li><a href="/{n}">语言 {n}</a></li>' for n in range(20))
    few = '<ul><li><a href="/a">退货政策</a></li><li>保修</li></ul>'
    (found,) = passages(f"<body><ul>{links}</ul><p>正文在这里。</p>{few}</body>", "html")
    assert found[3] == "正文在这里。\n\n- 退货政策\n- 保修"


def test_a_word_file_gives_headings_lists_and_tables() -> None:
    document = docx.Document()
    document.add_heading("发票规则", 0)
    document.add_heading("开票", 1)
    document.add_paragraph("下单后 180 天内可以补开。")
    document.add_paragraph("电子普通发票", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip([c for row in table.rows for c in row.cells], ["类型", "时限", "专票", "3 天"], strict=True):
        cell.text = text
    file = io.BytesIO()
    document.save(file)
    found = passages(file.getvalue(), "docx")
    assert all(path == ["发票规则", "开票"] for _, path, _, _ in found)
    assert "下单后 180 天内可以补开。" in found[0][3] and "- 电子普通发票" in found[0][3]
    assert found[-1][3] == "| 类型 | 时限 |\n| --- | --- |\n| 专票 | 3 天 |"


def test_slides_give_title_text_table_and_notes_with_their_number() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "保修"
    slide.shapes.add_textbox(Inches(1), Inches(2), Inches(4), Inches(1)).text_frame.text = "整机两年"
    cells = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for at, text in enumerate(["部件", "月", "电池", "12"]):
        cells.cell(at // 2, at % 2).text = text
    slide.notes_slide.notes_text_frame.text = "讲解词"
    show.slides.add_slide(show.slide_layouts[6])
    file = io.BytesIO()
    show.save(file)
    found = passages(file.getvalue(), "pptx")
    assert [(kind, path, page) for kind, path, page, _ in found] == [
        ("text", ["保修"], 1),
        ("table", ["保修"], 1),
        ("text", ["保修"], 1),
    ]
    assert [text for *_, text in found] == ["整机两年", "| 部件 | 月 |\n| --- | --- |\n| 电池 | 12 |", "讲解词"]


def chinese_pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, A4)
    for page in range(1, 5):
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(72, 800, f"星河数码 内部资料 第 {page} 页")
        canvas.setFont("STSong-Light", 20)
        canvas.drawString(72, 740, f"第 {page} 章 换货")
        canvas.setFont("STSong-Light", 11)
        canvas.drawString(72, 700, "音频类产品自签收之日起三十日内出现非人为性能故障的，为消费者更换同型号")
        canvas.drawString(72, 684, "新品，不作维修。")
        for row, cells in enumerate((("品类", "换货期"), ("耳机", f"{page * 10} 日"), ("手机", "15 日"))):
            canvas.drawString(72, 640 - row * 16, cells[0])
            canvas.drawString(272, 640 - row * 16, cells[1])
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_a_pdf_gives_headings_joined_lines_and_tables_with_page_numbers() -> None:
    found = passages(chinese_pdf(), "pdf")
    assert [passage for passage in found if passage[2] == 2] == [
        (
            "text",
            ["第 2 章 换货"],
            2,
            "音频类产品自签收之日起三十日内出现非人为性能故障的，为消费者更换同型号新品，不作维修。",
        ),
        (
            "table",
            ["第 2 章 换货"],
            2,
            "| 品类 | 换货期 |\n| --- | --- |\n| 耳机 | 20 日 |\n| 手机 | 15 日 |",
        ),
    ]
    assert str(found).count("内部资料") == 1, "a running head is told once"


def test_a_mail_gives_who_what_and_the_names_of_its_attachments() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "退货问题", "lin@example.com", "service@example.com"
    mail.set_content("耳机有杂音。\n\n想换一副。")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="发票.pdf")
    found = read(mail.as_bytes(), "mail", "a.eml")
    assert found["title"] == "退货问题"
    text = found["passages"][0][5]
    assert "From: lin@example.com" in text and "耳机有杂音。" in text and "发票.pdf" in text


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body><w:p><w:r>"
    "<w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body><w:p><w:r>"
    "<w:t>before &x; after</w:t></w:r></w:p></w:body></w:document>"
)


def word_with(document_xml: str) -> bytes:
    """A Word file python-docx made, its text replaced."""
    file = io.BytesIO()
    docx.Document().save(file)
    with zipfile.ZipFile(file) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    return zipped(**{**entries, "word/document.xml": document_xml.encode()})


def test_entities_that_multiply_are_refused_quickly() -> None:
    began = time.monotonic()
    assert code_of(word_with(BOMB), "docx") in ("document_broken", "document_too_complex")
    assert time.monotonic() - began < 5


def test_entities_from_outside_bring_nothing_in() -> None:
    try:
        found = str(passages(word_with(OUTSIDE), "docx"))
    except Unreadable as error:
        assert error.code in ("document_broken", "document_empty")
    else:
        assert "root:" not in found


KIND = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped(**KIND, **{"word/media/huge.bin": bytes(60_000_000)}), "document_too_complex"),
        (zipped(**KIND, **{f"word/{n}.xml": b"x" for n in range(10_001)}), "document_too_complex"),
        (zipped(**KIND, **{"../../etc/cron.d/x": b"x"}), "document_broken"),
        (zipped(**KIND, **{"/etc/passwd": b"x"}), "document_broken"),
        (zipped(**{"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}), "document_type_mismatch"),
        (zipped(**{"readme.txt": b"x"}), "document_broken"),
        (zipped(**KIND)[:-30], "document_broken"),
        (zipped(**KIND), "document_broken"),
        (b"PK\x03\x04" + b"\x00" * 100, "document_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "document_locked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "document_type_mismatch"),
    ],
    ids=[
        "bloated",
        "crowded",
        "climbing",
        "absolute",
        "other-kind",
        "plain-zip",
        "cut",
        "hollow",
        "junk",
        "locked",
        "old",
    ],
)
def test_an_archive_is_judged_before_it_is_unpacked(data: bytes, code: str) -> None:
    assert code_of(data, "docx") == code


@pytest.mark.parametrize("file_type", ["docx", "xlsx", "pptx"])
def test_a_file_cut_in_half_is_broken(file_type: str) -> None:
    file = io.BytesIO()
    {"docx": docx.Document, "xlsx": Workbook, "pptx": Presentation}[file_type]().save(file)
    assert code_of(file.getvalue()[: len(file.getvalue()) // 2], file_type) == "document_broken"


def test_a_pdf_with_too_many_pages_is_refused() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, A4)
    for _ in range(2_001):
        canvas.showPage()
    canvas.save()
    assert code_of(file.getvalue(), "pdf") == "document_too_complex"
