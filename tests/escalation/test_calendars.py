"""Time counted in calendars: monotone, additive, equal to counting minutes, in zones whose clocks change; and lists."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.escalation.calendars import Calendar, add_time, is_open, time_between
from app.escalation.calendars.domain import DAY, Interval, Kind, SpecialDay, first_overlap
from app.escalation.calendars.errors import UnreadableList
from app.escalation.calendars.holiday_lists import read_list

MINUTE = timedelta(minutes=1)
# Shanghai never changes; the others around a change: forward and back at night, at midnight itself, by half an hour.
ZONES = {
    "Asia/Shanghai": datetime(2026, 2, 10, tzinfo=UTC),
    "America/New_York": datetime(2026, 3, 6, tzinfo=UTC),
    "Europe/Berlin": datetime(2026, 10, 23, tzinfo=UTC),
    "Asia/Beirut": datetime(2026, 3, 27, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 3, tzinfo=UTC),
}


@st.composite
def days(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Up to three intervals of a day that do not overlap."""
    points = draw(st.lists(st.integers(0, DAY), max_size=6, unique=True).map(sorted))
    return tuple(Interval(a, b) for a, b in zip(points[::2], points[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar, and a moment in its days that are special or in which clocks change."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    near = ZONES[zone]
    kinds = st.sampled_from(list(Kind))
    made = st.builds(SpecialDay, st.integers(0, 5).map(lambda n: (near + n * 24 * 60 * MINUTE).date()), kinds)
    special = draw(st.lists(made, max_size=3, unique_by=lambda one: one.day))
    week = tuple(draw(days()) for _ in range(7))
    start = near + timedelta(seconds=draw(st.integers(0, 3 * 24 * 3600)))
    return Calendar(UUID(int=1), "x", zone, week, tuple(special)), start


amounts = st.integers(0, 30 * 60).map(lambda minutes: minutes * MINUTE)


@settings(max_examples=120, deadline=None)
@given(calendars(), amounts, amounts)
def test_adding_is_monotone_and_additive_and_undone_by_counting(
    given: tuple[Calendar, datetime], one: timedelta, more: timedelta
) -> None:
    calendar, start = given
    first, both = add_time(calendar, start, one), add_time(calendar, start, one + more)
    later = add_time(calendar, start + more, one)
    if first is None or both is None or later is None:
        assert not any(calendar.week) or not calendar.usual
        return
    assert start <= first <= both
    assert first <= later or one == timedelta()
    assert add_time(calendar, first, more) == both
    assert time_between(calendar, start, both) == one + more


@settings(max_examples=40, deadline=None)
@given(calendars(), st.integers(0, 36 * 60))
def test_counting_equals_looking_at_every_minute(given: tuple[Calendar, datetime], minutes: int) -> None:
    calendar, start = given
    start = start.replace(second=0)
    end = start + minutes * MINUTE
    looked = sum(is_open(calendar, start + n * MINUTE) for n in range(minutes))
    assert time_between(calendar, start, end) == looked * MINUTE
    due = add_time(calendar, start, looked * MINUTE)
    assert due is not None and due <= end


def test_an_hour_that_comes_twice_counts_twice_and_one_that_does_not_exist_not_at_all() -> None:
    night = Calendar(UUID(int=1), "x", "America/New_York", ((Interval(0, 6 * 60),),) * 7)
    zone = ZoneInfo("America/New_York")
    for day, hours in ((date(2026, 3, 8), 5), (date(2026, 11, 1), 7), (date(2026, 11, 2), 6)):
        start = datetime.combine(day, datetime.min.time(), zone)
        assert time_between(calendar=night, start=start, end=start + timedelta(days=1)) == timedelta(hours=hours)


NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。"""


def test_a_years_notice_is_read_and_what_it_says_twice_is_checked() -> None:
    found = read_list(NOTICE_2026)
    off = [one.day for one in found if one.kind is Kind.OFF]
    work = [one.day.isoformat() for one in found if one.kind is Kind.WORK]
    assert len(off) == 3 + 9 + 3 + 5 + 3 + 3 + 7 and off[3] == date(2026, 2, 15)
    assert work == ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
    assert {one.name for one in found if one.day.month == 10} == {"国庆节"}
    two_years = "元旦：2022年12月31日至2023年1月2日放假调休，共3天。"
    assert [str(one.day) for one in read_list(two_years)] == ["2022-12-31", "2023-01-01", "2023-01-02"]
    spring = "春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励在除夕（2月9日）休息。"
    assert [one.day.day for one in read_list(spring, 2024)] == [4, *range(10, 19)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("元旦：1月1日（周五）放假。", "weekday_differs"),
        ("元旦：1月1日至3日放假，共4天。", "count_differs"),
        ("元旦：1月5日至3日放假。", "stretch_reversed"),
        ("元旦：2月30日放假。", "no_date"),
        ("元旦：1月1日放假。\n补班：1月1日上班。", "day_contradicts"),
        ("天气很好", "no_days"),
        ("2026-01-01,maybe,元旦", "no_kind"),
        ("2026-13-01,off,元旦", "no_date"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused_with_its_line(words: str, why: str) -> None:
    with pytest.raises(UnreadableList) as refused:
        read_list(words, 2026)
    assert refused.value.extra["why"] == why and refused.value.extra["line"] in words
    if "月" in words and why == "no_date":
        with pytest.raises(UnreadableList) as refused:
            read_list(words)
        assert refused.value.extra["why"] == "no_year"


def test_csv_says_the_same_and_a_make_up_day_has_the_usual_hours_or_its_own() -> None:
    rows = "日期,kind,name,hours\n2026-01-01,休,元旦\n2026-01-04,班,调休\n2026-01-10,work,半天,09:00-12:00 13:00-15:30"
    found = read_list(rows)
    week = ((Interval.read("09:00", "12:00"), Interval.read("13:30", "18:00")),) * 5 + ((), ())
    calendar = Calendar(UUID(int=1), "x", "Asia/Shanghai", week, tuple(found))
    assert calendar.intervals_on(date(2026, 1, 1)) == ()
    assert calendar.intervals_on(date(2026, 1, 4)) == week[0]
    assert [str(one) for one in calendar.intervals_on(date(2026, 1, 10))] == ["09:00–12:00", "13:00–15:30"]
    assert first_overlap((Interval(600, 700), Interval(540, 601))) == (Interval(540, 601), Interval(600, 700))
    assert first_overlap((Interval(600, 700), Interval(540, 600))) is None
