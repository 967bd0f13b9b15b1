"""Files of FAQs as they come: CSV in any encoding, spreadsheets, JSON lines; each row a draft or a reason why not."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from charset_normalizer import from_bytes

from app.kernel.cells import plain
from app.knowledge.errors import FaqFileUnreadable
from app.knowledge.faq_exchange.domain import FaqDraft
from app.knowledge.ports import SheetReader

MOST_ROWS = 200_000
LONGEST_CELL = 200_000
# Days without a zone are the company's: Chinese first.
_ZONE = ZoneInfo("Asia/Shanghai")
_COLUMNS = {
    "faq_id": ("faq_id", "id", "编号"),
    "question": ("question", "questions", "问题", "标准问题", "标准问", "问法", "q"),
    "similar": ("similar_questions", "similar", "similar questions", "相似问题", "相似问法", "相似问", "其他问法"),
    "answer": ("answer", "答案", "回答", "回复", "a"),
    "tags": ("tags", "tag", "category", "标签", "分类", "类别"),
    "channels": ("channels", "channel", "渠道"),
    "valid_from": ("valid_from", "from", "生效时间", "生效日期", "开始日期"),
    "valid_until": ("valid_until", "until", "失效时间", "失效日期", "截止日期", "有效期至"),
}
_BETWEEN_QUESTIONS = re.compile(r"[\n\r|]+|(?:;|；)(?=\s*\S)")
_BETWEEN_TAGS = re.compile(r"[,，;；|\n]+")
_HAN_IN_UTF8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_LINES = re.compile(r"[\r\n]+")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


async def read_drafts(file_name: str, data: bytes, sheets: SheetReader) -> list[FaqDraft]:
    """CSV, XLSX or JSON lines, by the name's ending. Raises FaqFileUnreadable."""
    ending = file_name.lower().rsplit(".", 1)[-1]
    if ending in ("jsonl", "json", "ndjson"):
        drafts = list(_from_json(data))
    elif ending == "xlsx":
        drafts = list(_from_table(enumerate(await sheets.rows(data), 1)))
    elif ending in ("csv", "tsv", "txt"):
        drafts = list(_from_table(_csv_rows(data)))
    else:
        raise FaqFileUnreadable
    if not drafts or len(drafts) > MOST_ROWS:
        raise FaqFileUnreadable
    return drafts


def decoded(data: bytes) -> str:
    """The words of a text file, whatever it was saved as: by its mark, else as UTF-8, else by a guess."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\x00" in data[:200] and (wide := _wide(data[:200])):
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _mixed(data)


def _mixed(data: bytes) -> str:
    """Lines of UTF-8 among lines of another encoding, as files have that were pasted together."""
    lines = data.split(b"\n")
    foreign = [number for number, line in enumerate(lines) if not line.isascii() and not _is_utf8(line)]
    sample = b"\n".join([lines[number] for number in foreign[:2_000]])[:100_000]
    best = from_bytes(sample, cp_isolation=["gb18030", "big5"]).best()
    encoding = best.encoding if best else "gb18030"
    if len(foreign) == sum(not line.isascii() for line in lines):
        return data.decode(encoding, errors="replace")
    strange = set(foreign)
    return "\n".join(
        line.decode(encoding if number in strange else "utf-8", errors="replace") for number, line in enumerate(lines)
    )


def _is_utf8(line: bytes) -> bool:
    if _HAN_IN_UTF8.search(line) is None:
        return False  # two bytes of GB may look like one Latin letter: 联通
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark shows by its blanks and ASCII: every other byte of them is nought."""
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    return "utf-16-le" if odd > even else "utf-16-be" if even > odd else None


def _from_json(data: bytes) -> Iterator[FaqDraft]:
    for number, line in enumerate(decoded(data).splitlines(), 1):
        if not line.strip():
            continue
        try:
            said = orjson.loads(line)
        except orjson.JSONDecodeError:
            said = None
        if isinstance(said, dict):
            yield _from_mapping(number, said)
        elif number == 1:
            raise FaqFileUnreadable
        else:
            yield FaqDraft(number, (), "", problem="faq_row_unreadable")


