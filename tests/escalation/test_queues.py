"""Queues: who waits where, who is given what, what comes back, and what nobody may touch."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts import Principal, Role
from app.accounts.store import add_staff
from app.conversations import Happening, Owner, change_owner, start_conversation
from app.conversations.ask import Begun, ask_for_person
from app.conversations.domain import event_id
from app.conversations.listing import list_conversations
from app.conversations.snapshot import take_snapshot
from app.conversations.store.threads import Filters
from app.escalation import desk, sweep
from app.escalation.assignment import moves
from app.escalation.assignment.errors import NotOffered, NotThere
from app.escalation.assignment.giving_out import give_out
from app.escalation.assignment.line import place_of
from app.escalation.assignment.store import line
from app.escalation.presence import store as presence
from app.escalation.presence.domain import GRACE, Presence
from app.escalation.presence.service import configure_agent, set_presence
from app.escalation.queues import service as queues
from app.escalation.queues.domain import DEFAULT_GROUP, GroupSettings, Mode, Priority
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from tests.escalation.actors import House, agent, house
from tests.serving import settings_for

SUPERVISOR = agent("主管", Role.SUPERVISOR)


@pytest.fixture
async def desks(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A Kefu with people to put at its desks."""
    async with house(settings_for(database_url, redis_url, tmp_path, database_pool=12), witness=False) as found:
        yield found


async def hired(desks: House, name: str, *, capacity: int = 5, state: Presence | None = Presence.ONLINE) -> Principal:
    """Somebody of the staff, there unless `state` says otherwise."""
    async with desks.database.transaction() as session:
        made = await add_staff(session, f"{new_id()}@example.com", name, Role.AGENT, "no password")
    assert made is not None
    one = Principal(made.id, "staff", name, Role.AGENT)
    await configure_agent(desks.database, one.id, capacity=capacity, skills=None, actor=SUPERVISOR)
    if state is not None:
        await set_presence(desks.database, one, state)
    return one


async def mode(desks: House, chosen: Mode, **others: Any) -> None:
    """How the default group works."""
    settings = GroupSettings("", chosen, **others)
    async with desks.database.reading() as session:
        revision = (await queues.get_group(session, DEFAULT_GROUP)).revision
    await queues.change_group(desks.database, DEFAULT_GROUP, settings, revision=revision, actor=SUPERVISOR)


async def waiting(desks: House, priority: Priority = Priority.NORMAL, group: UUID = DEFAULT_GROUP) -> Begun:
    """A customer who asked for a person."""
    begun = await desks.begin()
    async with desks.database.transaction() as session:
        await line.plan(session, begun.conversation_id, group, priority, None)
    await ask_for_person(desks.tools, begun.conversation_id, begun.token, None)
    return begun


async def whose(desks: House, begun: Begun) -> str | None:
    """The owner of a conversation, by name where it is a person."""
    row = (await desks.rows("SELECT owner, agent_name FROM conversation WHERE id = :id", id=begun.conversation_id))[0]
    return row.agent_name or str(row.owner)


async def place(desks: House, begun: Begun) -> tuple[int | None, int | None]:
    async with desks.database.reading() as session:
        found = await place_of(session, begun.conversation_id, Owner.QUEUE)
    return found.position, found.estimated_wait_s


async def later(desks: House, statement: str, **values: Any) -> None:
    """Makes something look older than it is."""
    async with desks.database.transaction() as session:
        await session.execute(text(statement), values)


async def test_conversations_are_given_out_by_turn_up_to_capacity_and_the_next_one_when_one_is_closed(
    desks: House,
) -> None:
    await mode(desks, Mode.AUTO)
    customers = [await waiting(desks) for _ in range(3)]
    one = await hired(desks, "林晓", capacity=2, state=Presence.BUSY)
    await sweep(desks.escalation)
    assert [await whose(desks, begun) for begun in customers] == ["queue"] * 3, "nobody is online"
    await set_presence(desks.database, one, Presence.ONLINE)
    await sweep(desks.escalation)
    assert [await whose(desks, begun) for begun in customers] == ["林晓", "林晓", "queue"]
    await desk.close(desks.escalation, customers[0].conversation_id, one, desk.WrapUp.RESOLVED, None)
    assert await whose(desks, customers[2]) == "林晓", "drained when one was closed"
    last = await waiting(desks)
    assert await whose(desks, last) == "queue"
    await configure_agent(desks.database, one.id, capacity=3, skills=None, actor=SUPERVISOR)
    await sweep(desks.escalation)
    assert await whose(desks, last) == "林晓", "drained when there was room for more"
    told = await desks.rows("SELECT data FROM conversation_event WHERE type = 'owner.changed' AND data ? 'agent'")
    assert {row.data["agent"]["name"] for row in told} == {"林晓"}, "customers are told who comes"


