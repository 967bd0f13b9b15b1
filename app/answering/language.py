"""Language by script, and text cut into terms and sentences; no dictionary, no model."""

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from app.answering.domain import Language

HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_HAN_CHARACTER = re.compile(rf"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_TOKEN = re.compile(rf"[{HAN}]+|[A-Za-zÀ-ɏ]+(?:'[a-z]+)?|\d+(?:[.,:]\d+)*")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")

# Characters of traditional script that the patterns of this room need in their simplified form.
_SIMPLER = str.maketrans(
    "轉個員務線換請與讓幫聯係聽嗎謝見問為麼還沒說話講對離開誰這時間實際號話給從來點後現進運費發貨單訂購買賣價錢質壞應該變錯訊電郵區國際",
    "转个员务线换请与让帮联系听吗谢见问为么还没说话讲对离开谁这时间实际号话给从来点后现进运费发货单订购买卖价钱质坏应该变错讯电邮区国际",
)
WORDS: dict[str, str] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
# Words that ask rather than name; longest first, so that none is cut out of a longer one.
_ASKING_ZH = re.compile("|".join(sorted(WORDS["asking_zh"].split(), key=len, reverse=True)))
ASKING_EN = frozenset(WORDS["asking_en"].split())
COMMON_LATIN = frozenset(WORDS["common_latin"].split())
_SENTENCE_END = re.compile(r"(?<=[。！？；])|(?<=[!?;])(?=\s|$)|(?<=\.)(?=\s+[A-Z\"“(\d]|\s*$)")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Half-width, lower case, simplified where our patterns need it, one space between words."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLER)
    return re.sub(r"\s+", " ", folded).strip()


def language_of(text: str, hint: str) -> Language:
    """The customer's language: Chinese as soon as a good part of the words is Chinese, else English, else the hint.

    A Chinese sentence names products in Latin letters, so two Han characters weigh as much as one Latin word.
    """
    return _language(len(_HAN_CHARACTER.findall(text)), len(_LATIN_WORD.findall(text)), hint)


class GrowingText:
    """Tells the language of a text while pieces are added to it, without reading the whole of it again."""

    def __init__(self) -> None:
        self._han = self._latin = 0
        self._in_word = False

    def add(self, piece: str) -> None:
        """More of the text."""
        if piece:
            words = list(_LATIN_WORD.finditer(piece))
            goes_on = self._in_word and bool(words) and words[0].start() == 0
            self._han += len(_HAN_CHARACTER.findall(piece))
            self._latin += len(words) - goes_on
            self._in_word = bool(words) and words[-1].end() == len(piece)

    def language(self, hint: str) -> Language:
        """What `language_of` would say of the text so far."""
        return _language(self._han, self._latin, hint)


def _language(han: int, latin: int, hint: str) -> Language:
    if han == 0 and latin == 0:
        return "en" if hint.startswith("en") else "zh"
    return "zh" if han >= latin or han / 2 / (han / 2 + latin) >= 0.25 else "en"


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    for ending, least in (("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if len(word) >= least and word.endswith(ending) and not word.endswith("ss"):
            stem = word.removesuffix(ending)
            if ending in ("ing", "ed") and len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
                stem = stem[:-1]
            return stem + "y" if ending == "ies" else stem.removesuffix("e")
    return word.removesuffix("e") if len(word) > 4 else word


@lru_cache(maxsize=8192)
def terms(text: str) -> frozenset[str]:
    """What a text is about: pairs of Han characters, stems of Latin words, numbers; not the words that only ask."""
    found: set[str] = set()
    for token in _TOKEN.findall(plain(text)):
        if not _HAN_CHARACTER.match(token):
            if token not in ASKING_EN:
                found.add(_stem(token))
            continue
        for run in _ASKING_ZH.sub(" ", token).split():
            if len(run) == 1:
                found.add(run)
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


@lru_cache(maxsize=1024)
def numbers(text: str) -> frozenset[str]:
    """The numbers in a text, thousands separators removed."""
    return frozenset(n.replace(",", "") for n in _NUMBER.findall(unicodedata.normalize("NFKC", text)))


def sentences(text: str) -> list[str]:
    """A text in sentences, each with its ending mark; blank ones dropped, inner whitespace untouched."""
    found: list[str] = []
    for line in text.splitlines():
        found.extend(part.strip() for part in _SENTENCE_END.split(line) if part and part.strip())
    return found
