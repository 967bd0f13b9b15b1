"""Many FAQs at once: into another base with their rights and passages, other tags, away; each by itself."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.accounts import Role
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.knowledge import (
    Audience,
    FaqContent,
    SearchRequest,
    SearchTools,
    add_faq,
    create_faq,
    get_faq,
    search_passages,
)
from app.knowledge.errors import FaqExists
from app.knowledge.faq_bulk.moving import move_faq
from app.knowledge.faq_bulk.service import FaqWish, do_to_many
from app.knowledge.store.bases import add_base, find_base
from app.knowledge.tables import DEFAULT_BASE
from tests.serving import Served

QUESTIONS, ANSWER = ("金卡怎么免运费", "金卡会员包邮吗"), "金卡会员全年免运费。"
ASKED = SearchRequest(["金卡怎么免运费"])


async def base_for(tools: SearchTools, audience: str) -> UUID:
    async with tools.database.transaction() as session:
        return await add_base(session, f"for {audience}", audience=audience)


async def counted(tools: SearchTools, base_id: UUID) -> int:
    async with tools.database.reading() as session:
        base = await find_base(session, base_id)
    assert base is not None
    return base.content.passages


async def test_a_moved_faq_is_found_by_the_readers_of_its_new_base_alone(search_tools: SearchTools) -> None:
    faq_id = await add_faq(search_tools, QUESTIONS, ANSWER)
    before = (await search_passages(search_tools, ASKED)).hits[0]
    staff = await base_for(search_tools, "staff")
    await move_faq(search_tools, faq_id, staff)
    assert (await counted(search_tools, DEFAULT_BASE), await counted(search_tools, staff)) == (0, 2)
    public = await search_passages(search_tools, ASKED)
    assert (public.hits, public.faq_exact) == ([], None)
    found = await search_passages(search_tools, SearchRequest(["金卡怎么免运费"], audience=Audience.STAFF))
    assert found.faq_exact is not None and found.faq_exact.base_id == staff
    assert found.hits[0].chunk_id == before.chunk_id, "what quoted it still leads to it"
    await move_faq(search_tools, faq_id, DEFAULT_BASE)
    assert (await search_passages(search_tools, ASKED)).faq_exact is not None


async def test_validity_goes_with_it_and_a_taken_question_keeps_it_where_it_is(search_tools: SearchTools) -> None:
    past = FaqContent(QUESTIONS, ANSWER, (), (), None, now() - timedelta(days=1))
    faq_id = await create_faq(search_tools, past, DEFAULT_BASE)
    other = await base_for(search_tools, "public")
    await move_faq(search_tools, faq_id, other)
    assert (await search_passages(search_tools, ASKED)).hits == []
    await add_faq(search_tools, QUESTIONS[:1], "别的")
    with pytest.raises(FaqExists):
        await move_faq(search_tools, faq_id, DEFAULT_BASE)
    assert (await get_faq(search_tools, faq_id)).base_id == other
    with pytest.raises(NotFound):
        await move_faq(search_tools, faq_id, UUID(int=5))


async def test_each_gets_its_own_outcome(search_tools: SearchTools) -> None:
    known, gone = await add_faq(search_tools, QUESTIONS, ANSWER, tags=["旧"]), UUID(int=9)
    outcomes = await do_to_many(search_tools, FaqWish("tags", None, ("会员",), ("旧",)), [known, gone, known], None)
    assert [(one.faq_id, one.error is None) for one in outcomes] == [(known, True), (gone, False)]
    assert (await get_faq(search_tools, known)).tags == ("会员",)
    await do_to_many(search_tools, FaqWish("delete"), [known], None)
    assert (await search_passages(search_tools, ASKED)).hits == []


async def test_only_writers_may_and_only_with_a_base_to_go_to(kefu: Served) -> None:
    admin, agent = await kefu.keyed(Role.ADMIN), await kefu.keyed(Role.AGENT)
    made = (await admin.post("/api/v1/faqs", json={"questions": list(QUESTIONS), "answer": ANSWER})).json()
    base = (await admin.post("/api/v1/bases", json={"name": "内部", "audience": "staff"})).json()
    body = {"action": "move", "faq_ids": [made["faq_id"]], "base_id": base["base_id"]}
    assert (await agent.post("/api/v1/faqs/bulk", json=body)).status_code == 403
    assert (await admin.post("/api/v1/faqs/bulk", json={**body, "base_id": None})).status_code == 422
    [item] = (await admin.post("/api/v1/faqs/bulk", json=body)).json()["items"]
    assert item["done"] and (await admin.get(f"/api/v1/faqs/{made['faq_id']}")).json()["base_id"] == base["base_id"]