async def test_the_urgent_come_first_but_nobody_waits_for_ever(desks: House) -> None:
    first, urgent, low = await waiting(desks), await waiting(desks, Priority.URGENT), await waiting(desks, Priority.LOW)
    assert [(await place(desks, begun))[0] for begun in (first, urgent, low)] == [2, 1, 3]
    old = "UPDATE line_entry SET turn_at = turn_at - interval '31 minutes' WHERE conversation_id = :id"
    await later(desks, old, id=first.conversation_id)
    assert [(await place(desks, begun))[0] for begun in (first, urgent, low)] == [1, 2, 3], "half an hour counts more"


async def test_many_who_give_out_at_once_never_give_more_than_one_can_take_nor_one_to_two(desks: House) -> None:
    await mode(desks, Mode.AUTO)
    staff = [await hired(desks, f"客服{n}", capacity=3, state=Presence.BUSY) for n in range(5)]
    customers = [await waiting(desks) for _ in range(20)]
    for one in staff:
        await set_presence(desks.database, one, Presence.ONLINE)
    await asyncio.gather(*(give_out(desks.escalation) for _ in range(6)))
    loads = await desks.rows("SELECT agent_name, count(*) AS n FROM conversation WHERE owner = 'agent' GROUP BY 1")
    assert {row.agent_name: row.n for row in loads} == {one.name: 3 for one in staff}
    served = [await whose(desks, begun) for begun in customers]
    assert "queue" not in served[:15] and served[15:] == ["queue"] * 5, "those who came first"
    assert len(await desks.rows("SELECT 1 FROM assignment WHERE ended_at IS NULL")) == 15


async def test_a_desk_that_is_gone_for_three_minutes_gives_back_what_it_did_not_answer_to_the_old_place(
    desks: House,
) -> None:
    away, answered, owed = await waiting(desks), await waiting(desks), await waiting(desks)
    behind = await waiting(desks)
    one = await hired(desks, "林晓")
    for begun in (away, answered, owed):
        await desk.take_over(desks.escalation, begun.conversation_id, one)
    for begun in (answered, owed):
        await desk.reply(desks.escalation, begun.conversation_id, one, str(new_id()), "您好")
    assert await desks.ask(owed, "还在吗？") is None
    assert (await place(desks, behind))[0] == 1
    almost = now() + GRACE - timedelta(seconds=5)
    await sweep(desks.escalation, almost)
    assert await whose(desks, away) == "林晓", "the grace is not over"
    await sweep(desks.escalation, now() + GRACE + timedelta(seconds=5))
    assert [await whose(desks, begun) for begun in (away, answered, owed)] == ["queue", "林晓", "queue"]
    places = [(await place(desks, begun))[0] for begun in (away, owed, behind)]
    assert places == [1, 2, 3], "ahead of who came later"
    state = await desks.rows("SELECT state FROM desk_agent WHERE staff_id = :id", id=one.id)
    assert state[0].state == "offline"
    why = await desks.rows("SELECT actor, reason FROM conversation_event WHERE reason = 'agent_gone'")
    assert [(row.actor, row.reason) for row in why] == [("system", "agent_gone")] * 2


