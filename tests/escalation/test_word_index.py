"""The word index: what it finds and must not hold, and that nothing is lost before, while and after it is filled."""

import httpx
import pytest
from sqlalchemy import text

from app.accounts import Role
from app.conversations import ConversationTools
from app.conversations.word_index import index_words
from app.conversations.word_index.domain import LONGEST_TERM, asked_of, terms_of_all
from app.kernel.database import Database
from tests.conversations.customer import Customer
from tests.escalation.test_overview import found, supervisor
from tests.serving import Served

__all__ = ["supervisor"]  # a fixture


@pytest.fixture
def database(chat: Served) -> Database:
    tools: ConversationTools = chat.tools[ConversationTools]
    return tools.database


async def plan_of(database: Database, sql: str) -> str:
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        return "\n".join(await session.scalars(text(f"EXPLAIN {sql}")))


@pytest.mark.parametrize(
    ("said", "asked", "is_there"),
    [
        ("手環螢幕壞了", "手环 坏了", True),
        ("手环屏幕碎了", "屏", True),
        ("手环屏幕碎了", "幕手", False),
        ("I was refunded twice", "Refund", True),
        ("Where are my orders?", "order", True),
        ("Where are my orders?", "rder", False),
        ("订单 SO-2024-11 在哪", "so-2024-11", True),
        ("ＡＢ１２ 不亮", "ab12", True),
        ("x" * 4_000, "x" * 300, True),
        ("我的电话13800138000，请回电", "13800138000", False),
        ("我的电话13800138000，请回电", "电话 回电", True),
    ],
    ids=range(11),
)
def test_terms_are_cut_alike_on_both_sides(said: str, asked: str, is_there: bool) -> None:
    terms = terms_of_all([said])
    wanted = asked_of(asked)
    assert max(map(len, terms)) <= LONGEST_TERM and not any("138" in term for term in terms)
    found = not wanted.personal and set(wanted.terms) <= set(terms)
    assert found is is_there


async def test_nothing_is_lost_before_while_and_after_the_index_is_filled(
    chat: Served, customer: Customer, supervisor: httpx.AsyncClient, database: Database
) -> None:
    await customer.ask("手环屏幕碎了，电话13800138000")
    before = await found(supervisor, q="屏幕")
    assert before and await index_words(database) == 1 and await index_words(database) == 0
    assert await found(supervisor, q="屏幕") == before and await found(supervisor, q="13800138000 屏幕") == before
    assert await found(supervisor, q="13900139000") == [] and await found(supervisor, q="屏幕 充电器") == []
    await customer.ask("充电器也不亮")
    assert await found(supervisor, q="充电器 屏幕") == ["充电器也不亮"], "said since then, and before, in one search"
    assert await index_words(database) == 1
    assert await found(supervisor, q="充电器 屏幕") == ["充电器也不亮"]
    async with database.reading() as session:
        kept = (await session.execute(text("SELECT terms FROM conversation_terms"))).scalars().all()
    assert not any("1380" in term for terms in kept for term in terms), "numbers of persons stay in the messages alone"


async def test_the_words_go_with_the_customer_and_stay_within_the_group(
    chat: Served, supervisor: httpx.AsyncClient, database: Database
) -> None:
    agent, admin = await chat.signed_in(Role.AGENT), await chat.signed_in(Role.ADMIN)
    people = (await agent.get("/api/v1/desk/colleagues")).json()["items"]
    others = [one["staff_id"] for one in people if one["name"] == "Supervisor"]
    queue = {"name": "自己人", "channels": ["own"], "members": others}
    assert (await admin.post("/api/v1/queues", json=queue)).status_code == 201
    customer = await Customer.begin(chat.client(), channel="own")
    await customer.ask("投影仪没有画面")
    await index_words(database)
    assert len(await found(agent, q="投影仪")) == 1
    await customer.post("/handoff")
    assert await found(agent, q="投影仪") == [] and len(await found(supervisor, q="投影仪")) == 1
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM conversation WHERE id = :id"), {"id": customer.conversation_id})
    assert await found(supervisor, q="投影仪") == []
    async with database.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM conversation_terms"))).scalar_one() == 0


async def test_a_search_reads_indexes_only(chat: Served, database: Database) -> None:
    by_terms = await plan_of(database, "SELECT conversation_id FROM conversation_terms WHERE terms @> ARRAY['屏幕']")
    assert "ix_conversation_terms" in by_terms
    behind = "SELECT id FROM conversation WHERE unindexed AND last_message_at > now()"
    assert "ix_conversation_unindexed" in await plan_of(database, behind)