def _from_mapping(number: int, said: dict[str, Any]) -> FaqDraft:
    questions = said.get("questions", said.get("question", ()))
    asked = tuple(str(one) for one in (questions if isinstance(questions, list) else [questions]) if one)
    cells: dict[str, str] = {
        "answer": str(said.get("answer") or ""),
        **{name: _said(said[name]) for name in ("tags", "channels") if name in said},
        **{name: str(said[name] or "") for name in ("faq_id", "valid_from", "valid_until") if name in said},
    }
    return _draft(number, asked, cells, _lines)


def _said(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "").replace(",", "\n")


def _from_table(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[FaqDraft]:
    numbered = iter(rows)
    first = next(numbered, None)
    if first is None:
        return
    named = {cell.strip().lower(): place for place, cell in reversed(list(enumerate(first[1])))}
    places = {
        column: place
        for column, names in _COLUMNS.items()
        if (place := next((named[name] for name in names if name in named), None)) is not None
    }
    if "question" not in places or "answer" not in places:
        raise FaqFileUnreadable
    # Our own files part phrasings and tags by lines alone, so that every mark inside them comes back.
    ours = "faq_id" in named
    similar = _lines if ours else _BETWEEN_QUESTIONS.split
    for number, row in numbered:
        if any(len(value) > LONGEST_CELL for value in row):
            yield FaqDraft(number, (), "", problem="faq_row_too_long")
        elif any(value.strip() for value in row):
            cells = {column: plain(row[place]) if place < len(row) else "" for column, place in places.items()}
            asked = (*_lines(cells["question"]), *similar(cells.get("similar", "")))
            yield _draft(number, asked, cells, _lines if ours else _tags)


def _draft(row: int, questions: tuple[str, ...], cells: dict[str, str], split: Callable[[str], list[str]]) -> FaqDraft:
    problem = None
    faq_id = validity = None
    try:
        faq_id = UUID(cells["faq_id"].strip()) if cells.get("faq_id", "").strip() else None
    except ValueError:
        problem = "faq_row_bad_id"
    try:
        if "valid_from" in cells or "valid_until" in cells:
            validity = (_moment(cells.get("valid_from", "")), _moment(cells.get("valid_until", "")))
    except ValueError:
        problem = "faq_row_bad_date"
    begins, ends = validity or (None, None)
    if begins is not None and ends is not None and begins >= ends:
        problem = "faq_dates_reversed"
    tags = tuple(one.strip() for one in split(cells.get("tags", "")) if one.strip())
    channels = tuple(one.strip() for one in split(cells["channels"]) if one.strip()) if "channels" in cells else None
    asked = tuple(one.strip() for one in questions if one.strip())
    return FaqDraft(row, asked, cells["answer"], tags, channels, validity, faq_id, problem)


def _moment(said: str) -> datetime | None:
    """A day or a time in ISO 8601, also with slashes. Raises ValueError."""
    if not (said := said.strip()):
        return None
    found = datetime.fromisoformat(said.replace("/", "-"))
    return (found if found.tzinfo else found.replace(tzinfo=_ZONE)).astimezone(UTC)


def _lines(said: str) -> list[str]:
    return _LINES.split(said)


def _tags(said: str) -> list[str]:
    return _BETWEEN_TAGS.split(said)


def _csv_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    said = decoded(data)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(said[:20_000], delimiters=",;\t")
        dialect.doublequote = True  # the sniffer doubts it when its sample has no quote inside quotes
    except csv.Error:
        dialect = csv.excel
    reader = csv.reader(io.StringIO(said, newline=""), dialect)
    csv.field_size_limit(16 * 1024 * 1024)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error:
        raise FaqFileUnreadable from None