async def test_an_offer_is_accepted_or_passes_to_the_next_and_who_misses_two_is_on_a_break(desks: House) -> None:
    await mode(desks, Mode.OFFER, accept_within_s=20)
    first, second = await hired(desks, "林晓", capacity=1), await hired(desks, "赵敏", capacity=1)
    begun = await waiting(desks)

    async def offered_to() -> UUID | None:
        statement = "SELECT offered_to FROM line_entry WHERE conversation_id = :id"
        found: UUID | None = (await desks.rows(statement, id=begun.conversation_id))[0].offered_to
        return found

    asked = first if await offered_to() == first.id else second
    other = second if asked is first else first
    assert await whose(desks, begun) == "queue", "an offer is no assignment"
    with pytest.raises(NotOffered):
        await moves.accept(desks.escalation, begun.conversation_id, other)
    await moves.decline(desks.escalation, begun.conversation_id, asked)
    assert await offered_to() == other.id
    await set_presence(desks.database, asked, Presence.BUSY)
    await sweep(desks.escalation, now() + timedelta(seconds=21))
    assert await offered_to() == other.id, "nobody else is online, so the same one is asked once more"
    missed = await desks.rows("SELECT missed, state FROM desk_agent WHERE staff_id = :id", id=other.id)
    assert (missed[0].missed, missed[0].state) == (1, "online")
    await moves.accept(desks.escalation, begun.conversation_id, other)
    assert await whose(desks, begun) == other.name
    await set_presence(desks.database, asked, Presence.ONLINE)
    begun = await waiting(desks)
    for _ in range(2):
        assert await offered_to() == asked.id, "the only one with room"
        await sweep(desks.escalation, now() + timedelta(seconds=21))
    state = await desks.rows("SELECT state FROM desk_agent WHERE staff_id = :id", id=asked.id)
    assert state[0].state == "break" and await whose(desks, begun) == "queue"


async def test_a_customer_who_comes_back_gets_the_same_person_while_there_is_room(desks: House) -> None:
    first, second = await hired(desks, "林晓", capacity=2), await hired(desks, "赵敏", capacity=9)
    begun, other = await desks.begin(), await desks.begin()
    await desk.take_over(desks.escalation, begun.conversation_id, first)
    await desk.take_over(desks.escalation, other.conversation_id, first)
    await desk.hand_back(desks.escalation, begun.conversation_id, first, None)
    await mode(desks, Mode.AUTO)
    await ask_for_person(desks.tools, begun.conversation_id, begun.token, None)
    assert await whose(desks, begun) == "林晓", "although 赵敏 has nothing to do"
    await desk.hand_back(desks.escalation, begun.conversation_id, first, None)
    await configure_agent(desks.database, first.id, capacity=1, skills=None, actor=SUPERVISOR)
    await ask_for_person(desks.tools, begun.conversation_id, begun.token, None)
    assert await whose(desks, begun) == "赵敏", "never beyond what one can take"
    await desk.put_back_in_line(desks.escalation, begun.conversation_id, second)
    assert await whose(desks, begun) == "queue", "whoever puts it back is not given it again"


async def test_a_conversation_is_invisible_outside_its_group_and_open_to_supervisors(desks: House) -> None:
    inside, outside = await hired(desks, "林晓"), await hired(desks, "赵敏")
    group = await queues.add_group(desks.database, GroupSettings("售后组", members=(inside.id,)), SUPERVISOR)
    begun = await waiting(desks, group=group.id)
    id, tools = begun.conversation_id, desks.escalation
    for refused in (
        desk.take_over(tools, id, outside),
        desk.reply(tools, id, outside, "x", "您好"),
        desk.add_note(tools, id, outside, "看看"),
        desk.close(tools, id, outside, desk.WrapUp.RESOLVED, None),
        desk.hand_back(tools, id, outside, None),
        desk.put_back_in_line(tools, id, outside),
        moves.accept(tools, id, outside),
        moves.transfer_to_person(tools, id, outside, inside.id, None),
    ):
        with pytest.raises(NotFound):
            await refused
    async with desks.database.reading() as session:
        assert await queues.visible(session, outside, [id]) == set()
        assert await queues.visible(session, inside, [id]) == await queues.visible(session, SUPERVISOR, [id]) == {id}
    await moves.assign(tools, id, SUPERVISOR, outside.id)
    async with desks.database.reading() as session:
        assert await queues.visible(session, outside, [id]) == {id}, "whoever has it sees it"


