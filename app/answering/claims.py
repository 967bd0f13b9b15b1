"""What a sentence claims that can be looked up: figures with their units, dates, names, and whether it denies."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from app.answering.guard.links import LINK
from app.answering.language import COMMON_LATIN, HAN, numbers, plain

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_CHINESE = "零〇一二两三四五六七八九十百千半"
# Unit: what it is counted in, and how many of those it is.
_UNITS: tuple[tuple[str, str, float], ...] = (
    (r"个?工作日|(?:business|working)[ -]days?", "working day", 1),
    (r"小时|个钟头|hours?|hrs?", "minute", 60),
    (r"分钟|minutes?|mins?", "minute", 1),
    (r"秒|seconds?|secs?", "second", 1),
    (r"天|日(?!元)|days?", "minute", 1_440),
    (r"周(?!年)|个?星期|weeks?", "minute", 10_080),
    (r"个月|months?", "month", 1),
    (r"年(?!\d|款|版)|years?", "month", 12),
    (r"%|％|percent|per cent", "percent", 1),
    (r"折", "tenth", 1),
    (r"元|块钱?|人民币|rmb|cny|yuan", "yuan", 1),
    (r"美元|美金|usd|dollars?", "dollar", 1),
    (r"公斤|千克|kg|kilograms?", "gram", 1_000),
    (r"毫安时?|mah", "mah", 1),
    (r"毫米|mm", "mm", 1),
    (r"厘米|cm", "mm", 10),
    (r"公里|千米|km", "metre", 1_000),
    (r"米|metres?|meters?", "metre", 1),
    (r"gb|g内存", "gb", 1),
    (r"mb", "mb", 1),
    (r"瓦|w(?![a-z])|watts?", "watt", 1),
    (r"℃|°c|摄氏度|度", "degree", 1),
    (r"次|times", "time", 1),
)
_UNIT = "|".join(f"(?P<u{n}>{pattern})" for n, (pattern, _, _) in enumerate(_UNITS))
_QUANTITY = re.compile(
    rf"(?P<sign>[¥￥$])?\s?(?P<n>\d[\d,]*(?:\.\d+)?|[{_CHINESE}]+)\s?(?P<scale>万|亿)?\s?-?(?:{_UNIT})?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:(?P<y>\d{4})\s?[年./-]\s?)?(?P<m>\d{1,2})\s?[月./-]\s?(?P<d>\d{1,2})\s?[日号]?(?!\d|\s?[%元年]|\.\d)"
)
_REAL_DATE = re.compile(r"[年月日号]|\d{4}")
_CLOCK = re.compile(r"(?P<h>\d{1,2})(?:[:：](?P<m>\d{2})|\s?点(?:(?P<half>半)|(?P<min>\d{1,2})分?)?)")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*")
_CAPITAL = re.compile(r"(?<=[a-z,;] )[A-Z][A-Za-z0-9]+(?:[- ][A-Z0-9][A-Za-z0-9]*)*")
_KNOWN_NAMES = re.compile(
    r"顺丰|圆通|中通|申通|韵达|京东|德邦|极兔|菜鸟|邮政|支付宝|微信|云闪付|花呗|淘宝|天猫|拼多多|抖音|美团|饿了么|苏宁|银联"
    r"|[\u4e00-\u9fff]{2,4}(?:银行|有限公司)"
)
_MONTHS = "january february march april may june july august september october november december"
_DAYS = "i monday tuesday wednesday thursday friday saturday sunday english chinese"
_NO_NAMES = frozenset([*_MONTHS.split(), *_DAYS.split()])
_NEGATIONS = re.compile(
    r"不(?!同|锈钢|仅|但|过|错|少|久|断|干胶|好意思|管|论|止|如|客气|用谢|得不|限)|没(?!关系|事)|无法|无需|无须|勿|未(?!来)|禁止|拒绝|谢绝|除外"
    r"|\b(?:not|no|never|cannot|can't|won't|don't|doesn't|didn't|isn't|aren't|without|unable|except)\b"
)
_FREE = re.compile(r"免(?:费|运费|邮)|包邮|不收|\bfree\b")


SMALL = frozenset((1.0, 2.0, 3.0))


@dataclass(frozen=True)
class Figures:
    """Figures of a text: values with their unit (and as written), those without one, dates and times of day."""

    measured: frozenset[tuple[float, str, float]]
    bare: frozenset[float]
    dates: frozenset[tuple[int, int, int]]
    clocks: frozenset[tuple[int, int]]

    @property
    def written(self) -> frozenset[float]:
        """Every number as it stands there, whatever its unit."""
        return self.bare | {raw for _, _, raw in self.measured}

    @property
    def amounts(self) -> frozenset[tuple[float, str]]:
        """What is measured, in the unit's base."""
        return frozenset((value, unit) for value, unit, _ in self.measured)


