"""What the parser makes of an uploaded file, and the port it stands behind."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, Self, get_args

from app.knowledge.domain import NewChunk

Method = Literal["headings", "size", "qa", "rows"]
Ocr = Literal["auto", "on", "off"]
SIZE_RANGE, OVERLAP_RANGE = (200, 4_000), (0, 400)


@dataclass(frozen=True, slots=True)
class ParseSettings:
    """How a document is to be cut. `size`, `overlap`: in units, a Latin letter is 1 and a Chinese character 2.

    `headings`: sections under their headings; `size`: whole passages of that size, found by their smaller parts;
    `qa`: each question with its answer; `rows`: each row of a table with its header. `ocr`: `auto` reads pages that
    are only a picture, `on` reads every picture, `off` none.
    """

    method: Method = "headings"
    size: int = 800
    overlap: int = 80
    ocr: Ocr = "auto"

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """From a document's row; what is missing or unknown there is as usual."""
        usual = cls()
        method = stored.get("method") if stored.get("method") in get_args(Method) else usual.method
        ocr = stored.get("ocr") if stored.get("ocr") in get_args(Ocr) else usual.ocr
        size, overlap = int(stored.get("size", usual.size)), int(stored.get("overlap", usual.overlap))
        size = min(max(size, SIZE_RANGE[0]), SIZE_RANGE[1])
        overlap = min(max(overlap, OVERLAP_RANGE[0]), OVERLAP_RANGE[1], size // 2)
        return cls(method, size, overlap, ocr)  # type: ignore[arg-type]  # checked against the same names

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


Scans = Sequence[Mapping[str, Any]]
"""What was read off pictures, as the parser told it; only kept and given back."""
OnPicture = Callable[[int, int], Awaitable[None]]
"""Called with the number of pictures read so far, and of all that will be."""


TakeEntry = Callable[[str, bytes, str], Awaitable[None]]
"""Called with an entry's name, its bytes, and the code for which it was refused, if it was."""


@dataclass(frozen=True)
class ParsedDocument:
    """A document cut into passages. `unread_pages`: pages that are only a picture of text, as `pictures` may be.

    `wanted_scans`: the pictures that should be read, by the parser's own numbers; `report`: how sure it is of those
    that were.
    """

    title: str
    page_count: int | None
    chunks: Sequence[NewChunk]
    unread_pages: int = 0
    pictures: int = 0
    wanted_scans: Sequence[int] = ()
    report: Mapping[str, Any] = field(default_factory=dict)


class DocumentParser(Protocol):
    """Reads any file without trusting it. All raise Unavailable when no parser can be started."""

    async def parse(
        self,
        data: bytes,
        file_name: str,
        file_type: str,
        settings: ParseSettings = ParseSettings(),
        scans: Scans = (),
    ) -> ParsedDocument:
        """Raises DocumentUnreadable with a code of its own."""
        ...

    async def draw(self, data: bytes, file_type: str, page: int, width: int) -> bytes:
        """A page, counted from 1, as a PNG picture. Raises DocumentUnreadable."""
        ...

    async def recognise(
        self, data: bytes, file_type: str, numbers: Sequence[int], on_picture: OnPicture | None = None
    ) -> Scans:
        """What stands on some of the wanted pictures; those that could not be read are missing."""
        ...

    async def unpack(self, data: bytes, file_type: str, take: TakeEntry) -> None:
        """Every file of an archive or attached to a mail in turn. Raises DocumentUnreadable for one that is none."""
        ...
