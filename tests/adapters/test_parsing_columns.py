"""A page of two columns is read column by column, scanned or written right across; a table stays a table."""

from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.adapters.parsing.columns import Piece, reading_order
from app.adapters.parsing.scans import Scan, ScanLine, lines_of_scan
from tests.adapters.test_parsing_converters import passages

LEFT = [f"左栏第{n}行，签收后七日内商品完好的可以申请退货" for n in range(8)]
RIGHT = [f"右栏第{n}行，整机保修两年电池保修一年配件半年" for n in range(8)]
ENGLISH = [f"line {n} of the left column says when goods come back" for n in range(8)]
WARRANTY = [f"line {n} of the right column says how long we repair" for n in range(8)]


def scan_of(*columns: list[str], title: str = "", ends: float = 0.42) -> Scan:
    """A page as it is read off: the columns beside each other, most lines as long as their column is wide."""
    lines = [ScanLine(title, 0.99, (0.3, 0.05, 0.7, 0.09))] if title else []
    for number, texts in enumerate(columns):
        left = 0.06 + number * 0.9 / len(columns)
        width = ends if len(columns) == 2 else 0.27
        lines += [
            ScanLine(text, 0.99, (left, 0.15 + row * 0.04, left + width, 0.175 + row * 0.04))
            for row, text in enumerate(texts)
        ]
    return Scan(tuple(lines), 0.7)


def told(scan: Scan) -> list[str]:
    return [line.text for line in lines_of_scan(scan)]


@pytest.mark.parametrize(("left", "right"), [(LEFT, RIGHT), (ENGLISH, WARRANTY)], ids=["zh", "en"])
def test_a_scanned_page_of_two_columns_is_read_down_the_left_and_then_down_the_right(
    left: list[str], right: list[str]
) -> None:
    assert told(scan_of(left, right, title="政策")) == ["政策", *left, *right]


def test_three_columns_and_a_headline_across_the_middle_keep_their_order() -> None:
    assert told(scan_of(LEFT, RIGHT, ENGLISH)) == [*LEFT, *RIGHT, *ENGLISH]
    halves = [
        Piece(x, x + 40, 10 * row + start, 10 * row + start + 8, 40)
        for start in (0, 200)
        for x in (0, 50)
        for row in range(6)
    ]
    headline = Piece(10, 80, 150, 160, 30)
    order = reading_order([*halves, headline])
    assert order == [list(range(6)), list(range(6, 12)), [24], list(range(12, 18)), list(range(18, 24))]


def test_a_table_and_a_page_of_one_column_are_left_alone() -> None:
    prices = [[f"商品 {n}" * (1 + n % 3) for n in range(9)], [f"{n}9.00 元" for n in range(9)]]
    rows = [
        Piece(x, x + 6 * len(cell), 10 * row, 10 * row + 8, 2 * len(cell))
        for x, cells in zip((0, 60), prices, strict=True)
        for row, cell in enumerate(cells)
    ]
    assert reading_order(rows) is None
    assert reading_order([Piece(0, 90 - row % 4, 10 * row, 10 * row + 8, 60) for row in range(30)]) is None


def test_a_pdf_written_right_across_its_columns_is_read_down_each() -> None:
    file = BytesIO()
    canvas = Canvas(file)
    canvas.setFont("Helvetica", 9)
    for row, (left, right) in enumerate(zip(ENGLISH, WARRANTY, strict=True)):
        canvas.drawString(50, 700 - 12 * row, left)
        canvas.drawString(310, 700 - 12 * row, right)
    canvas.save()
    text = str(passages(file.getvalue(), "pdf"))
    assert text.index(ENGLISH[-1]) < text.index(WARRANTY[0])
