"""An answer is given again only to the same question, by the same rules and to the same readers, while it stands."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text as sql

from app.accounts import Role
from app.answering import AnsweringTools, Finished, Outcome, Question, Turn, answer, raise_version
from app.answering.cache import AnswerCache, Cached
from app.answering.cache.service import best_of
from app.answering.cache.store import Found
from app.answering.near_match import NEAR_ENOUGH, likeness
from app.kernel.clock import now
from app.kernel.settings import Settings
from app.knowledge import DEFAULT_BASE, SearchTools, add_faq
from app.wiring import Switchboard, switchboard
from tests.fakes.chat_model import FakeChatModel, FakeModels
from tests.knowledge.indexing import add_document, passages
from tests.serving import Served

RETURNS = "签收后七天内可以无理由退货，商品需保持完好，邮费由买家承担。"
INVOICES = "电子发票在订单完成后二十四小时内发送到下单时填写的邮箱。"
ASKED = "退货的邮费由谁承担？"
SAYS = ["退货的邮费由买家承担", "[1]。"]


@dataclass
class Shop:
    """A shop whose model is counted."""

    board: Switchboard
    chat: FakeChatModel
    tools: AnsweringTools
    cache: AnswerCache
    document_id: UUID
    ended: list[Finished] = field(default_factory=list)

    async def ask(self, words: str = ASKED, **more: Any) -> Finished:
        """One answer, with everything kept behind it."""
        question = Question(words, **more)
        last = [event async for event in answer(self.tools, question)][-1]
        assert isinstance(last, Finished), last
        await self.cache.settled()
        return last

    async def is_cached(self, words: str = ASKED, **more: Any) -> str | None:
        """How the cache gave the answer; None when the model was asked."""
        before = len(self.chat.prompts)
        ended = await self.ask(words, **more)
        how: str | None = (ended.trace.get("cached") or {}).get("how")
        assert (len(self.chat.prompts) == before) == (how is not None) or ended.outcome is Outcome.REFUSED
        return how

    async def change(self, statement: str, **values: Any) -> None:
        """Changes a row behind the back of every service."""
        async with self.board.database.transaction() as session:
            await session.execute(sql(statement), values)


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    async with switchboard(settings) as board:
        search: SearchTools = board.tools[SearchTools]
        document_id = await add_document(search, "购物须知", passages(RETURNS, INVOICES))
        chat = FakeChatModel(SAYS)
        tools: AnsweringTools = replace(board.tools[AnsweringTools], models=FakeModels(chat))
        assert tools.cache is not None
        yield Shop(board, chat, tools, tools.cache, document_id)


async def test_the_same_question_is_answered_once(shop: Shop) -> None:
    first, again = await shop.ask(), await shop.ask("请问退货的邮费由谁承担呢")
    assert len(shop.chat.prompts) == 1 and first.outcome is Outcome.ANSWERED
    assert (again.text, again.outcome, again.composer) == (first.text, first.outcome, first.composer)
    assert again.citations == first.citations and again.citations[0].quote in RETURNS
    trace = again.trace
    assert trace["cached"]["how"] == "exact" and trace["cached"]["question"] == ASKED
    assert trace["decision"]["route"] == "cached" and trace["usage"] is None and trace["cost"]["amount"] == 0
    assert [step["step"] for step in trace["steps"]] == ["screen", "guard", "understand", "cache"]
    assert "recall" in [step["step"] for step in first.trace["steps"]]


async def test_near_questions_share_an_answer_unless_something_counts(shop: Shop) -> None:
    shop.chat.pieces = ["退货的邮费由买家承担，签收后可以退货[1]。"]
    for what, first, then, how in (
        ("same meaning", "退货的邮费由谁承担？", "退货邮费由谁承担", "near"),
        ("number", "签收 7 天内退货邮费谁承担", "签收 15 天内退货邮费谁承担", None),
        ("Han number", "签收七天内退货邮费谁承担", "签收八天内退货邮费谁承担", None),
        ("negation", "哪些商品退货要承担邮费", "哪些商品退货不要承担邮费", None),
        ("model", "Nova Buds 2 退货邮费谁承担", "Nova Buds 3 退货邮费谁承担", None),
        ("name", "Orbit 退货邮费谁承担", "Nova 退货邮费谁承担", None),
        ("opposite", "退货的邮费由谁承担", "换货的邮费由谁承担", None),
        ("kind", "退货的邮费由谁承担", "退货的邮费是多少", None),
        ("other subject", "退货的邮费由谁承担", "电子发票发送到哪个邮箱", None),
    ):
        await shop.cache.purge(None)
        kept = await shop.ask(first)
        assert kept.outcome is not Outcome.ANSWERED or (await shop.cache.usage()).entries == 1, what
        assert (await shop.ask(then)).trace.get("cached", {}).get("how") == how, what


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("签收后 7 天内买的耳机坏了，无理由退货的邮费由谁承担", "签收后 8 天内买的耳机坏了，无理由退货的邮费由谁承担"),
        ("会员在官网上买的耳机坏了还能无理由退货并且退邮费吗", "会员在官网上买的耳机坏了还不能无理由退货并且退邮费吗"),
        (
            "会员在官网买的 Nova 耳机坏了还能无理由退货并退邮费吗",
            "会员在官网买的 Orbit 耳机坏了还能无理由退货并退邮费吗",
        ),
        ("会员在官网上买的耳机左边没有声音坏了以后怎么退货", "会员在官网上买的耳机左边没有声音坏了以后怎么换货"),
    ],
    ids=["number", "negation", "name", "opposite"],
)
def test_a_guard_alone_keeps_very_like_questions_apart(asked: str, known: str) -> None:
    kept = Cached(known, "答", "answered", "generative", (), (), now())
    assert likeness(asked, known).score >= NEAR_ENOUGH, "likeness would let it pass"
    assert best_of(asked, [Found(False, kept)]) is None and best_of(asked, [Found(True, kept)]) is None
    found = best_of(known, [Found(False, kept)])
    assert found is not None and found.how == "near"


async def test_exact_mode_gives_nothing_to_like_questions(shop: Shop) -> None:
    versions = shop.cache._versions
    shop.cache = AnswerCache(shop.board.database, versions, "exact")
    shop.tools = replace(shop.tools, cache=shop.cache)
    await shop.ask()
    assert await shop.is_cached("退货邮费由谁承担") is None and await shop.is_cached() == "exact"
    shop.tools = replace(shop.tools, cache=AnswerCache(shop.board.database, versions, "off"))
    assert await shop.is_cached() is None


async def test_no_answer_leaves_its_audience_tier_channel_or_bases(shop: Shop) -> None:
    await shop.ask(channel="web")
    assert await shop.is_cached(channel="web") == "exact"
    assert await shop.is_cached(channel="app") is None
    assert await shop.is_cached(channel="web", audience="signed_in", tier="gold") is None
    assert await shop.is_cached(channel="web", audience="signed_in", tier="silver") is None
    assert await shop.is_cached(channel="web", audience="staff") is None
    assert await shop.is_cached(channel="web", base_ids=(DEFAULT_BASE,)) is None
    assert await shop.is_cached(channel="web") == "exact", "the first one is still there"


async def test_a_base_that_is_no_longer_for_this_reader_takes_its_answers_along(shop: Shop) -> None:
    await shop.ask()
    await shop.change("UPDATE base SET audience = 'staff'")  # no version is raised, only the right to read is gone
    assert (await shop.ask()).outcome is Outcome.REFUSED
    await shop.change("UPDATE base SET audience = 'public', channels = '{app}'")
    assert (await shop.ask(channel="web")).outcome is Outcome.REFUSED


async def test_a_changed_passage_drops_the_answers_that_cite_it(shop: Shop) -> None:
    ours = "WHERE text LIKE '%邮费%'"
    for what, change, undo in (
        ("changed", f"SET sha256 = sha256 || 'x' {ours}", f"SET sha256 = left(sha256, -1) {ours}"),
        ("expired", f"SET valid_until = now() - interval '1 second' {ours}", f"SET valid_until = NULL {ours}"),
        ("not yet", f"SET valid_from = now() + interval '1 day' {ours}", f"SET valid_from = NULL {ours}"),
        ("channel", f"SET channels = '{{app}}' {ours}", f"SET channels = NULL {ours}"),
    ):
        await shop.ask(channel="web")
        assert await shop.is_cached(channel="web") == "exact", what
        await shop.change(f"UPDATE chunk {change}")
        assert (await shop.ask(channel="web")).trace.get("cached") is None, what
        await shop.change(f"UPDATE chunk {undo}")
        await shop.cache.purge(None)
    for what, change in (
        ("base version", "UPDATE base SET version = version + 1"),
        ("threshold", "UPDATE embedder SET threshold = threshold / 2 WHERE state = 'present'"),
        ("disabled", f"DELETE FROM chunk_terms WHERE chunk_id IN (SELECT id FROM chunk {ours})"),
        ("deleted", f"DELETE FROM chunk {ours}"),
    ):
        await shop.ask(channel="web")
        await shop.change(change)
        assert (await shop.ask(channel="web")).trace.get("cached") is None, what


async def test_what_does_not_concern_an_answer_leaves_it(shop: Shop) -> None:
    await shop.ask()
    await shop.change("UPDATE chunk SET sha256 = 'another' WHERE text LIKE '%发票%'")
    assert await shop.is_cached() == "exact"


async def test_a_new_passage_or_faq_drops_every_answer_of_its_readers(shop: Shop) -> None:
    await shop.ask()
    await add_faq(shop.board.tools[SearchTools], ["怎么修改收货地址？"], "发货前在订单详情里点修改地址。")
    assert await shop.is_cached() is None


async def test_an_answer_made_while_the_knowledge_changed_is_never_given(shop: Shop) -> None:
    async def changed(*_: Any, **__: Any) -> Any:
        await shop.change("UPDATE base SET version = version + 1")
        return await live(*_, **__)

    live = shop.tools.passages.find
    shop.tools = replace(shop.tools, passages=type("Moving", (), {"find": staticmethod(changed)})())
    await shop.ask()
    assert await shop.is_cached() is None


async def test_other_settings_of_answering_are_another_answer(shop: Shop) -> None:
    await shop.ask()
    for kind in ("prompts", "guard", "intents", "tools", "rules"):
        async with shop.board.database.transaction() as session:
            await raise_version(session, kind)
        shop.cache._versions.forget()
        assert await shop.is_cached() is None and await shop.is_cached() == "exact", kind


async def test_another_model_is_another_answer(shop: Shop) -> None:
    await shop.ask()
    served = await shop.tools.models.live_chat_model()
    assert served is not None

    class Promoted:
        async def live_chat_model(self, *_: Any) -> Any:
            return replace(served, version_id="2")

    shop.tools = replace(shop.tools, models=Promoted())
    assert await shop.is_cached() is None and await shop.is_cached() == "exact"
    shop.tools = replace(shop.tools, models=FakeModels(None))
    assert (await shop.ask()).composer.value == "extractive"


async def test_a_personal_or_leaning_turn_neither_takes_nor_leaves_an_answer(shop: Shop) -> None:
    turns: list[dict[str, Any]] = [
        {"history": (Turn("customer", "你好"), Turn("bot", "您好", "small_talk"))},
        {"user_id": "u-1"},
        {"memory": ("喜欢顺丰",)},
        {"summary": "客户问过退货"},
        {"again": True},
        {"rehearsal": True},
    ]
    for more in turns:
        await shop.ask(**more)
    assert (await shop.cache.usage()).entries == 0
    await shop.ask()
    for more in turns:
        assert await shop.is_cached(**more) is None, more


async def test_refusals_and_failures_are_never_kept(shop: Shop) -> None:
    for words in ("明天上海会下雨吗", "你好", "转人工"):
        await shop.ask(words)
    shop.chat.pieces = ["NO_ANSWER"]
    assert (await shop.ask()).outcome is Outcome.REFUSED
    assert (await shop.cache.usage()).entries == 0


async def test_answers_expire_and_end_before_a_passage_begins_to_hold(shop: Shop) -> None:
    begins = now() + timedelta(minutes=5)
    await shop.change("UPDATE chunk SET valid_from = :begins WHERE text LIKE '%发票%'", begins=begins)
    await shop.ask()
    async with shop.board.database.reading() as session:
        assert await session.scalar(sql("SELECT expires_at FROM cached_answer")) == begins
    await shop.change("UPDATE cached_answer SET expires_at = now()")
    assert await shop.is_cached() is None


async def test_a_curated_answer_is_given_again_until_it_changes(shop: Shop) -> None:
    faq_id = await add_faq(shop.board.tools[SearchTools], ["怎么修改收货地址？"], "发货前在订单详情里点修改地址。")
    first = await shop.ask("怎么修改收货地址")
    assert first.outcome is Outcome.FAQ and (await shop.ask("怎么修改收货地址")).trace["cached"]["how"] == "exact"
    await shop.change("DELETE FROM chunk WHERE faq_id = :id", id=getattr(faq_id, "id", faq_id))
    assert (await shop.ask("怎么修改收货地址")).trace.get("cached") is None


async def test_uses_are_counted_and_staff_can_forget_everything(kefu: Served) -> None:
    search: SearchTools = kefu.tools[SearchTools]
    await add_document(search, "购物须知", passages(RETURNS, INVOICES))
    tools: AnsweringTools = kefu.tools[AnsweringTools]
    agent, supervisor = await kefu.keyed(Role.AGENT), await kefu.keyed(Role.SUPERVISOR)
    for _ in range(3):
        assert [event async for event in answer(tools, Question(ASKED))]
        assert tools.cache is not None
        await tools.cache.settled()
    shown = (await agent.get("/api/v1/answer-cache")).json()
    assert shown == {"enabled": True, "entries": 1, "exact": 2, "near": 0, "missed": 1, "rate": 0.6667}
    assert 'kefu_answer_cache_total{result="exact"}' in (await kefu.client().get("/metrics")).text
    assert (await agent.delete("/api/v1/answer-cache")).status_code == 403
    assert (await supervisor.delete("/api/v1/answer-cache")).status_code == 204
    assert (await agent.get("/api/v1/answer-cache")).json()["entries"] == 0
