"""Image files, opened with limits: how many frames they have, and each of them upright."""

import io
from typing import Any

from PIL import Image, ImageOps, ImageSequence

from app.adapters.parsing.blocks import Unreadable

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
MOST_PIXELS = 60_000_000
MOST_FRAMES = 200
TALLEST = 12
"""A picture higher than this many times its width is squeezed."""


def frame_count(data: bytes) -> int:
    """How many pictures an image file has. Raises Unreadable."""
    with open_image(data) as image:
        count = int(getattr(image, "n_frames", 1))
    if count > MOST_FRAMES:
        raise Unreadable("document_too_complex")
    return count


def frame(data: bytes, number: int) -> Image.Image:
    """One picture of an image file, upright as its camera held it."""
    with open_image(data) as image:
        for position, found in enumerate(ImageSequence.Iterator(image), start=1):
            if position == number:
                return ImageOps.exif_transpose(found).convert("RGB")
    raise Unreadable("document_broken")


def large_enough(data: bytes) -> bool:
    """Whether an embedded picture may hold text worth reading: no icon, no rule."""
    try:
        with open_image(data) as image:
            return bool(image.width >= 120 and image.height >= 24 and image.width * image.height >= 12_000)
    except Unreadable:
        return False


def open_image(data: bytes) -> Any:
    """The picture, of a known kind and not too large. Raises Unreadable."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise Unreadable("document_too_complex")
        return image
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Unreadable("document_broken") from None


def fitted(image: Image.Image, width: int, enlarge: bool = True) -> Image.Image:
    """The picture, `width` pixels across."""
    if image.width == width or (image.width < width and not enlarge):
        return image
    height = min(round(image.height * width / image.width), TALLEST * width)
    return image.resize((width, max(1, height)), Image.Resampling.LANCZOS)
