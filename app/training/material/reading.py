"""Reads training files: ChatGLM conversations, ShareGPT, Alpaca, OpenAI messages, or any layout told by a mapping."""

import codecs
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import orjson
from charset_normalizer import from_bytes

from app.training.errors import TrainingFileUnreadable
from app.training.material.domain import (
    HISTORY_TURNS,
    LONGEST_TEXT,
    MOST_REFUSALS,
    MOST_ROWS,
    MOST_TURNS,
    Draft,
    FileShape,
    Mapping,
    ReadFile,
    Refusal,
)

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CUSTOMER = frozenset({"user", "human", "customer", "usr", "问"})
_AGENT = frozenset({"assistant", "gpt", "chatgpt", "bot", "sys", "model", "答"})
Row = tuple[int, Any, str]
Pair = tuple[str, str, tuple[dict[str, str], ...]]


class _Refused(Exception):
    """Why a row is not taken, as a code."""


def read_file(data: bytes, shape: FileShape | None = None, mapping: Mapping | None = None) -> ReadFile:
    """Pairs of question and answer, and the rows refused with their lines. Raises TrainingFileUnreadable.

    shape None: told by the first row that fits one.
    """
    rows = list(_rows(data, mapping.rows if mapping else ""))
    if not rows or len(rows) > MOST_ROWS:
        raise TrainingFileUnreadable
    keys = next((sorted(row) for _, row, _ in rows if isinstance(row, dict)), [])
    if mapping is not None:
        shape = FileShape.MAPPED
    shape = shape or next((found for _, row, _ in rows if (found := shape_of(row))), None)
    read = ReadFile(shape or FileShape.MAPPED, [], [], keys)
    for line, row, code in rows:
        try:
            if code:
                raise _Refused(code)
            read.drafts.extend(_drafts(line, row, shape, mapping))
        except _Refused as refused:
            if len(read.refusals) < MOST_REFUSALS * 10:
                read.refusals.append(Refusal(line, str(refused)))
    return read


def shape_of(row: Any) -> FileShape | None:
    """The layout of a row, by its members."""
    if not isinstance(row, dict):
        return None
    turns = row.get("conversations")
    if isinstance(turns, list) and turns and isinstance(turns[0], dict):
        return FileShape.SHAREGPT if "from" in turns[0] else FileShape.CHATGLM
    if isinstance(row.get("messages"), list) and all(isinstance(t, dict) and "role" in t for t in row["messages"]):
        return FileShape.OPENAI
    return FileShape.ALPACA if "instruction" in row and "output" in row else None


def _rows(data: bytes, path: str) -> Iterator[Row]:
    """(line, row, why it cannot be read). A JSON document has one row per element, JSON lines one per line."""
    whole = _whole(data, path)
    if whole is not None:
        for number, row in enumerate(whole, 1):
            yield number, row, ""
        return
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    lines = data.decode(encoding, "replace").encode().splitlines() if encoding else data.splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield (number, *_line(line))


def _whole(data: bytes, path: str) -> list[Any] | None:
    """The rows of a file that is one JSON value; None when it is not."""
    try:
        value = orjson.loads(_text(data))
    except ValueError:
        return None
    for name in path.split(".") if path else ():
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        # One row, or rows under their ids.
        inside = list(value.values())
        return inside if inside and all(isinstance(one, dict) for one in inside) else [value]
    raise TrainingFileUnreadable


