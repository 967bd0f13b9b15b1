"""Word and PowerPoint to blocks."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import mammoth
from pptx import Presentation

from app.adapters.parsing.archives import check_office_zip
from app.adapters.parsing.blocks import Block, Reading, heading, paragraph, table
from app.adapters.parsing.images import large_enough
from app.adapters.parsing.markup import read_html
from app.adapters.parsing.scans import Scan, Scans, lines_of_scan

PICTURE = 13
"""What python-pptx calls a picture on a slide."""
# The title is above the first headings, so each heading is one lower than its style says.
STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='标题'] => h1:fresh",
        *(
            f"p[style-name='{name} {level}'] => h{min(level + 1, 6)}:fresh"
            for name in ("heading", "Heading", "标题")
            for level in range(1, 7)
        ),
    ]
)


def read_docx(data: bytes, scans: Scans) -> Reading:
    """Headings, lists, tables and notes of a Word file, and what its pictures say; comments are left out."""
    check_office_zip(data, "word/")
    count = unread = 0

    def read_off(image: Any) -> list[Any]:
        nonlocal count, unread
        count += 1
        with image.open() as file:
            scan = scans.look(count) if large_enough(file.read()) else None
        unread += scan is None
        return [mammoth.html.text(said(scan))] if scan is not None else []

    html = mammoth.convert_to_html(BytesIO(without_hidden_runs(data)), style_map=STYLES, convert_image=read_off).value
    reading = read_html(html, whole_page=False)
    reading.pictures = unread
    return reading


RUN = re.compile(rb"<w:r[ >].*?</w:r>", re.S)
HIDDEN_RUN = re.compile(rb"<w:(vanish|webHidden)(\s+w:val=\"(1|true|on)\")?\s*/>")
NESTED_RUN = re.compile(rb"(?<!^)<w:r[ >]")
TEXT_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")


def without_hidden_runs(data: bytes) -> bytes:
    """The file without the text that Word does not show."""

    def kept(match: re.Match[bytes]) -> bytes:
        run = match[0]
        return b"" if HIDDEN_RUN.search(run) and not NESTED_RUN.search(run) else run

    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in TEXT_PARTS if name in archive.namelist()}
        if not any(HIDDEN_RUN.search(part) for part in parts.values()):
            return data
        file = BytesIO()
        with ZipFile(file, "w") as cleaned:
            for entry in archive.infolist():
                body = RUN.sub(kept, parts[entry.filename]) if entry.filename in parts else archive.read(entry)
                cleaned.writestr(entry.filename, body)
    return file.getvalue()


def said(scan: Scan) -> str:
    """What a picture in a text says, in one line."""
    return " " + " ".join(line.text for line in lines_of_scan(scan)) + " "


def read_pptx(data: bytes, scans: Scans) -> Reading:
    """Slide after slide: title, text, tables, chart figures, speaker notes; the page is the slide's number."""
    check_office_zip(data, "ppt/")
    show = Presentation(BytesIO(data))
    reading = Reading(page_count=len(show.slides))
    count = 0
    for number, slide in enumerate(show.slides, start=1):
        title = slide.shapes.title
        name = title.text_frame.text if title is not None and title.has_text_frame else ""
        reading.blocks += heading(name, 1, number) or [Block("heading", level=1, page=number)]
        for shape in shapes_in_reading_order(slide.shapes):
            if title is not None and shape.shape_id == title.shape_id:
                continue
            reading.blocks += _shape(shape, number)
            if getattr(shape, "shape_type", None) == PICTURE:
                count += 1
                scan = scans.look(count) if large_enough(picture_bytes(shape)) else None
                reading.pictures += scan is None
                reading.blocks += paragraph(said(scan), number) if scan is not None else []
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            reading.blocks += paragraph(slide.notes_slide.notes_text_frame.text, number)
    return reading


def shapes_in_reading_order(shapes: Iterable[Any]) -> Iterator[Any]:
    """Top to bottom, left to right; groups are opened."""
    for shape in sorted(shapes, key=lambda s: ((s.top or 0) // 200_000, s.left or 0)):
        if hasattr(shape, "shapes"):
            yield from shapes_in_reading_order(shape.shapes)
        else:
            yield shape


def _shape(shape: Any, page: int) -> list[Block]:
    if getattr(shape, "has_table", False):
        return table([[cell.text for cell in row.cells] for row in shape.table.rows], page)
    if getattr(shape, "has_chart", False):
        return _chart(shape.chart, page)
    if not getattr(shape, "has_text_frame", False):
        return []
    blocks: list[Block] = []
    for line in shape.text_frame.paragraphs:
        text = "".join(run.text for run in line.runs) or line.text
        blocks += paragraph(text.replace("\v", "\n"), page, tight=bool(blocks))
    return blocks


def _chart(chart: Any, page: int) -> list[Block]:
    """The figures behind a chart, as a table with a row for each series."""
    name = chart.chart_title.text_frame.text if chart.has_title and chart.chart_title.has_text_frame else ""
    rows = [["", *(str(category) for plot in chart.plots for category in plot.categories)]]
    rows += [[str(series.name), *("" if v is None else str(v) for v in series.values)] for series in chart.series]
    return paragraph(name, page) + table(rows, page)


def picture_bytes(shape: Any) -> bytes:
    """The bytes of a picture on a slide; none where it is only linked."""
    try:
        return bytes(shape.image.blob)
    except (ValueError, KeyError, AttributeError):
        return b""
