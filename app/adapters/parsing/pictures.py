"""The pictures of a document: its pages drawn, its frames, or what is embedded in its text; opened with limits."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import mammoth
import pypdfium2 as pdfium
from PIL import Image
from pptx import Presentation

from app.adapters.parsing.archives import check_office_zip
from app.adapters.parsing.blocks import Unreadable
from app.adapters.parsing.images import fitted, frame, open_image
from app.adapters.parsing.office import PICTURE, picture_bytes, shapes_in_reading_order
from app.adapters.parsing.pdf import open_pdf

READ_WIDTH = 1_300
"""Pixels across a page that is to be read: 157 dots to the inch of an A4 page."""
TALLEST_PAGE = 3


def drawn(data: bytes, file_type: str, page: int, width: int) -> bytes:
    """A page as a PNG picture, `width` pixels across. Raises Unreadable when there is no such page."""
    image = _pdf_page(data, page, width) if file_type == "pdf" else fitted(frame(data, page), width)
    file = io.BytesIO()
    image.convert("RGB").save(file, "PNG", compress_level=6)
    return file.getvalue()


def pictures(data: bytes, file_type: str, numbers: list[int]) -> Iterator[tuple[int, Image.Image]]:
    """Those pictures of a document that are to be read; one that cannot be opened is left out."""
    if file_type == "pdf":
        for number in numbers:
            yield number, _pdf_page(data, number, READ_WIDTH)
    elif file_type == "image":
        for number in numbers:
            yield number, fitted(frame(data, number), READ_WIDTH, enlarge=False)
    else:
        embedded = _EMBEDDED[file_type](data)
        for number in numbers:
            if number in embedded:
                yield number, fitted(open_image(embedded[number]).convert("RGB"), READ_WIDTH, enlarge=False)


def _pdf_page(data: bytes, number: int, width: int) -> Image.Image:
    document = open_pdf(data)
    if not 1 <= number <= len(document):
        raise Unreadable("document_broken")
    try:
        page = document[number - 1]
        across, down = page.get_size()
        scale = min(width / max(across, 1.0), TALLEST_PAGE * width / max(down, 1.0))
        image: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        return image
    except pdfium.PdfiumError:
        raise Unreadable("document_broken") from None


def _in_word(data: bytes) -> dict[int, bytes]:
    check_office_zip(data, "word/")
    found: dict[int, bytes] = {}

    def take(image: Any) -> list[Any]:
        with image.open() as file:
            found[len(found) + 1] = file.read()
        return []

    mammoth.convert_to_html(io.BytesIO(data), convert_image=take)
    return found


def _in_slides(data: bytes) -> dict[int, bytes]:
    check_office_zip(data, "ppt/")
    found: dict[int, bytes] = {}
    for slide in Presentation(io.BytesIO(data)).slides:
        for shape in shapes_in_reading_order(slide.shapes):
            if getattr(shape, "shape_type", None) == PICTURE:
                found[len(found) + 1] = picture_bytes(shape)
    return found


_EMBEDDED: dict[str, Callable[[bytes], dict[int, bytes]]] = {"docx": _in_word, "pptx": _in_slides}
