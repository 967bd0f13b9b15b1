"""Who owns a conversation, while customers, agents and the bot act at once: checked by a witness in the database."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from app.accounts import Principal
from app.conversations import Happening, NotNow, NotYours, change_owner, post_message
from app.conversations.ask import Begun, ask_for_person
from app.conversations.domain import TRANSITIONS
from app.conversations.errors import NotTakenOver, TooManyWaiting
from app.escalation import desk
from app.escalation.domain import WrapUp
from app.escalation.errors import WrongState
from app.kernel.errors import AppError
from app.kernel.ids import new_id
from tests.escalation.actors import PIECES, WHOLE, House, agent, house
from tests.serving import settings_for

LONGEST_PIECE = max(map(len, PIECES))  # at most what was on its way when the person came
LEGAL = {(start, end) for moves in TRANSITIONS.values() for start, end in moves.items() if start != end}
REFUSALS = (NotNow, NotYours, NotTakenOver, TooManyWaiting, WrongState)
STAFF_ACTS = ("take", "reply", "put_back", "hand_back", "close", "transfer", "snooze", "wake")
ACTS = st.lists(st.sampled_from(STAFF_ACTS), min_size=1, max_size=5)
WRITES = st.lists(st.sampled_from(("write", "want_person")), min_size=1, max_size=4)


@pytest.fixture
async def busy(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A Kefu with room for many at once."""
    async with house(settings_for(database_url, redis_url, tmp_path, database_pool=12)) as found:
        yield found


