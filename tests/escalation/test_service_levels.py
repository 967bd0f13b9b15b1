"""Clocks of conversations: they start at the escalation, pause, warn at three quarters; breaches have consequences."""

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Any

import pytest

from app.accounts import Role
from app.conversations import Happening, change_owner, post_message
from app.conversations.ask import Begun
from app.escalation import desk, hand_off, sweep_clocks
from app.escalation.assignment.store import line
from app.escalation.calendars.domain import DAY, DEFAULT_CALENDAR, Calendar, Interval
from app.escalation.domain import WrapUp
from app.escalation.queues.domain import DEFAULT_GROUP, GroupSettings, Priority
from app.escalation.queues.service import add_group
from app.escalation.sla.domain import Breach, Clock, ClockKind, Mode, Outcome, Policy
from app.escalation.sla.results import read_results
from app.escalation.sla.service import change_calendar, put_policies
from app.escalation.sla.store.clocks import clocks_of, open_clocks
from app.escalation.sla.sweep import recompute
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from tests.escalation.actors import House, agent, house
from tests.serving import Served

ALWAYS = Calendar(DEFAULT_CALENDAR, "always", "Asia/Shanghai", ((Interval(0, DAY),),) * 7)
MINUTE = 60
TARGETS = {
    ClockKind.QUEUE_WAIT: 4 * MINUTE,
    ClockKind.FIRST_REPLY: 8 * MINUTE,
    ClockKind.NEXT_REPLY: 8 * MINUTE,
    ClockKind.RESOLUTION: 60 * MINUTE,
}
BOSS = agent("Boss", Role.SUPERVISOR)


@pytest.fixture
async def kefu(settings: Settings) -> AsyncIterator[House]:
    """A Kefu whose people never sleep, with one policy."""
    async with house(settings, witness=False) as found:
        await change_calendar(found.database, found.tools.company, ALWAYS, BOSS)
        await policies(found, Policy(new_id(), "标准", TARGETS))
        yield found


async def policies(kefu: House, *wanted: Policy) -> None:
    rows = await kefu.rows("SELECT coalesce(max(version), 0) FROM sla_policies")
    await put_policies(kefu.database, kefu.tools.company, wanted, rows[0][0], BOSS)
    await recompute(kefu.escalation)


async def waiting(kefu: House) -> Begun:
    begun = await kefu.begin()
    await hand_off(kefu.escalation, begun.conversation_id, begun.token, None)
    return begun


async def clocks(kefu: House, begun: Begun, *, all_of_them: bool = False) -> dict[ClockKind, Clock]:
    async with kefu.database.reading() as session:
        found = await (clocks_of if all_of_them else open_clocks)(session, begun.conversation_id)
    return {one.kind: one for one in found}


async def told(kefu: House, begun: Begun) -> list[tuple[str, str]]:
    rows = await kefu.rows(
        """SELECT type, data ->> 'kind' FROM conversation_event WHERE conversation_id = :id AND type LIKE 'sla.%'
        ORDER BY seq""",
        id=begun.conversation_id,
    )
    return [(row[0].removeprefix("sla."), row[1]) for row in rows]


async def say(kefu: House, begun: Begun, words: str) -> None:
    await post_message(kefu.tools, begun.conversation_id, begun.token, str(new_id()), words)


