"""Word lists as CSV: kind and words, and the reasons for rows that are none."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.kernel.cells import plain
from app.knowledge.errors import WordsFileUnreadable
from app.knowledge.faq_exchange.export import MARK, csv_line
from app.knowledge.faq_exchange.reading import decoded
from app.knowledge.words.domain import LONGEST, MOST_IN_GROUP, Synonyms, WordList

COLUMNS = ("kind", "words")
_KINDS = {
    "synonym": ("synonym", "synonyms", "同义词"),
    "one_way": ("one_way", "one-way", "单向同义词", "单向"),
    "protected": ("protected", "保护词", "专有词"),
}
_BETWEEN = re.compile(r"[|｜,，;；、\n]+")


@dataclass(frozen=True)
class WordsProblem:
    """Why a row is left out; `code` has a sentence in the texts."""

    row: int
    code: str


def read_words(data: bytes) -> tuple[WordList, list[WordsProblem]]:
    """The list in a file, and the rows left out. Raises WordsFileUnreadable."""
    synonyms: list[Synonyms] = []
    protected: list[str] = []
    problems: list[WordsProblem] = []
    for number, kind, words in _rows(data):
        code = _problem(kind, words)
        if code is not None:
            problems.append(WordsProblem(number, code))
        elif kind == "protected":
            protected += words
        else:
            synonyms.append(Synonyms(tuple(words), kind == "one_way"))
    return WordList(tuple(synonyms), tuple(protected)), problems


def _rows(data: bytes) -> Iterator[tuple[int, str, list[str]]]:
    reader = csv.reader(io.StringIO(decoded(data), newline=""))
    try:
        head = [cell.strip().lower() for cell in next(reader, [])]
        if head[:1] not in (["kind"], ["类型"]):
            raise WordsFileUnreadable
        line = reader.line_num + 1
        for row in reader:
            number, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            said = row[0].strip().lower()
            kind = next((name for name, names in _KINDS.items() if said in names), "")
            cells = [plain(cell) for cell in row[1:]]
            words = [word.strip() for cell in cells for word in _BETWEEN.split(cell) if word.strip()]
            yield number, kind, words
    except csv.Error:
        raise WordsFileUnreadable from None


def _problem(kind: str, words: list[str]) -> str | None:
    if not kind:
        return "words_row_bad_kind"
    if len(words) < (1 if kind == "protected" else 2):
        return "words_row_too_few"
    too_many = kind != "protected" and len(words) > MOST_IN_GROUP
    if too_many or any(len(word) > LONGEST or "\x00" in word or "\ufffd" in word for word in words):
        return "words_row_too_long"
    return None


def write_words(words: WordList) -> bytes:
    """The list as a file that `read_words` takes back; no cell is a formula."""
    lines = [MARK + csv_line(COLUMNS)]
    for group in words.synonyms:
        lines.append(csv_line(("one_way" if group.one_way else "synonym", "|".join(group.words))))
    lines += [csv_line(("protected", term)) for term in words.protected]
    return "".join(lines).encode()