@given(customer=WRITES, staff=st.lists(ACTS, min_size=2, max_size=4))
@profile(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_people_and_the_bot_do_at_once_only_legal_changes_happen_and_nothing_is_lost(
    busy: House, customer: list[str], staff: list[list[str]]
) -> None:
    begun, colleagues = await busy.begin(), [agent(f"客服{n}") for n in range(len(staff))]
    sent = [str(new_id()) for act in customer if act == "write"]
    accepted: list[UUID] = []
    promised: list[UUID] = []

    async def speak_as_customer() -> None:
        ids = iter(sent)
        for act in customer:
            await asyncio.sleep(random.random() * 0.01)
            if act == "want_person":
                await ask_for_person(busy.tools, begun.conversation_id, begun.token, None)
                continue
            try:
                posted = await post_message(busy.tools, begun.conversation_id, begun.token, next(ids), "在吗？")
            except TooManyWaiting:
                continue
            accepted.append(posted.message_id)
            promised.extend([posted.answer_id] if posted.answer_id else [])

    async def act_as(one: Principal, acts: list[str]) -> None:
        for act in acts:
            await asyncio.sleep(random.random() * 0.01)
            try:
                await _act(busy, begun, one, act, colleagues[0])
            except REFUSALS:
                continue

    await asyncio.gather(speak_as_customer(), *(act_as(*pair) for pair in zip(colleagues, staff, strict=True)))
    for answer_id in promised:
        await busy.over(answer_id)
    await _check(busy, begun.conversation_id, accepted, promised)


async def _act(busy: House, begun: Begun, one: Principal, act: str, other: Principal) -> None:
    tools, id = busy.escalation, begun.conversation_id
    match act:
        case "take":
            await desk.take_over(tools, id, one)
        case "reply":
            await desk.reply(tools, id, one, str(new_id()), "您好")
        case "put_back":
            await desk.put_back_in_line(tools, id, one)
        case "hand_back":
            await desk.hand_back(tools, id, one, None)
        case "close":
            await desk.close(tools, id, one, WrapUp.RESOLVED, None)
        case "transfer":
            await _change(busy, id, Happening.TRANSFERRED, one, (other.id, other.name))
        case _:
            await _change(busy, id, Happening.SNOOZED if act == "snooze" else Happening.WOKEN, one)


async def _change(
    busy: House, id: UUID, happening: Happening, one: Principal, to: tuple[UUID, str] | None = None
) -> None:
    async with busy.database.transaction() as session:
        await change_owner(
            session, busy.tools.bulletin, id, happening, actor=desk.actor_of(one), reason=happening.value, agent=to
        )


async def _check(busy: House, id: UUID, accepted: list[UUID], promised: list[UUID]) -> None:
    changes = await busy.rows("SELECT * FROM seen_change WHERE id = :id ORDER BY n", id=id)
    for one in changes:
        start, end = (one.owner_0, one.lifecycle_0), (one.owner_1, one.lifecycle_1)
        transferred = start == end and one.owner_1 == "agent" and one.agent_0 != one.agent_1
        assert (start, end) in LEGAL or transferred, one
        assert one.version_1 == one.version_0 + 1, one
        assert (one.agent_1 is not None) == (one.owner_1 == "agent"), one
    assert [one.version_1 for one in changes] == list(range(2, len(changes) + 2)), "one after the other, none lost"
    log = await busy.rows(
        """SELECT type, data, actor, reason FROM conversation_event
        WHERE conversation_id = :id AND type IN ('owner.changed', 'lifecycle.changed') ORDER BY seq""",
        id=id,
    )
    assert len(log) == len(changes), "one event for every change"
    for change, event in zip(changes, log, strict=True):
        assert event.actor and event.reason
        name = "owner" if event.type == "owner.changed" else "lifecycle"
        assert event.data[name] == getattr(change, f"{name}_1")
    answers = await busy.rows("SELECT * FROM seen_answer WHERE id = :id", id=id)
    assert {one.answer_id for one in answers} == set(promised), "every promised answer has ended, once"
    assert all(one.owner == "bot" or one.outcome == "stopped" for one in answers), "the bot is silent beside a person"
    stored = await busy.rows("SELECT id FROM message WHERE conversation_id = :id AND role = 'customer'", id=id)
    assert {row.id for row in stored} == set(accepted), "every accepted message is there"


async def test_of_fifty_agents_who_claim_two_hundred_conversations_each_has_one_winner(busy: House) -> None:
    begun = [await busy.begin() for _ in range(200)]
    agents = [agent(f"客服{n:02}") for n in range(50)]
    won: dict[UUID, list[str]] = {one.conversation_id: [] for one in begun}
    told: dict[UUID, list[str]] = {one.conversation_id: [] for one in begun}

    async def claim(n: int, one: Principal) -> None:
        for step in range(16):  # each conversation is wanted by four, at about the same time
            id = begun[(n + step * 13) % 200 if step % 4 else (n // 4 * 4 + step * 12) % 200].conversation_id
            try:
                thread = await desk.take_over(busy.escalation, id, one)
                assert thread.agent_id == one.id
                won[id].append(one.name)
            except NotYours as refused:
                told[id].append(str(refused.values["name"]))

    await asyncio.gather(*(claim(n, one) for n, one in enumerate(agents)))
    wanted = [id for id in won if won[id] or told[id]]
    assert len(wanted) > 150 and sum(map(len, told.values())) > 200, "there was a race at all"
    for id in wanted:
        assert len(set(won[id])) == 1, won[id]
        assert set(told[id]) <= set(won[id]), "whoever lost was told the winner's name"
    changes = await busy.rows("SELECT id, count(*) AS n FROM seen_change GROUP BY id")
    assert {row.id: row.n for row in changes} == dict.fromkeys(wanted, 1)


async def test_the_bot_never_talks_over_a_person_in_five_hundred_races(busy: House) -> None:
    faults: list[str] = []
    silenced = 0

    async def race(n: int) -> None:
        nonlocal silenced
        begun = await busy.begin()
        answer_id = await busy.ask(begun)
        assert answer_id is not None
        await asyncio.sleep(random.random() * 0.03)
        running = busy.tools.answers.find(answer_id)
        await desk.take_over(busy.escalation, begun.conversation_id, agent("林晓"))
        said = running.speech.text if running is not None else None
        await busy.over(answer_id)
        stored = await busy.rows(
            """SELECT m.text, m.outcome, m.seq < e.seq AS before FROM message m, conversation_event e
            WHERE m.id = :answer_id AND e.conversation_id = m.conversation_id AND e.type = 'owner.changed'""",
            answer_id=answer_id,
        )
        for one in stored:
            silenced += not one.before
            fine = one.text == WHOLE and one.outcome == "answered"
            if not one.before:
                more = len(one.text) - len(said or "")
                fine = one.outcome == "stopped" and WHOLE.startswith(one.text) and 0 <= more <= LONGEST_PIECE
            if not fine:
                faults.append(f"{n}: {one} after {said!r}")

    for _ in range(20):
        await asyncio.gather(*(race(n) for n in range(25)))
    assert faults == []
    assert silenced > 20, "many were cut off in the middle"


async def test_a_refusal_leaves_no_trace(busy: House) -> None:
    begun = await busy.begin()
    for happening in (Happening.RELEASED, Happening.TRANSFERRED, Happening.WOKEN):
        with pytest.raises(AppError):
            await _change(busy, begun.conversation_id, happening, agent("林晓"), (new_id(), "赵敏"))
    assert await busy.rows("SELECT * FROM seen_change") == []
    assert await busy.rows("SELECT * FROM conversation_event") == []
