"""A picture made anew with Pillow: upright, of bounded size, with nothing beside its pixels."""

import io
from typing import Any

from PIL import Image, ImageOps

from app.conversations.attachments.errors import AttachmentBroken
from app.conversations.attachments.ports import Picture

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 4_096
THUMBNAIL_SIDE = 640
QUALITY = 90


def made_anew(data: bytes, kind: str) -> Picture:
    """From the bytes of a picture of a kind Pillow names. Raises AttachmentBroken."""
    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise AttachmentBroken
            image = _upright(opened)
            # A moving picture keeps its frames; GIF has no camera data.
            whole = data if kind == "GIF" else _saved(_within(image, LONGEST_SIDE), kind)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise AttachmentBroken from None
    size = image.size if kind == "GIF" else _within(image, LONGEST_SIDE).size
    return Picture(whole, *size, _saved(_within(image, THUMBNAIL_SIDE), "WEBP"))


def _upright(opened: Any) -> Image.Image:
    """Turned as the camera held it, with nothing beside its pixels."""
    image: Image.Image = ImageOps.exif_transpose(opened)
    image.load()
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    clean = image.convert("RGBA" if has_alpha else "RGB")
    clean.info = {}
    return clean


def _within(image: Image.Image, side: int) -> Image.Image:
    if max(image.size) <= side:
        return image
    smaller = image.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def _saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    fitting = image.convert("RGB") if kind == "JPEG" else image
    fitting.save(out, kind, **({} if kind == "PNG" else {"quality": QUALITY}))
    return out.getvalue()
