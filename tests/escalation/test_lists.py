"""The desk's lists stay usable with ten thousand open conversations: a page reads a page's worth of rows."""

import time
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts import Principal, Role
from app.conversations import Owner
from app.escalation.lists import read_list
from app.escalation.lists.domain import Show
from app.kernel.database import Database
from app.kernel.ids import new_id

MANY = 10_000
ME = Principal(new_id(), "staff", "林晓", Role.AGENT)
FILL = (
    """INSERT INTO conversation (id, channel, locale, token_digest, owner, lifecycle, version, seq, open_answers,
        agent_id, agent_name, queued_at, created_at, last_message_at)
    SELECT gen_random_uuid(), 'web', 'zh-CN', 'x', o.owner, CASE o.owner WHEN 'none' THEN 'closed' ELSE 'open' END,
        1, 2, 0,
        CASE WHEN o.owner = 'agent' THEN CASE WHEN n % 40 = 2 THEN CAST(:me AS uuid) ELSE gen_random_uuid() END END,
        CASE WHEN o.owner = 'agent' THEN '林晓' END,
        CASE WHEN o.owner = 'queue' THEN now() - n * interval '1 second' END, now(), now() - n * interval '50 ms'
    FROM generate_series(1, :many) n, LATERAL (SELECT (ARRAY['bot','queue','agent','none'])[1 + n % 4] AS owner) o""",
    """INSERT INTO message (id, conversation_id, seq, role, text, created_at)
    SELECT gen_random_uuid(), c.id, s, CASE s WHEN 1 THEN 'customer' ELSE 'bot' END, '包裹显示签收了，可我没收到', now()
    FROM conversation c, generate_series(1, 2) s""",
    """INSERT INTO line_entry (conversation_id, group_id, state, priority, queued_at, turn_at, declined)
    SELECT id, '00000000-0000-7000-8000-000000000001', 'waiting', 1, queued_at, queued_at, '[]'
    FROM conversation WHERE owner = 'queue'""",
    """INSERT INTO sla_clock (id, conversation_id, kind, modes, group_id, priority, policy_name, target_s, used_s,
        started_at, due_at, warn_at, warned_at, reached, marks, stale)
    SELECT gen_random_uuid(), c.id, kind, '[]', '00000000-0000-7000-8000-000000000001', 1, '', 600, 0, now(),
        now() + n * interval '1 second', now(), CASE WHEN n % 2 = 0 THEN now() END, false, '[]', false
    FROM (SELECT id, row_number() OVER () AS n FROM conversation WHERE owner IN ('queue', 'agent')) c,
        (VALUES ('first_reply'), ('resolution')) kinds (kind)""",
    "ANALYZE",
)


@pytest.fixture
async def full(database: Database) -> Database:
    """Ten thousand conversations, a quarter each with the bot, in line, with people and over."""
    async with database.transaction() as session:
        for statement in FILL:
            await session.execute(text(statement), {"me": ME.id, "many": MANY} if ":m" in statement else {})
    return database


async def test_ten_thousand_open_conversations_stay_usable_and_pages_follow_without_a_gap(full: Database) -> None:
    took: dict[str, float] = {}
    async with full.reading() as session:
        for show in Show:
            await read_list(session, ME, show, None, None, "zh-CN")
            began = time.perf_counter()
            column = await read_list(session, ME, show, None, None, "zh-CN")
            took[show.value] = time.perf_counter() - began
            if show is not Show.ATTENTION:
                assert len(column.rows) == 50 and column.next_cursor, show
        assert column.counts["queue"] == column.counts["bot"] == column.counts["sla"] == MANY // 4
    assert all(seconds < 0.5 for seconds in took.values()), took
    async with full.reading() as session:
        for show in (Show.QUEUE, Show.SLA, Show.BOT, Show.ALL):
            seen: list[UUID] = []
            cursor = None
            for _ in range(4):
                column = await read_list(session, ME, show, cursor, None, "zh-CN")
                seen += [row.conversation_id for row in column.rows]
                cursor = column.next_cursor
            assert len(seen) == len(set(seen)) == 200, show
            if show is Show.SLA:
                assert column.rows[0].clock is not None and column.rows[0].clock.tone == "warn"
            if show is Show.QUEUE:
                rows = await session.execute(
                    text("SELECT id FROM conversation WHERE owner = :owner ORDER BY queued_at, id LIMIT 200"),
                    {"owner": Owner.QUEUE.value},
                )
                assert seen == list(rows.scalars()), "the longest wait first"
