"""Intents as files: CSV with a row for each example, or JSONL with a line for each intent; read back without a loss."""

import csv
import io
from collections.abc import Sequence

import orjson

from app.answering.intents.domain import IntentCard, IntentKind
from app.answering.intents.errors import IntentFileUnreadable
from app.kernel.cells import escaped, plain

COLUMNS = ("key", "kind", "name_zh", "name_en", "enabled", "example")


def write_csv(cards: Sequence[IntentCard]) -> bytes:
    """With a byte-order mark, which spreadsheets need to see UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for card in cards:
        for example in card.examples or ("",):
            row = (card.key, card.kind.value, card.name_zh, card.name_en, "1" if card.enabled else "0", example)
            writer.writerow([escaped(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_jsonl(cards: Sequence[IntentCard]) -> bytes:
    """One intent a line."""
    lines = [
        {
            "key": card.key,
            "kind": card.kind.value,
            "name_zh": card.name_zh,
            "name_en": card.name_en,
            "enabled": card.enabled,
            "examples": list(card.examples),
        }
        for card in cards
    ]
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


def read_cards(data: bytes) -> tuple[IntentCard, ...]:
    """Either form, told apart by the first sign. Raises IntentFileUnreadable with the line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise IntentFileUnreadable(line=1) from None
    return _from_jsonl(text) if text.lstrip().startswith("{") else _from_csv(text)


def _from_jsonl(text: str) -> tuple[IntentCard, ...]:
    cards = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            examples = tuple(str(example) for example in row.get("examples", ()))
            cards.append(_card(row, examples))
        except (ValueError, TypeError, AttributeError, KeyError):
            raise IntentFileUnreadable(line=number) from None
    return tuple(cards)


def _from_csv(text: str) -> tuple[IntentCard, ...]:
    found: dict[str, tuple[dict[str, str], list[str]]] = {}
    reader = csv.DictReader(io.StringIO(text))
    if not {"key", "kind", "example"} <= set(reader.fieldnames or ()):
        raise IntentFileUnreadable(line=1)
    try:
        for raw in reader:
            row = {name: plain(value or "") for name, value in raw.items() if name}
            first, examples = found.setdefault(row["key"], (row, []))
            _card(first, ())
            examples.append(row.get("example", ""))
    except (ValueError, KeyError, TypeError, csv.Error):
        raise IntentFileUnreadable(line=max(1, reader.line_num)) from None
    return tuple(_card(row, tuple(example for example in examples if example)) for row, examples in found.values())


def _card(row: dict[str, str], examples: tuple[str, ...]) -> IntentCard:
    key = str(row["key"]).strip()
    if not key or not key.replace("_", "").isalnum() or not key.isascii() or len(key) > 50:
        raise ValueError("a key has letters, digits and underscores")
    enabled = str(row.get("enabled", "1")).strip().casefold() not in ("0", "false", "no", "否")
    names = (str(row.get("name_zh") or key)[:60], str(row.get("name_en") or key)[:60])
    return IntentCard(key, IntentKind(str(row["kind"]).strip()), *names, examples, enabled)