async def test_a_page_of_conversations_leaves_out_those_of_other_groups_and_loses_none(desks: House) -> None:
    inside, outside = await hired(desks, "林晓"), await hired(desks, "赵敏")
    group = await queues.add_group(desks.database, GroupSettings("售后组", members=(inside.id,)), SUPERVISOR)
    made: list[UUID] = []
    for nth in range(12):
        begun = await waiting(desks, group=DEFAULT_GROUP if nth % 4 == 0 else group.id)
        await desks.ask(begun)
        made.append(begun.conversation_id)
    assert await listed(desks, inside, 5) == await listed(desks, SUPERVISOR) == made[::-1]
    assert await listed(desks, outside, 1) == await listed(desks, outside, 5) == [made[8], made[4], made[0]]


async def listed(desks: House, principal: Principal, limit: int = 50) -> list[UUID]:
    """The whole list somebody gets, page by page."""
    found: list[UUID] = []
    before = None
    async with desks.database.reading() as session:
        while True:
            page, before = await list_conversations(session, desks.tools, principal, Filters(), before, limit)
            assert len(page) <= limit
            found += [one.id for one in page]
            if before is None:
                return found


async def test_a_transfer_tells_the_next_one_why_and_the_customer_who_comes(desks: House) -> None:
    first, second = await hired(desks, "林晓"), await hired(desks, "赵敏", state=None)
    begun = await waiting(desks)
    since = (await desks.rows("SELECT queued_at FROM conversation WHERE id = :id", id=begun.conversation_id))[0]
    await desk.take_over(desks.escalation, begun.conversation_id, first)
    with pytest.raises(NotThere) as refused:
        await moves.transfer_to_person(desks.escalation, begun.conversation_id, first, second.id, None)
    assert refused.value.values == {"name": "赵敏"}
    await set_presence(desks.database, second, Presence.BUSY)
    moved = await moves.transfer_to_person(desks.escalation, begun.conversation_id, first, second.id, "要开专票")
    assert (moved.owner, moved.agent_name) == (Owner.AGENT, "赵敏")
    with pytest.raises(desk.NotYours):
        await desk.reply(desks.escalation, begun.conversation_id, first, "x", "我还在")
    notes = await desks.rows("SELECT kind, text FROM desk_note")
    assert [(row.kind, row.text) for row in notes] == [("transfer", "要开专票")]
    changes = await desks.rows("SELECT data FROM conversation_event WHERE type = 'owner.changed' ORDER BY seq")
    assert [row.data.get("agent", {}).get("name") for row in changes] == [None, "林晓", "赵敏"]
    group = await queues.add_group(desks.database, GroupSettings("财务组"), SUPERVISOR)
    await moves.transfer_to_group(desks.escalation, begun.conversation_id, second, group.id, None)
    entry = await desks.rows("SELECT group_id, queued_at FROM line_entry")
    assert (entry[0].group_id, entry[0].queued_at) == (group.id, since.queued_at), "the customer keeps the place"
    history = await desks.rows("SELECT how, ended_how FROM assignment ORDER BY at")
    assert [tuple(row) for row in history] == [("taken_over", "transferred"), ("transferred", "transferred")]


async def test_a_whisper_is_read_by_the_one_it_is_for_and_by_supervisors(desks: House) -> None:
    one, other = await hired(desks, "林晓"), await hired(desks, "赵敏")
    begun = await desks.begin()
    with pytest.raises(desk.WrongState):
        await moves.whisper(desks.escalation, begun.conversation_id, SUPERVISOR, "先道歉")
    await desk.take_over(desks.escalation, begun.conversation_id, one)
    await moves.whisper(desks.escalation, begun.conversation_id, SUPERVISOR, "先道歉")
    async with desks.database.reading() as session:
        seen = [await desk.notes_of(session, begun.conversation_id, who) for who in (one, other, SUPERVISOR)]
    assert [[note.text for note in notes] for notes in seen] == [["先道歉"], [], ["先道歉"]]


async def test_the_wait_is_told_only_when_it_is_known(desks: House) -> None:
    one = await hired(desks, "林晓", state=None)
    for _ in range(3):
        served = await waiting(desks)
        await desk.take_over(desks.escalation, served.conversation_id, one)
    begun = await waiting(desks)
    assert await place(desks, begun) == (1, None), "nobody is on duty"
    await set_presence(desks.database, one, Presence.ONLINE)
    position, wait = await place(desks, begun)
    assert position == 1 and wait is not None and wait < 60, "three just now"
    await later(desks, "UPDATE assignment SET at = at - interval '6 minutes'")
    position, wait = await place(desks, begun)
    assert position == 1 and wait is not None and 118 <= wait < 150, "three in six minutes"
    await later(desks, "UPDATE assignment SET at = at - interval '20 minutes'")
    assert await place(desks, begun) == (1, None), "long ago says nothing about now"


