"""Finds the sentences of a passage that answer a question: verbatim, in order, with table headers kept."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.domain import Passage
from app.answering.language import plain, terms

LONGEST_QUOTE = 320
LONGEST_FAQ = 600
QUOTES = 3
_UNIT = re.compile(r"[^。！？；!?;\n]*?(?:[。！？；]|[!?;](?=\s|$)|\.(?=\s|$)|(?=\n)|$)")
_HEADING = re.compile(r"^\s*#{1,6}\s|^\s*(?:[-=]{3,}|\|?[\s:|-]+\|)\s*$")
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
    """A piece of passage number `index` (0-based), cut out verbatim; `score` in [0, 1.5]."""

    index: int
    text: str
    score: float


@dataclass(frozen=True)
class _Unit:
    start: int
    end: int
    text: str
    table: bool


def choose_quotes(question: str, passages: Sequence[Passage], limit: int = QUOTES) -> list[Quote]:
    """The best quotes, best first, at most one per passage, none that repeats another."""
    asked = terms(question)
    units = [_units(passage.text) for passage in passages]
    spread = Counter(term for found in units for unit in found for term in terms(unit.text) & asked)
    whole = max(1, sum(len(found) for found in units))
    weights = {term: math.log(1 + whole / (1 + spread[term])) for term in asked}
    quotes = [
        quote
        for index, passage in enumerate(passages)
        if (quote := _best_of(index, passage, units[index], question, weights)) is not None
    ]
    return _distinct(sorted(quotes, key=lambda quote: -quote.score), limit)


def _units(text: str) -> list[_Unit]:
    found: list[_Unit] = []
    for line in re.finditer(r"[^\n]+", text):
        if _HEADING.match(line[0]) or not line[0].strip():
            continue
        if line[0].lstrip().startswith("|"):
            found.append(_Unit(line.start(), line.end(), line[0], table=True))
            continue
        for part in _UNIT.finditer(line[0]):
            if part[0].strip():
                found.append(_Unit(line.start() + part.start(), line.start() + part.end(), part[0], table=False))
    return found


def _best_of(
    index: int, passage: Passage, units: list[_Unit], question: str, weights: dict[str, float]
) -> Quote | None:
    total = sum(weights.values())
    if not units or not total:
        return None
    context = terms(f"{passage.heading} {passage.question or ''}")
    standing = 1.0 / (1 + index)
    if passage.question is not None and len(passage.text) <= LONGEST_FAQ:
        covered = context | terms(passage.text)
        score = sum(w for term, w in weights.items() if term in covered) / total
        return Quote(index, passage.text.strip(), round(score + 0.2 * standing, 4))
    scores = [_score(unit, question, context, weights) / total for unit in units]
    best = max(range(len(units)), key=lambda i: (scores[i], -i))
    text = _grown(passage.text, units, scores, best)
    return Quote(index, text, round(scores[best] + 0.2 * standing, 4))


def _score(unit: _Unit, question: str, context: frozenset[str], weights: dict[str, float]) -> float:
    inside = terms(unit.text)
    score = sum(w if term in inside else w * 0.4 if term in context else 0.0 for term, w in weights.items())
    asked, said = plain(question), plain(unit.text)
    expected = any(wanted.search(asked) and shape.search(said) for wanted, shape in _EXPECTED)
    return score * (1.25 if expected else 1.0) + (0.25 * sum(weights.values()) if expected and score else 0.0)


def _grown(text: str, units: list[_Unit], scores: list[float], best: int) -> str:
    """The best unit with the neighbours that belong to it: a table's header, a colon's list, nearly as good ones."""
    first = last = best
    if units[best].table:
        while first > 0 and units[first - 1].table and units[first - 1].end + 1 >= units[first].start - 200:
            first -= 1
        header = text[units[first].start : units[min(first + 1, best)].start].rstrip() if first < best else ""
        row = units[best].text.strip()
        whole = text[units[first].start : units[best].end].strip()
        return whole if len(whole) <= LONGEST_QUOTE or not header else row
    good = 0.6 * scores[best]
    while (
        last + 1 < len(units)
        and units[last + 1].end - units[first].start <= LONGEST_QUOTE
        and not units[last + 1].table
    ):
        leads_in = units[last].text.rstrip().endswith((":", "："))
        listed = leads_in or (_in_list(units[last].text) and _in_list(units[last + 1].text))
        if not listed and scores[last + 1] < good:
            break
        last += 1
    while first > 0 and units[last].end - units[first - 1].start <= LONGEST_QUOTE and not units[first - 1].table:
        opens = units[first - 1].text.rstrip().endswith((":", "："))
        same = _in_list(units[first].text) and _in_list(units[first - 1].text)
        if not (opens or same) and scores[first - 1] < good:
            break
        first -= 1
    return text[units[first].start : units[last].end].strip()


def _in_list(text: str) -> bool:
    return bool(re.match(r"\s*(?:[-*•·]|\d+[.、)）]|[(（]\d+[)）]|[①-⑳])\s*", text))


def _distinct(quotes: list[Quote], limit: int) -> list[Quote]:
    kept: list[Quote] = []
    for quote in quotes:
        if kept and quote.score < 0.65 * kept[0].score:
            break
        words = terms(quote.text)
        if any(len(words & terms(other.text)) >= 0.7 * max(1, len(words)) for other in kept):
            continue
        kept.append(quote)
        if len(kept) == limit:
            break
    return kept


def supporting_quote(sentence: str, passage: Passage) -> str:
    """The part of a passage that says what a sentence says, for the yellow mark; its beginning when nothing does."""
    chosen = choose_quotes(sentence, [passage], 1)
    if chosen:
        return chosen[0].text
    return passage.text.strip()[:LONGEST_QUOTE]
