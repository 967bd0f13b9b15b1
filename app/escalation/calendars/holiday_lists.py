"""Reads a year's list of holidays and make-up workdays: the announcement as it is published, or CSV.

Source: the yearly notice of the State Council, such as 「春节：2月15日（农历腊月二十八、周日）至23日（周一）放假调休，
共9天。2月14日（周六）、2月28日（周六）上班。」 What it says twice (weekdays, the number of days) is checked.
"""

import csv
import io
import re
from datetime import date, timedelta

from app.escalation.calendars.domain import Interval, Kind, SpecialDay
from app.escalation.calendars.errors import UnreadableList

MOST_DAYS_OFF = 30
DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:（([^）]*)）)?"
STRETCH = re.compile(rf"{DAY}(?:\s*(?:至|到|—|–|-|~)\s*{DAY})?")
COUNT = re.compile(r"(?:共|放假)\s*(\d{1,2})\s*天")
YEAR = re.compile(r"(\d{4})\s*年")
WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
KINDS = {
    **dict.fromkeys(("off", "holiday", "休", "放假", "休息", "节假日"), Kind.OFF),
    **dict.fromkeys(("work", "workday", "班", "上班", "调休", "补班"), Kind.WORK),
}


def read_list(words: str, year: int | None = None) -> list[SpecialDay]:
    """The special days of a list, in order; `year` where the list names none. Raises UnreadableList."""
    found: dict[date, SpecialDay] = {}
    rows = _from_csv(words) if _is_csv(words) else _from_notice(words, year)
    for line, one in rows:
        known = found.get(one.day)
        if known is not None and known.kind is not one.kind:
            raise _unreadable(line, "day_contradicts")
        found[one.day] = known or one
    if not found:
        raise _unreadable(words.strip().partition("\n")[0], "no_days")
    return sorted(found.values(), key=lambda one: one.day)


def _unreadable(line: str, why: str) -> UnreadableList:
    return UnreadableList(extra={"line": line[:200], "why": why}, line=line[:80])


def _is_csv(words: str) -> bool:
    first = next((line for line in words.splitlines() if line.strip()), "")
    return bool(re.match(r"\s*(?:date|日期|\d{4}-\d{1,2}-\d{1,2})\s*[,，\t;]", first, re.I))


def _from_csv(words: str) -> list[tuple[str, SpecialDay]]:
    """Columns: date, kind, name, hours (`09:00-12:00 13:00-18:00`, only of a workday); a head is not needed."""
    days: list[tuple[str, SpecialDay]] = []
    plain = words.lstrip("\ufeff").replace("，", ",").replace("\t", ",").replace(";", ",")
    for row in csv.reader(io.StringIO(plain)):
        cells = [*(cell.strip() for cell in row), "", "", "", ""]
        line = ",".join(row)
        if not any(cells) or cells[0].lower() in ("date", "日期"):
            continue
        kind = KINDS.get(cells[1].lower())
        try:
            day = date(*map(int, cells[0].split("-")))
            hours = tuple(Interval.read(*part.split("-")) for part in cells[3].split())
        except (ValueError, TypeError):
            raise _unreadable(line, "no_date") from None
        if kind is None:
            raise _unreadable(line, "no_kind")
        days.append((line, SpecialDay(day, kind, cells[2], hours if kind is Kind.WORK else ())))
    return days


def _from_notice(words: str, year: int | None) -> list[tuple[str, SpecialDay]]:
    named = YEAR.search(words)
    this_year = int(named[1]) if named else year
    days: list[tuple[str, SpecialDay]] = []
    for line in re.split(r"[\n；;]", words):
        if "日" not in line or not re.search("放假|上班", line):
            continue
        if this_year is None:
            raise _unreadable(line, "no_year")
        days += [(line, one) for one in _holiday(line.strip(), this_year)]
    return days


def _holiday(line: str, year: int) -> list[SpecialDay]:
    head, colon, rest = line.partition("：") if "：" in line else line.partition(":")
    name = re.sub(r"^[\s（(]*[一二三四五六七八九十\d]+[)）、.．]\s*", "", head).strip() if colon else ""
    days: list[SpecialDay] = []
    month: int | None = None
    for sentence in re.split(r"[。.]", rest if colon else line):
        works, rests = "上班" in sentence, "放假" in sentence
        if not works and not rests:
            continue  # 「鼓励各单位……休息」 is no holiday
        stretches, month = _stretches(sentence, line, year, month)
        kind = Kind.WORK if works else Kind.OFF
        count = COUNT.search(sentence)
        if rests and count and int(count[1]) != len(stretches):
            raise _unreadable(line, "count_differs")
        days += [SpecialDay(one, kind, name) for one in stretches]
    return days


def _stretches(sentence: str, line: str, year: int, month: int | None) -> tuple[list[date], int | None]:
    """Every day of the stretches a sentence names; a month is that of the day before it where none is said."""
    days: list[date] = []
    for match in STRETCH.finditer(sentence):
        first = _day(match.groups()[:4], line, year, month)
        month, last = first.month, first
        if match[7]:
            last = _day(match.groups()[4:], line, first.year, month)
            month = last.month
        if not timedelta() <= last - first <= timedelta(days=MOST_DAYS_OFF):
            raise _unreadable(line, "stretch_reversed")
        days += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return days, month


def _day(said: tuple[str | None, ...], line: str, year: int, month: int | None) -> date:
    in_year, in_month, day, note = said
    chosen = int(in_month) if in_month else month
    if chosen is None or day is None:
        raise _unreadable(line, "no_date")
    try:
        found = date(int(in_year) if in_year else year, chosen, int(day))
    except ValueError:
        raise _unreadable(line, "no_date") from None
    weekday = WEEKDAY.search(note or "")
    if weekday and WEEKDAYS[weekday[1]] != found.weekday():
        raise _unreadable(line, "weekday_differs")
    return found