async def test_waiting_can_be_left_and_who_sleeps_in_line_keeps_the_place(desks: House) -> None:
    begun, behind = await waiting(desks), await waiting(desks)
    async with desks.database.transaction() as session:
        bulletin, id = desks.tools.bulletin, begun.conversation_id
        await change_owner(session, bulletin, id, Happening.SNOOZED, actor="customer", reason="message_left")
    assert (await place(desks, begun))[0] is None and (await place(desks, behind))[0] == 1
    row = (await desks.rows("SELECT lifecycle, owner FROM conversation WHERE id = :id", id=begun.conversation_id))[0]
    assert (row.owner, row.lifecycle) == ("queue", "snoozed")
    told = await desks.rows(
        "SELECT max(seq) AS seq FROM conversation_event WHERE type <> 'lifecycle.changed' AND conversation_id = :id",
        id=begun.conversation_id,
    )
    snapshot = await take_snapshot(desks.tools, begun.conversation_id)
    assert snapshot.seq == event_id(told[0].seq), "the id of an event readers get, so that none waits for another"
    await desks.ask(begun, "我又回来了")
    assert [(await place(desks, one))[0] for one in (begun, behind)] == [1, 2], "back at the screen, in the old place"
    assert await moves.stop_waiting(desks.escalation, begun.conversation_id) is Owner.BOT
    assert (await place(desks, behind))[0] == 1
    assert await desks.ask(begun, "那你说吧") is not None, "the bot goes on"


async def test_languages_channels_and_tiers_choose_the_group(desks: House) -> None:
    english = await queues.add_group(desks.database, GroupSettings("English", languages=("en",)), SUPERVISOR)
    begun = await start_conversation(desks.tools, channel="web", locale="en")
    await ask_for_person(desks.tools, begun.conversation_id, begun.token, None)
    chinese = await desks.begin()
    await ask_for_person(desks.tools, chinese.conversation_id, chinese.token, None)
    rows = await desks.rows("SELECT conversation_id, group_id FROM line_entry")
    assert {row.conversation_id: row.group_id for row in rows} == {
        begun.conversation_id: english.id,
        chinese.conversation_id: DEFAULT_GROUP,
    }
    await queues.delete_group(desks.database, english.id, SUPERVISOR)
    rows = await desks.rows("SELECT group_id FROM line_entry")
    assert {row.group_id for row in rows} == {DEFAULT_GROUP}, "who waited goes on waiting"


async def test_skills_are_needed_where_they_are_asked_for(desks: House) -> None:
    await mode(desks, Mode.AUTO)
    await hired(desks, "林晓")
    begun = await desks.begin()
    async with desks.database.transaction() as session:
        await line.plan(session, begun.conversation_id, DEFAULT_GROUP, Priority.NORMAL, "发票")
    await ask_for_person(desks.tools, begun.conversation_id, begun.token, None)
    assert await whose(desks, begun) == "queue"
    knows = await hired(desks, "赵敏", state=Presence.BUSY)
    await configure_agent(desks.database, knows.id, capacity=None, skills=["发票"], actor=SUPERVISOR)
    await set_presence(desks.database, knows, Presence.ONLINE)
    await sweep(desks.escalation)
    assert await whose(desks, begun) == "赵敏"


async def test_an_agent_who_went_offline_but_is_at_the_desk_keeps_what_they_have(desks: House) -> None:
    one, begun = await hired(desks, "林晓"), await waiting(desks)
    await desk.take_over(desks.escalation, begun.conversation_id, one)
    await set_presence(desks.database, one, Presence.OFFLINE)
    await sweep(desks.escalation)
    assert await whose(desks, begun) == "林晓"
    async with desks.database.transaction() as session:
        await presence.send_home(session, now(), now())
        await change_owner(
            session,
            desks.tools.bulletin,
            begun.conversation_id,
            Happening.CLOSED,
            actor="system",
            reason="idle",
        )
    assert await whose(desks, begun) == "none"