def _text(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        # Lines may be encoded differently; those are read one by one.
        if b"\n" in data.strip():
            raise ValueError from None
        return _old_encoding(data)


def _old_encoding(data: bytes) -> str:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        found = from_bytes(data[: 256 * 1024]).best()
        if found is None:
            raise ValueError from None
        return data.decode(found.encoding, "replace")


def _line(line: bytes) -> tuple[Any, str]:
    try:
        words = line.decode()
    except UnicodeDecodeError:
        try:
            words = line.decode("gb18030")
        except UnicodeDecodeError:
            return None, "row_encoding"
    try:
        return orjson.loads(words), ""
    except ValueError:
        return None, "row_not_json"


def _drafts(line: int, row: Any, shape: FileShape | None, mapping: Mapping | None) -> list[Draft]:
    if not isinstance(row, dict):
        raise _Refused("row_not_object")
    pairs = list(_pairs(row, shape, mapping))
    if not pairs:
        raise _Refused("row_no_answer")
    drafts = []
    for question, answer, history in pairs:
        if not question.strip() or not answer.strip():
            raise _Refused("row_empty")
        if max(len(question), len(answer), *(len(turn["content"]) for turn in history), 0) > LONGEST_TEXT:
            raise _Refused("row_too_long")
        if "\x00" in question + answer:
            raise _Refused("row_garbled")
        drafts.append(Draft(line, question.strip(), answer.strip(), history))
    return drafts


def _pairs(row: dict[str, Any], shape: FileShape | None, mapping: Mapping | None) -> Iterator[Pair]:
    if mapping is not None:
        yield from _mapped(row, mapping)
    elif shape is FileShape.ALPACA:
        question = "\n".join(part for part in (_words(row, "instruction"), str(row.get("input") or "")) if part.strip())
        yield question, _words(row, "output"), _alpaca_history(row.get("history"))
    elif shape is FileShape.SHAREGPT:
        yield from _turned(_turns(row.get("conversations"), "from", "value"))
    elif shape is FileShape.CHATGLM:
        yield from _turned(_turns(row.get("conversations"), "role", "content"))
    elif shape is FileShape.OPENAI:
        yield from _turned(_turns(row.get("messages"), "role", "content"))
    else:
        raise _Refused("row_unknown_shape")


def _alpaca_history(value: Any) -> tuple[dict[str, str], ...]:
    turns: list[dict[str, str]] = []
    for pair in value if isinstance(value, list) else ():
        if not isinstance(pair, list) or len(pair) != 2:
            raise _Refused("row_wrong_roles")
        turns += [{"role": "user", "content": str(pair[0])}, {"role": "assistant", "content": str(pair[1])}]
    return tuple(turns[-HISTORY_TURNS:])


def _words(row: dict[str, Any], path: str) -> str:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str):
        raise _Refused("row_no_text")
    return value


def _turns(value: Any, role: str, text: str) -> list[tuple[str, str]]:
    """(user | assistant | system, words) of each turn."""
    if not isinstance(value, list) or not value:
        raise _Refused("row_no_turns")
    if len(value) > MOST_TURNS:
        raise _Refused("row_too_many_turns")
    found = []
    for turn in value:
        if not isinstance(turn, dict) or not isinstance(turn.get(text), str):
            raise _Refused("row_no_text")
        spoken = str(turn.get(role, "")).casefold()
        if spoken in _CUSTOMER:
            found.append(("user", turn[text]))
        elif spoken in _AGENT:
            found.append(("assistant", turn[text]))
        elif spoken in ("system", "tool", "observation", "function"):
            found.append(("system", turn[text]))
        else:
            raise _Refused("row_wrong_roles")
    return found


def _turned(turns: list[tuple[str, str]]) -> Iterator[Pair]:
    """A pair for each answer of the assistant to a customer's turn, with what was said before."""
    spoken = [turn for turn in turns if turn[0] != "system"]
    if not spoken or spoken[0][0] != "user":
        raise _Refused("row_wrong_roles")
    if any(one[0] == other[0] for one, other in pairwise(spoken)):
        raise _Refused("row_wrong_roles")
    for at in range(1, len(spoken), 2):
        earlier = spoken[max(0, at - 1 - HISTORY_TURNS) : at - 1]
        before = tuple({"role": role, "content": words} for role, words in earlier)
        yield spoken[at - 1][1], spoken[at][1], before


def _mapped(row: dict[str, Any], mapping: Mapping) -> Iterator[Pair]:
    if not mapping.turns:
        if not mapping.question or not mapping.answer:
            raise _Refused("row_unmapped")
        yield _words(row, mapping.question), _words(row, mapping.answer), ()
        return
    value: Any = row
    for name in mapping.turns.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise _Refused("row_no_turns")
    customer = {one.casefold() for one in mapping.customer}
    agent = {one.casefold() for one in mapping.agent}
    told = []
    for number, turn in enumerate(value):
        if not isinstance(turn, dict):
            raise _Refused("row_no_text")
        said = str(turn.get(mapping.role, "")).casefold() if mapping.role else ""
        if mapping.role and said not in customer | agent:
            raise _Refused("row_wrong_roles")
        from_customer = said in customer if mapping.role else number % 2 == 0
        told.append({"role": "user" if from_customer else "assistant", "content": turn.get(mapping.text)})
    yield from _turned(_merged(_turns(told, "role", "content")))


def _merged(turns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Neighbours of one speaker as one turn: real conversations are like that."""
    found: list[tuple[str, str]] = []
    for role, words in turns:
        if found and found[-1][0] == role:
            found[-1] = (role, f"{found[-1][1]}\n{words}")
        else:
            found.append((role, words))
    return found


def with_lines_of(drafts: list[Draft]) -> list[Draft]:
    """One draft of each pair: the first one."""
    seen: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        seen.setdefault((draft.question, draft.answer), draft)
    return list(seen.values())
