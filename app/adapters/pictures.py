"""Opens pictures from strangers, a few at a time, with Pillow, which is loaded with the first one."""

import asyncio

from app.conversations.attachments.ports import Picture

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
AT_ONCE = 2


class PillowPictures:
    """The port `Pictures`; the work is done in threads."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, data: bytes, media_type: str) -> Picture:
        """See the port."""
        async with self._room:
            return await asyncio.to_thread(_made_anew, data, FORMATS[media_type])


def _made_anew(data: bytes, kind: str) -> Picture:
    from app.adapters.remade_pictures import made_anew

    return made_anew(data, kind)
