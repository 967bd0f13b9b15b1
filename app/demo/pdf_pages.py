"""Lays the demo company's policies and manuals out as PDF pages with a real text layer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib import colors, textsplit
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

CHINESE_FONT = "STSong-Light"
# The line breaker knows the Japanese marks that must not begin a line, not these Chinese ones.
MUST_NOT_BEGIN_A_LINE = "，；：？！”’》％"
NAVY, GREY, LINE = colors.HexColor("#12263a"), colors.HexColor("#646b67"), colors.HexColor("#cfd0c9")


class PrintedBlock(Protocol):
    """What a page needs to know about a piece of text."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def rows(self) -> list[list[str]]: ...


def _styles(chinese: bool) -> dict[str, ParagraphStyle]:
    regular, bold = (CHINESE_FONT, CHINESE_FONT) if chinese else ("Times-Roman", "Times-Bold")
    wrap = "CJK" if chinese else None

    def style(name: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
        face = more.pop("fontName", regular)
        return ParagraphStyle(name, fontName=face, fontSize=size, leading=leading, wordWrap=wrap, **more)

    return {
        "title": style("title", 26, 36, fontName=bold, textColor=NAVY, spaceAfter=10 * mm),
        "blockquote": style("blockquote", 11, 20, textColor=GREY),
        "chapter": style("chapter", 17, 26, fontName=bold, textColor=NAVY, spaceBefore=16, spaceAfter=8),
        "section": style("section", 13.5, 21, fontName=bold, spaceBefore=12, spaceAfter=3),
        "paragraph": style("paragraph", 11, 19.5, spaceAfter=6),
        "cell": style("cell", 10 if chinese else 9.5, 15),
    }


def _table(rows: Sequence[Sequence[str]], cell: ParagraphStyle, width: float) -> Table:
    printed = [[Paragraph(escape(text), cell) for text in row] for row in rows]
    widest = [
        max(stringWidth(text, cell.fontName, cell.fontSize) + 14 for text in column)
        for column in zip(*rows, strict=True)
    ]
    widths = [need * width / sum(widest) for need in widest]
    table = Table(printed, colWidths=widths, repeatRows=1, spaceBefore=4, spaceAfter=8)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    return table


def _flow(
    blocks: Sequence[PrintedBlock], styles: dict[str, ParagraphStyle], chinese: bool, width: float, flowing: bool
) -> list[Any]:
    """Title page, a word to the reader, then the chapters; each on a new page unless they are `flowing`."""
    first_chapter = next(i for i, block in enumerate(blocks) if block.kind == "heading" and block.level == 2)
    flow: list[Any] = [Spacer(1, 70 * mm)]
    for block in blocks[:first_chapter]:
        if block.kind == "paragraph":
            flow.append(PageBreak())
        flow.append(Paragraph(escape(block.text), styles["title" if block.kind == "heading" else block.kind]))
    flow.append(Spacer(1, 8 * mm) if flowing else PageBreak())
    for position, block in enumerate(blocks[first_chapter:]):
        if block.kind == "table":
            flow.append(_table(block.rows, styles["cell"], width))
        elif block.kind == "heading":
            if block.level == 2 and position:
                flow.append(CondPageBreak(60 * mm) if flowing else PageBreak())
            flow.append(Paragraph(escape(block.text), styles["chapter" if block.level == 2 else "section"]))
        else:
            flow.append(Paragraph(escape(block.text), styles["paragraph"]))
    return [*flow, Spacer(1, 1)]


def write_pdf(blocks: Sequence[PrintedBlock], path: Path, chinese: bool, flowing: bool) -> None:
    """Writes the blocks as an A4 document; the same blocks give the same bytes."""
    rl_config.invariant = 1
    textsplit.ALL_CANNOT_START += "".join(set(MUST_NOT_BEGIN_A_LINE) - set(textsplit.ALL_CANNOT_START))
    if chinese:
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))
    font = CHINESE_FONT if chinese else "Times-Roman"
    company, title = ("星河数码" if chinese else "Nebula Digital"), blocks[0].text

    def edges(canvas: Any, document: Any) -> None:
        if document.page == 1:
            return
        canvas.setFont(font, 9)
        canvas.setFillColor(GREY)
        canvas.drawString(26 * mm, 280 * mm, f"{company} · {title}")
        canvas.drawCentredString(105 * mm, 14 * mm, f"— {document.page} —")

    document = BaseDocTemplate(
        str(path), pagesize=A4, title=title, author=company, lang="zh-CN" if chinese else "en", invariant=1
    )
    frame = Frame(26 * mm, 22 * mm, 158 * mm, 252 * mm, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", [frame], onPageEnd=edges))
    document.build(_flow(blocks, _styles(chinese), chinese, 158 * mm, flowing))
