"""Writes the demo company's PDF, DOCX, XLSX and HTML files from `sources/`; run `python -m app.demo.build_files`."""

import csv
import html
import io
import re
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from markdown_it import MarkdownIt
from openpyxl import Workbook
from openpyxl.styles import Font

from app.demo.pdf_pages import write_pdf

HERE = Path(__file__).parent
MADE = datetime(2026, 11, 2, 9, 0)  # the same bytes on every run
PDFS = ("after-sales-policy", "nova-buds-2-manual")
SHEETS = {
    ("zh/logistics-timetable.xlsx", "物流时效表"): {"物流时效": "logistics-timetable"},
    ("zh/stores-and-prices.xlsx", "2026 门店与价格"): {
        "门店": "stores",
        "商品价格": "prices",
        "门店维修价目": "repair-prices",
    },
}


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, quote, list item or table of a Markdown source, in reading order."""

    kind: str
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)


def read_blocks(source: str) -> list[Block]:
    """The blocks of a Markdown text, as plain text."""
    blocks: list[Block] = []
    rows: list[list[str]] = []
    inside: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.type.endswith("_open"):
            inside.append(token.type.removesuffix("_open") + token.tag[1:] * (token.type == "heading_open"))
            if token.type == "table_open":
                rows = []
            if token.type == "tr_open":
                rows.append([])
        elif token.type.endswith("_close"):
            inside.pop()
            if token.type == "table_close":
                blocks.append(Block("table", rows=rows))
        elif token.type == "inline":
            if inside[-1] in ("th", "td"):
                rows[-1].append(token.content)
            elif inside[-1].startswith("heading"):
                blocks.append(Block("heading", token.content, int(inside[-1][-1])))
            else:
                kind = next((k for k in ("blockquote", "list_item") if k in inside), "paragraph")
                blocks.append(Block(kind, token.content.replace("\n", " ")))
    return blocks


def write_docx(blocks: list[Block], path: Path, chinese: bool) -> None:
    """A Word document with real headings, lists and tables."""
    document: Any = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)
    if chinese:
        style.element.rPr.rFonts.set(qn("w:eastAsia"), "SimSun")
    for block in blocks:
        if block.kind == "heading":
            document.add_heading(block.text, level=block.level - 1)
        elif block.kind == "list_item":
            document.add_paragraph(block.text, style="List Number")
        elif block.kind == "table":
            table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        else:
            document.add_paragraph(block.text)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "Nebula Digital", blocks[0].text, ""
    properties.created = properties.modified = MADE
    document.save(path)
    settle_zip(path)


def write_xlsx(sheets: dict[str, str], title: str, path: Path) -> None:
    """A workbook with one sheet per CSV source."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet_title, source in sheets.items():
        sheet = book.create_sheet(sheet_title)
        with (HERE / "sources" / "zh" / f"{source}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines):
                sheet.append([int(cell) if cell.isdecimal() else cell for cell in row])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for column in sheet.columns:
            sheet.column_dimensions[column[0].column_letter].width = 24
        sheet.freeze_panes = "A2"
    book.properties.creator, book.properties.title = "Nebula Digital", title
    book.properties.created = MADE
    book.save(path)
    settle_zip(path)


def settle_zip(path: Path) -> None:
    """Rewrites an Office file with fixed times, so that the same source gives the same bytes."""
    stamp = MADE.isoformat() + "Z"
    with zipfile.ZipFile(path) as old:
        entries = [(name, old.read(name)) for name in old.namelist()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name, content in sorted(entries, key=lambda entry: entry[0] != "[Content_Types].xml"):
            settled = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp.encode(), content)
            kept = settled if name == "docProps/core.xml" else content
            new.writestr(zipfile.ZipInfo(name, (2026, 11, 2, 9, 0, 0)), kept, zipfile.ZIP_DEFLATED)
    path.write_bytes(packed.getvalue())


def write_html(source: str, title: str, path: Path, lang: str) -> None:
    """A plain web page."""
    body = MarkdownIt("commonmark").enable("table").render(source)
    path.write_text(
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        encoding="utf-8",
    )


def build(target: Path) -> list[Path]:
    """Writes every generated file below `target` and returns their paths."""
    made: list[Path] = []
    for language in ("zh", "en"):
        folder = target / language
        folder.mkdir(parents=True, exist_ok=True)
        for source in sorted((HERE / "sources" / language).glob("*.md")):
            text = source.read_text("utf-8")
            blocks = read_blocks(text)
            if source.stem in PDFS:
                path = folder / f"{source.stem}.pdf"
                write_pdf(blocks, path, chinese=language == "zh", flowing="manual" in source.stem)
            elif source.stem == "return-exchange-guide":
                path = folder / f"{source.stem}.html"
                write_html(text, blocks[0].text, path, "zh-CN" if language == "zh" else "en")
            else:
                path = folder / f"{source.stem}.docx"
                write_docx(blocks, path, chinese=language == "zh")
            made.append(path)
    for (name, title), sheets in SHEETS.items():
        write_xlsx(sheets, title, target / name)
        made.append(target / name)
    return made


if __name__ == "__main__":
    for made_file in build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "documents"):
        print(f"{made_file.stat().st_size:>8}  {made_file}")