async def test_clocks_start_at_the_escalation_and_each_ends_with_what_it_waits_for(kefu: House) -> None:
    begun = await kefu.begin()
    answer = await kefu.ask(begun)
    assert answer is not None
    await kefu.over(answer)
    assert await clocks(kefu, begun) == {}, "nobody waits for a person yet"
    await hand_off(kefu.escalation, begun.conversation_id, begun.token, None)
    first = await clocks(kefu, begun)
    assert set(first) == {ClockKind.QUEUE_WAIT, ClockKind.FIRST_REPLY, ClockKind.RESOLUTION}
    wait = first[ClockKind.QUEUE_WAIT]
    assert wait.due_at == wait.started_at + timedelta(minutes=4) and wait.warn_at == wait.started_at + timedelta(
        minutes=3
    )
    one = agent("One")
    await desk.take_over(kefu.escalation, begun.conversation_id, one)
    assert set(await clocks(kefu, begun)) == {ClockKind.FIRST_REPLY, ClockKind.RESOLUTION}
    await desk.reply(kefu.escalation, begun.conversation_id, one, str(new_id()), "您好")
    after = await clocks(kefu, begun)
    assert set(after) == {ClockKind.RESOLUTION}
    assert (after[ClockKind.RESOLUTION].mode, after[ClockKind.RESOLUTION].due_at) == (Mode.CUSTOMER, None), "paused"
    await say(kefu, begun, "还有一个问题")
    again = await clocks(kefu, begun)
    assert set(again) == {ClockKind.NEXT_REPLY, ClockKind.RESOLUTION} and again[ClockKind.RESOLUTION].due_at
    await say(kefu, begun, "在吗")
    assert (await clocks(kefu, begun))[ClockKind.NEXT_REPLY] == again[ClockKind.NEXT_REPLY], "counted from the first"
    await desk.reply(kefu.escalation, begun.conversation_id, one, str(new_id()), "在的")
    await desk.close(kefu.escalation, begun.conversation_id, one, WrapUp.RESOLVED, None)
    assert await clocks(kefu, begun) == {}
    ended = await clocks(kefu, begun, all_of_them=True)
    assert {one.outcome for one in ended.values()} == {Outcome.MET} and len(ended) == 4
    async with kefu.database.reading() as session:
        results = await read_results(session, kefu.tools.company, 1)
    assert [(one.met, one.breached, one.reached) for one in results.kinds] == [(1, 0, 1)] * 4
    assert results.reaction.reached == 1 and results.reaction.median_s is not None


async def test_a_warning_and_a_breach_are_told_once_with_their_reason_and_never_to_the_customer(kefu: House) -> None:
    begun = await waiting(kefu)
    at = now()
    await sweep_clocks(kefu.escalation, at + timedelta(minutes=2))
    assert await told(kefu, begun) == []
    for _ in range(2):
        await sweep_clocks(kefu.escalation, at + timedelta(minutes=3, seconds=10))
    assert await told(kefu, begun) == [("warned", "queue_wait")]
    for _ in range(2):
        await sweep_clocks(kefu.escalation, at + timedelta(minutes=5))
    assert await told(kefu, begun) == [("warned", "queue_wait"), ("breached", "queue_wait")]
    rows = await kefu.rows("SELECT reason, actor, data FROM conversation_event WHERE type = 'sla.breached'")
    assert rows[0].reason == "queue_wait 标准" and rows[0].actor == "system" and rows[0].data["target_s"] == 240
    await desk.take_over(kefu.escalation, begun.conversation_id, agent("One"))
    late = (await clocks(kefu, begun, all_of_them=True))[ClockKind.QUEUE_WAIT]
    assert (late.outcome, late.reached, len(late.marks)) == (Outcome.BREACHED, True, 2)


