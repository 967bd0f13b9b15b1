"""A passage of a PDF knows its boxes: on the right page, around its lines, whichever way the page is turned."""

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.adapters.parsing.places import MOST_BOXES, Place, merged, union
from app.adapters.parsing.read import read
from tests.adapters.test_parsing_converters import chinese_pdf

HEIGHT = A4[1]
SIDE = 600
LINES = ["Returns are free within seven days of delivery for every", "order placed in our own shop and not opened."]


def page_turned(degrees: int) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, (SIDE, SIDE))
    canvas.setPageRotation(degrees)
    canvas.setFont("Helvetica", 10)
    for number, line in enumerate(LINES):
        canvas.drawString(100, 500 - number * 14, line)
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_box_surrounds_its_lines_however_the_page_is_turned(degrees: int) -> None:
    [passage] = read(page_turned(degrees), "pdf", "a.pdf")["passages"]
    x0, y0, x1, y1 = union(tuple(box[1:]) for box in passage[6])
    left, top, bottom = 100 / SIDE, 1 - 509 / SIDE, 1 - 483.8 / SIDE
    turned = {
        0: (x0, y0, y1),
        90: (y0, 1 - x1, 1 - x0),
        180: (1 - x1, 1 - y1, 1 - y0),
        270: (1 - y1, x0, x1),
    }[degrees]
    assert {box[0] for box in passage[6]} == {1}
    assert turned == pytest.approx((left, top, bottom), abs=0.003)


def test_headings_belong_to_the_first_passage_below_them_and_rows_to_their_table() -> None:
    found = read(chinese_pdf(), "pdf", "a.pdf")["passages"]
    text, table = (passage for passage in found if passage[2] == 2)
    assert all(box[0] == 2 for box in text[6] + table[6])
    heading_top, table_top = 1 - 740 / HEIGHT, 1 - 640 / HEIGHT
    assert min(box[2] for box in text[6]) < heading_top < max(box[4] for box in text[6]) < table_top
    assert min(box[2] for box in table[6]) == pytest.approx(1 - (640 + 9.9) / HEIGHT, abs=0.003)
    assert max(box[4] for box in table[6]) == pytest.approx(1 - (608 - 2.4) / HEIGHT, abs=0.003)
    assert all(box[4] - box[2] > 0.005 for passage in found for box in passage[6]), "no box is a mere stroke"


def test_lines_apart_stay_apart_and_too_many_become_one_for_each_page() -> None:
    lines = [Place(1, (0.1, y / 100, 0.9, (y + 1) / 100)) for y in (10, 12, 50)]
    assert merged(lines) == (Place(1, (0.1, 0.1, 0.9, 0.13)), Place(1, (0.1, 0.5, 0.9, 0.51)))
    scattered = [Place(1 + n % 2, (n / 100, 0.1, n / 100 + 0.005, 0.11)) for n in range(2 * MOST_BOXES)]
    assert [box.page for box in merged(scattered)] == [1, 2]
