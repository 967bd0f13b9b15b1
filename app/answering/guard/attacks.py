"""Attempts to turn the bot against its company: by shape, in Chinese and English, plain, spaced out or encoded."""

import base64
import binascii
import json
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class Attack(StrEnum):
    """What a text tries."""

    OVERRIDE = "override"
    EXTRACTION = "extraction"
    ROLE_PLAY = "role_play"
    ENCODED = "encoded"
    ORDER = "order"


@dataclass(frozen=True)
class Found:
    """An attempt and where in the text it stands."""

    attack: Attack
    start: int
    end: int


class Classifier(Protocol):
    """A model that says how surely a text is an attack; asked only where one is set up."""

    async def score(self, text: str) -> float:
        """From 0 to 1. Raises Unavailable."""
        ...


_DATA: dict[str, Any] = json.loads(Path(__file__).with_name("attacks.json").read_text("utf-8"))


def _pattern(family: str) -> re.Pattern[str]:
    """The alternatives of a family as one pattern; <rules> in one stands for the words of that name."""
    whole = "|".join(_DATA[family])
    for name, words in _DATA["parts"].items():
        whole = whole.replace(f"<{name}>", words)
    return re.compile(whole, re.IGNORECASE | re.MULTILINE)


_PATTERNS = tuple((attack, _pattern(attack.value)) for attack in (Attack.OVERRIDE, Attack.EXTRACTION, Attack.ROLE_PLAY))
# What somebody plants in a document for the model that reads it; to a customer no document speaks like this.
_ORDERS = _pattern("orders")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9+/=])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{2}[ :]?){12,}(?![0-9A-Za-z])", re.IGNORECASE)
_SPACED = re.compile(r"(?<!\w)(?:\w[ ._*-]{1,2}){5,}\w(?!\w)")
_LETTER = re.compile(r"[A-Za-z\u4e00-\u9fff]")
LONGEST = 8_000


def find_attacks(text: str) -> list[Found]:
    """Every attempt in a message, the same kind once."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    found = {attack: Found(attack, *match.span()) for attack, match in _matches(plain)}
    for match in _SPACED.finditer(plain):
        inner = re.sub(r"[ ._*-]", "", match[0])
        if any(True for _ in _matches(inner)) or any(True for _ in _matches(_split_words(inner))):
            found.setdefault(Attack.ENCODED, Found(Attack.ENCODED, *match.span()))
    for match, decoded in _decoded(plain):
        if any(True for _ in _matches(decoded)):
            found[Attack.ENCODED] = Found(Attack.ENCODED, *match.span())
    return list(found.values())


def find_orders(text: str) -> list[tuple[int, int]]:
    """Where a document gives orders to whoever reads it for a customer."""
    spans = [match.span() for match in _ORDERS.finditer(text)]
    for attack, match in _matches(text):
        if attack in (Attack.OVERRIDE, Attack.EXTRACTION):
            spans.append(_sentence(text, *match.span()))
    for match, decoded in _decoded(text):
        if any(True for _ in _matches(decoded)) or _ORDERS.search(decoded):
            spans.append(match.span())
    return _joined(spans)


def without_orders(text: str, instead: str) -> tuple[str, int]:
    """A passage without orders to its reader, and how many there were."""
    spans = find_orders(text)
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], instead]
        at = end
    return ("".join([*pieces, text[at:]]), len(spans)) if spans else (text, 0)


def _matches(text: str) -> list[tuple[Attack, re.Match[str]]]:
    return [(attack, match) for attack, pattern in _PATTERNS if (match := pattern.search(text)) is not None]


def _split_words(run: str) -> str:
    """ignoreallpreviousinstructions as words again, as far as the words of an attack are known."""
    words = (
        "ignore disregard forget all previous prior above your the system prompt instructions rules reveal print show"
    )
    for word in sorted(words.split(), key=len, reverse=True):
        run = re.sub(word, f" {word} ", run, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", run)


def _decoded(text: str) -> list[tuple[re.Match[str], str]]:
    found = []
    for match in _BASE64.finditer(text):
        raw = match[0].replace("-", "+").replace("_", "/").rstrip("=")
        try:
            found.append((match, base64.b64decode(raw + "=" * (-len(raw) % 4), validate=True).decode()))
        except (binascii.Error, ValueError):
            continue
    for match in _HEX.finditer(text):
        try:
            found.append((match, bytes.fromhex(re.sub(r"[ :]", "", match[0])).decode()))
        except ValueError:
            continue
    return [(match, said) for match, said in found if _LETTER.search(said)]


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a place."""
    before = max((text.rfind(mark, 0, start) for mark in "。！？.!?\n"), default=-1) + 1
    after = [at for at in (text.find(mark, end) for mark in "。！？.!?\n") if at >= 0]
    return before, (min(after) + 1) if after else len(text)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
