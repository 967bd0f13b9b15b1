"""Opens pictures from strangers with Pillow and makes them anew: upright, of bounded size, without camera data."""

import asyncio
import io
from typing import Any

from PIL import Image, ImageOps

from app.conversations.attachments.errors import AttachmentBroken
from app.conversations.attachments.ports import Picture

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 4_096
THUMBNAIL_SIDE = 640
QUALITY = 90
AT_ONCE = 2


class PillowPictures:
    """The port `Pictures`; a few at a time, in threads."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, data: bytes, media_type: str) -> Picture:
        """See the port."""
        async with self._room:
            return await asyncio.to_thread(_made_anew, data, FORMATS[media_type])


def _made_anew(data: bytes, kind: str) -> Picture:
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