@lru_cache(maxsize=4096)
def figures(text: str) -> Figures:
    """What a text counts and dates; 七天 is 7 days, 24 小时 is 1 day."""
    rest = unicodedata.normalize("NFKC", text).casefold()
    dates: set[tuple[int, int, int]] = set()
    clocks: set[tuple[int, int]] = set()

    def dated(match: re.Match[str]) -> str:
        month, day = int(match["m"]), int(match["d"])
        if not (_REAL_DATE.search(match[0]) and 1 <= month <= 12 and 1 <= day <= 31):
            return match[0]
        dates.add((int(match["y"] or 0), month, day))
        return " "

    def timed(match: re.Match[str]) -> str:
        clocks.add((int(match["h"]), 30 if match["half"] else int(match["m"] or match["min"] or 0)))
        return " "

    rest = _CLOCK.sub(timed, _DATE.sub(dated, rest))
    measured: set[tuple[float, str, float]] = set()
    bare: set[float] = set()
    for match in _QUANTITY.finditer(rest):
        unit = next((n for n in range(len(_UNITS)) if match[f"u{n}"]), None)
        money = {"¥": "yuan", "￥": "yuan", "$": "dollar"}.get(match["sign"] or "")
        value = _value(match["n"], match["scale"])
        if value is None or (match["n"][0] in _CHINESE and unit is None):
            continue
        if unit is not None:
            measured.add((round(value * _UNITS[unit][2], 4), _UNITS[unit][1], value))
        elif money:
            measured.add((value, money, value))
        else:
            bare.add(value)
    return Figures(frozenset(measured), frozenset(bare), frozenset(dates), frozenset(clocks))


def _value(written: str, scale: str | None) -> float | None:
    factor = {"万": 10_000.0, "亿": 100_000_000.0}.get(scale or "", 1.0)
    if written[0] not in _CHINESE:
        return float(written.replace(",", "")) * factor
    if written == "半":
        return 0.5 * factor
    total, digit = 0, 0
    for char in written:
        if char in _TENS:
            total, digit = total + (digit or 1) * _TENS[char], 0
        elif char in _DIGITS:
            digit = _DIGITS[char]
        else:
            return None
    return (total + digit) * factor


def missing_figure(claim: str, known: str) -> str | None:
    """`number` when a text counts something another does not, `unit` when it counts it in something else, else None."""
    ours, theirs = figures(claim), figures(known)
    if any(not _has_date(date, theirs.dates) and not _told_apart(date, known) for date in ours.dates):
        return "number"
    if ours.clocks - theirs.clocks and not all(f"{h}:{m:02}" in known for h, m in ours.clocks - theirs.clocks):
        return "number"
    said = theirs.written | _plain_numbers(known)
    if (ours.bare - SMALL) - said:
        return "number"
    for value, unit, raw in ours.measured:
        if (value, unit) in theirs.amounts:
            continue
        if raw not in said and raw not in theirs.written:
            return "number"
        # Without a unit over there, as in a table whose head names it, the figure alone must do.
        with_unit = {r for _, _, r in theirs.measured}
        if raw in with_unit and raw not in theirs.bare:
            return "unit"
    return None


@lru_cache(maxsize=1024)
def _plain_numbers(text: str) -> frozenset[float]:
    return frozenset(float(n) for n in numbers(text) if n.count(".") <= 1 and ":" not in n)


def _has_date(date: tuple[int, int, int], known: frozenset[tuple[int, int, int]]) -> bool:
    year, month, day = date
    return any((month, day) == (m, d) and (not year or not y or year == y) for y, m, d in known)


def _told_apart(date: tuple[int, int, int], known: str) -> bool:
    """Whether month and day stand in another order or in words."""
    year, month, day = date
    found = {int(n) for n in re.findall(r"\d+", known)}
    return {month, day} <= found and (not year or year in found)


def names(text: str) -> frozenset[str]:
    """Names in a text: Latin ones in Chinese, capitalised ones in English, and companies everybody knows.

    Links are no names: the guard has let them pass.
    """
    text = LINK.sub(" ", text)
    found = {name.casefold() for name in _KNOWN_NAMES.findall(text)}
    if re.search(rf"[{HAN}]", text):
        latin = (name.casefold() for name in _LATIN_NAME.findall(text) if len(name) > 1)
        return frozenset(found | {name for name in latin if name not in COMMON_LATIN})
    latin = (name.casefold() for name in _CAPITAL.findall(text))
    return frozenset(found | {name for name in latin if name not in COMMON_LATIN and name not in _NO_NAMES})


def missing_name(claim: str, known: str) -> str | None:
    """A name in a text that another text does not say in any spelling, else None."""
    said = names(claim)
    if not said:
        return None
    packed = _packed(known)
    return next((name for name in sorted(said) if _packed(name) not in packed), None)


@lru_cache(maxsize=1024)
def _packed(text: str) -> str:
    return re.sub(r"[\s_.-]", "", plain(text))


def denies(text: str) -> bool:
    """Whether a text says that something is not so."""
    return bool(_NEGATIONS.search(_FREE.sub("", plain(text))))