async def test_a_breach_nobody_swept_is_told_and_counted_when_the_wait_ends(
    kefu: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await waiting(kefu)
    monkeypatch.setattr("app.escalation.sla.clocks.now", lambda: now() + timedelta(minutes=5))
    await desk.take_over(kefu.escalation, begun.conversation_id, agent("One"))
    assert await told(kefu, begun) == [("breached", "queue_wait")]
    assert (await clocks(kefu, begun, all_of_them=True))[ClockKind.QUEUE_WAIT].outcome is Outcome.BREACHED


async def test_a_breach_raises_and_moves_who_waits_and_takes_back_what_nobody_answers(kefu: House) -> None:
    other = await add_group(kefu.database, GroupSettings("快速组"), BOSS)
    act = Breach(raise_priority=True, move_to=other.id, take_back=True)
    await policies(kefu, Policy(new_id(), "严", TARGETS, on_breach=act))
    begun, at = await waiting(kefu), now()
    await sweep_clocks(kefu.escalation, at + timedelta(minutes=5))
    async with kefu.database.reading() as session:
        entry = await line.find_entry(session, begun.conversation_id)
    assert entry is not None and (entry.group_id, entry.priority) == (other.id, Priority.HIGH)
    one = agent("One")
    await desk.take_over(kefu.escalation, begun.conversation_id, one)
    await sweep_clocks(kefu.escalation, at + timedelta(minutes=9))
    rows = await kefu.rows("SELECT owner, handoff_reason FROM conversation")
    assert tuple(rows[0]) == ("queue", "sla_breached")
    async with kefu.database.reading() as session:
        entry = await line.find_entry(session, begun.conversation_id)
    assert entry is not None and entry.priority is Priority.URGENT and one.id in entry.declined
    assert set(await clocks(kefu, begun)) == {ClockKind.QUEUE_WAIT, ClockKind.FIRST_REPLY, ClockKind.RESOLUTION}
    known = await told(kefu, begun)
    assert ("breached", "first_reply") in known
    await sweep_clocks(kefu.escalation, at + timedelta(minutes=9))
    assert await told(kefu, begun) == known, "once"


async def test_other_policies_and_calendars_make_what_is_open_due_anew(kefu: House) -> None:
    begun = await waiting(kefu)
    first = (await clocks(kefu, begun))[ClockKind.QUEUE_WAIT]
    await sweep_clocks(kefu.escalation, first.started_at + timedelta(minutes=3, seconds=30))
    longer = Policy(new_id(), "宽", {ClockKind.QUEUE_WAIT: 20 * MINUTE}, groups=(DEFAULT_GROUP,))
    await policies(kefu, longer, Policy(new_id(), "标准", TARGETS))
    known = await clocks(kefu, begun)
    wait = known[ClockKind.QUEUE_WAIT]
    assert wait.due_at == first.started_at + timedelta(minutes=20) and wait.warned_at is None, "it warns again in time"
    assert (known[ClockKind.FIRST_REPLY].due_at, known[ClockKind.FIRST_REPLY].policy_name) == (None, "宽")
    await policies(kefu, Policy(new_id(), "别人的", TARGETS, tiers=("vip",)))
    assert (await clocks(kefu, begun))[ClockKind.QUEUE_WAIT].due_at is None, "no policy fits"
    await policies(kefu, longer)
    closed = Interval(0, 1) if now().astimezone(UTC).hour > 16 else Interval(DAY - 1, DAY)
    zone = Calendar(DEFAULT_CALENDAR, "一分钟", "UTC", ((closed,),) * 7, revision=1)
    await change_calendar(kefu.database, kefu.tools.company, zone, BOSS)
    await sweep_clocks(kefu.escalation)
    due = (await clocks(kefu, begun))[ClockKind.QUEUE_WAIT].due_at
    assert due is not None and due - first.started_at > timedelta(days=18), "a minute a day"


async def test_sleep_pauses_where_the_policy_says_so_and_a_message_left_still_wants_its_answer(kefu: House) -> None:
    begun, one = await waiting(kefu), agent("One")
    bulletin = kefu.tools.bulletin
    await desk.take_over(kefu.escalation, begun.conversation_id, one)
    async with kefu.database.transaction() as session:
        await change_owner(session, bulletin, begun.conversation_id, Happening.SNOOZED, actor="x", reason="later")
    asleep = await clocks(kefu, begun)
    assert {clock.due_at for clock in asleep.values()} == {None}
    await policies(kefu, Policy(new_id(), "不停", TARGETS, pause_asleep=False))
    assert all(clock.due_at for clock in (await clocks(kefu, begun)).values())
    async with kefu.database.transaction() as session:
        await change_owner(session, bulletin, begun.conversation_id, Happening.WOKEN, actor="x", reason="now")
    assert {clock.mode for clock in (await clocks(kefu, begun)).values()} == {Mode.OURS}
    left = await waiting(kefu)
    async with kefu.database.transaction() as session:
        await change_owner(session, bulletin, left.conversation_id, Happening.SNOOZED, actor="x", reason="left_message")
    assert set(await clocks(kefu, left)) == {ClockKind.FIRST_REPLY, ClockKind.RESOLUTION}
    await desk.take_over(kefu.escalation, left.conversation_id, one)
    await desk.hand_back(kefu.escalation, left.conversation_id, one, None)
    ended = await clocks(kefu, left, all_of_them=True)
    assert {kind: clock.outcome for kind, clock in ended.items()} == {
        ClockKind.QUEUE_WAIT: Outcome.CANCELLED,
        ClockKind.FIRST_REPLY: Outcome.CANCELLED,
        ClockKind.RESOLUTION: Outcome.MET,
    }


async def test_supervisors_set_policies_and_calendars_and_see_what_would_be_due(chat: Served) -> None:
    boss, one = await chat.signed_in(Role.SUPERVISOR), await chat.signed_in(Role.AGENT)
    shown = (await one.get("/api/v1/service-levels")).json()
    assert (shown["version"], len(shown["policies"])) == (0, 1)
    policy = {"name": "VIP", "tiers": ["vip"], "first_reply_s": 3600, "priorities": [3, 3]}
    body = {"policies": [policy, *shown["policies"]], "version": 0}
    assert (await one.put("/api/v1/service-levels", json=body)).status_code == 403
    made = await boss.put("/api/v1/service-levels", json=body)
    assert made.status_code == 200 and made.json()["policies"][0]["priorities"] == [3], made.text
    late = await boss.put("/api/v1/service-levels", json=body)
    assert (late.status_code, late.json()["code"]) == (409, "sla_policies_changed")
    wrong = {"sla_no_target": {"name": "x"}, "unknown_calendar": {**policy, "calendar_id": str(new_id())}}
    wrong["sla_unknown_queue"] = {**policy, "queue_ids": [str(new_id())]}
    for code, form in wrong.items():
        refused = await boss.put("/api/v1/service-levels", json={"policies": [form], "version": 1})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    office = [[{"start": "09:00", "end": "18:00"}]] * 5 + [[], []]
    hours = {"name": "上班", "timezone": "Asia/Shanghai", "week": office}
    assert (await boss.put(f"/api/v1/calendars/{DEFAULT_CALENDAR}", json=hours)).status_code == 200
    friday = {"at": "2026-11-27T17:30:00+08:00", "tier": "vip", "priority": 3}
    due = (await boss.post("/api/v1/service-levels/preview", json=friday)).json()
    assert due["policy"] == "VIP" and due["timezone"] == "Asia/Shanghai"
    by_kind = {one["kind"]: one["due_at"] for one in due["due"]}
    assert by_kind["first_reply"] == "2026-11-30T01:30:00.000Z", "half an hour on Friday, the rest on Monday"
    assert by_kind["resolution"] is None
    day = [{"start": "09:00", "end": "12:00"}]
    calendar = {"name": "早班", "timezone": "Asia/Shanghai", "week": [day] * 5 + [[], []]}
    kept = await boss.post("/api/v1/calendars", json=calendar)
    assert kept.status_code == 201, kept.text
    path = f"/api/v1/calendars/{kept.json()['calendar_id']}"
    faults: dict[str, dict[str, Any]] = {
        "intervals_overlap": {"week": [[*day, {"start": "11:59", "end": "13:00"}]] * 7},
        "hours_reversed": {"week": [[{"start": "12:00", "end": "09:00"}]] * 7},
        "calendar_never_open": {"week": [[]] * 7},
        "unknown_timezone": {"timezone": "Mars/Base"},
        "calendar_day_twice": {"days": [{"day": "2026-10-01", "kind": kind} for kind in ("off", "work")]},
    }
    for code, fault in faults.items():
        refused = await boss.put(path, json={**calendar, **fault, "revision": 1})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["detail"]
    listed = await boss.post("/api/v1/calendars/read-list", json={"text": "国庆节：10月1日至3日放假。", "year": 2026})
    changed = await boss.put(path, json={**calendar, "days": listed.json()["days"], "revision": 1})
    assert changed.status_code == 200 and len(changed.json()["days"]) == 3
    assert (await boss.put(path, json={**calendar, "revision": 1})).json()["code"] == "calendar_changed"
    used = {**policy, "calendar_id": kept.json()["calendar_id"]}
    assert (await boss.put("/api/v1/service-levels", json={"policies": [used], "version": 1})).status_code == 200
    assert (await boss.delete(path)).json()["code"] == "calendar_in_use"
    assert (await boss.put("/api/v1/service-levels", json={"policies": [], "version": 2})).status_code == 200
    assert (await boss.delete(path)).status_code == 204
    assert len((await boss.get("/api/v1/service-levels/results")).json()["kinds"]) == 4
