"""Finds the sentences of a passage that answer a question: verbatim, in order, with table headers kept."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.answering.domain import Passage
from app.answering.language import plain, terms
from app.knowledge import things_meant

LONGEST_QUOTE = 320
LONGEST_FAQ = 600
QUOTES = 3
# How a quote's rank is made: what it covers of the question, and how well search liked its passage.
COVERS, FOUND = 0.6, 0.4
# What a word counts for that stands not in the sentence but around it, or not in a curated question but in its answer.
ELSEWHERE = 0.4
# A further quote must be nearly as good as the first, and cover more of the question; or as good, and mostly new.
NEARLY, ADDS = 0.75, 0.08
AS_GOOD, NEW = 0.8, 0.4
_UNIT = re.compile(r"(?:\s*\d{1,2}[.)]\s)?[^。！？!?\n]*?(?:[。！？]|[!?](?=\s|$)|\.(?=\s|$)|(?=\n)|$)")
_HEADING = re.compile(r"^\s*#{1,6}\s|^\s*(?:[-=]{3,}|\|?[\s:|-]+\|)\s*$")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|\s*$")
# Who changed the page and when: it stands at the top of many documents and answers nothing.
_STAMP = re.compile(
    r"(?:更新|修订|发布|版本|updated|revised|version).{0,40}\d{4}|\d{4}.{0,20}(?:更新|修订|发布|updated|revised)",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"\s*(?:[-*•·]|\d+[.、)）]|[(（]\d+[)）]|[①-⑳])\s*")
# What a question of one kind is answered with: a duration, a price, a number to call, an address, steps.
_EXPECTED = [
    (re.compile(asked), re.compile(said))
    for asked, said in (
        (
            r"多久|几天|多长时间|什么时候|何时|期限|多少天|几小时|when|how long|how soon|how many days|deadline",
            r"\d+\s*(?:个)?(?:天|日|小时|分钟|周|月|年|工作日|点|days?|hours?|minutes?|weeks?|months?|years?|business)"
            r"|[一二三四五六七八九十]+(?:天|日|个月|年|周)",
        ),
        (
            r"多少钱|价格|费用|运费|收费|贵|how much|cost|price|fee|charge",
            r"\d+\s*(?:元|块|rmb|cny|usd)|[¥￥$€]\s*\d|免费|免运费|free",
        ),
        (r"电话|热线|号码|phone|call|number", r"\d{3,}[- ]?\d{3,}"),
        (r"邮箱|邮件|e-?mail", r"\S+@\S+"),
        (
            r"怎么|如何|步骤|how (?:do|can|to)",
            r"^\s*(?:\d+[.、)]|[-*•]|第[一二三]步|首先|step)|点击|选择|打开|进入|select|click|open|press|go to",
        ),
    )
]


@dataclass(frozen=True)
class Quote:
    """A piece of passage number `index`, cut out verbatim."""

    index: int
    text: str
    score: float


@dataclass(frozen=True)
class _Unit:
    """A sentence or a table row, with the line it stands in."""

    start: int
    end: int
    text: str
    line: int
    table: bool
    header: str = ""


@dataclass(frozen=True)
class _Asked:
    """A question as terms with weights: what few sentences say weighs most."""

    text: str
    weights: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.weights.values())

    def share(self, covered: Iterable[str]) -> float:
        return sum(self.weights.get(term, 0.0) for term in covered) / self.total if self.weights else 0.0


def choose_quotes(question: str, passages: Sequence[Passage], limit: int = QUOTES) -> list[Quote]:
    """The best quotes, best first, at most one per passage, none that repeats another."""
    wanted = _meaning(question)
    units = [_units(passage.text) for passage in passages]
    spread = Counter(term for found in units for unit in found for term in _meaning(unit.text) & wanted)
    whole = max(1, sum(len(found) for found in units))
    asked = _Asked(plain(question), {term: math.log(1 + whole / (1 + spread[term])) for term in wanted})
    if not asked.weights:
        return []
    top = max((passage.score for passage in passages), default=0.0) or 1.0
    quotes = [
        _best_of(index, passage, units[index], asked, FOUND * passage.score / top)
        for index, passage in enumerate(passages)
        if units[index]
    ]
    return _distinct(sorted(quotes, key=lambda quote: -quote.score), asked, limit)


@lru_cache(maxsize=8192)
def _meaning(text: str) -> frozenset[str]:
    """What a text says, and the things it means by it: who asks for 邮费 is answered by 运费."""
    return terms(text).union(things_meant(text))


@lru_cache(maxsize=512)
def _units(text: str) -> tuple[_Unit, ...]:
    """Sentences and table rows; the row above a rule is the header of those below it, and no unit of its own."""
    found: list[_Unit] = []
    header = ""
    for number, line in enumerate(re.finditer(r"[^\n]+", text)):
        words = line[0]
        if _RULE.match(words) and found and found[-1].table:
            header = found.pop().text
            continue
        if not words.strip() or _HEADING.match(words) or (len(words) < 90 and _STAMP.search(words)):
            continue
        if words.lstrip().startswith("|"):
            found.append(_Unit(line.start(), line.end(), words, number, True, header))
            continue
        header = ""
        for part in _UNIT.finditer(words):
            if part[0].strip():
                start = line.start() + part.start()
                found.append(_Unit(start, start + len(part[0]), part[0], number, False))
    return tuple(found)


def _best_of(index: int, passage: Passage, units: tuple[_Unit, ...], asked: _Asked, found: float) -> Quote:
    context = _meaning(f"{passage.heading} {passage.question or ''}")
    if passage.question is not None and len(passage.text) <= LONGEST_FAQ:
        # What a curated answer is about its questions say: that money "is returned" makes it no answer about returns.
        covers = asked.share(context) + ELSEWHERE * asked.share(_meaning(passage.text) - context)
        return Quote(index, passage.text.strip(), COVERS * covers + found)
    scores = [_score(unit, asked, context) for unit in units]
    best = max(range(len(units)), key=lambda i: (scores[i], -i))
    text = _table(passage.text, units, best) if units[best].table else _paragraph(passage.text, units, best)
    return Quote(index, text, COVERS * min(1.0, scores[best]) + found)


def _score(unit: _Unit, asked: _Asked, context: frozenset[str]) -> float:
    inside = _meaning(unit.text)
    context |= terms(unit.header)
    score = asked.share(inside) + ELSEWHERE * asked.share(context - inside)
    said = plain(unit.text)
    expected = any(wanted.search(asked.text) and shape.search(said) for wanted, shape in _EXPECTED)
    return 1.25 * score + 0.25 if expected and score else score


def _table(text: str, units: tuple[_Unit, ...], best: int) -> str:
    """A row under its header, with the rows between; the row alone when that is too long."""
    first = best
    while first > 0 and units[first - 1].table and units[first - 1].header == units[best].header:
        first -= 1
    start = text.rfind(units[best].header, 0, units[first].start) if units[best].header else units[first].start
    whole = text[start : units[best].end].strip()
    return whole if len(whole) <= LONGEST_QUOTE else units[best].text.strip()


def _paragraph(text: str, units: tuple[_Unit, ...], best: int) -> str:
    """The sentence in its paragraph; a list with the line that opens it; as far as a quote may be long."""
    first = last = best

    def fits(one: int, other: int) -> bool:
        return units[other].end - units[one].start <= LONGEST_QUOTE

    while last + 1 < len(units) and fits(first, last + 1) and _belongs(units[last], units[last + 1]):
        last += 1
    while first > 0 and fits(first - 1, last) and _belongs(units[first - 1], units[first]):
        first -= 1
    return text[units[first].start : units[last].end].strip()


def _belongs(one: _Unit, following: _Unit) -> bool:
    if one.table or following.table:
        return False
    if one.line == following.line:
        return True
    opens = one.text.rstrip().endswith((":", "："))
    return opens or bool(_LIST_ITEM.match(one.text) and _LIST_ITEM.match(following.text))


def _distinct(quotes: list[Quote], asked: _Asked, limit: int) -> list[Quote]:
    kept: list[Quote] = []
    said: frozenset[str] = frozenset()
    for quote in quotes:
        says = _meaning(quote.text)
        adds, new = asked.share(says - said) >= ADDS, len(says - said) > NEW * len(says)
        share = quote.score / kept[0].score if kept else 1.0
        if not (adds and share >= NEARLY) and not (new and share >= AS_GOOD):
            continue
        kept.append(quote)
        said |= says
        if len(kept) == limit:
            break
    return kept


def supporting_quote(sentence: str, passage: Passage) -> str:
    """The part of a passage that says what a sentence says, for the yellow mark; its beginning when nothing does."""
    chosen = choose_quotes(sentence, [passage], 1)
    if chosen:
        return chosen[0].text
    return passage.text.strip()[:LONGEST_QUOTE]
