"""Who finds what, when and where: tiers, channels, dates, in both channels of search and in exact matches."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from app.kernel.clock import now
from app.knowledge import Audience, SearchRequest, SearchTools, add_faq, change_faq, search_passages
from app.knowledge.store.chunks import set_channels, set_validity
from tests.knowledge.indexing import add_document, add_test_base, index_document, passages

PASSAGE = "退货审批口令在手册第三页。"
QUESTION = "退货审批口令是什么"


async def found(tools: SearchTools, **more: object) -> tuple[bool, bool]:
    """Whether a passage was found, and whether an exact answer."""
    result = await search_passages(tools, SearchRequest([QUESTION], **more))  # type: ignore[arg-type]  # test shorthand
    return bool(result.hits), result.faq_exact is not None


@pytest.mark.parametrize(
    ("first", "last", "finds"),
    [
        (None, None, True),
        (timedelta(days=-1), timedelta(days=1), True),
        (timedelta(days=1), None, False),
        (None, timedelta(seconds=-1), False),
        (timedelta(days=-2), timedelta(days=-1), False),
    ],
)
async def test_a_passage_is_found_only_while_it_holds(
    search_tools: SearchTools, first: timedelta | None, last: timedelta | None, finds: bool
) -> None:
    document_id = await add_document(search_tools, "手册", passages(PASSAGE))
    faq_id = await add_faq(search_tools, [QUESTION], "见手册。")
    async with search_tools.database.transaction() as session:
        for owner_id in (document_id, faq_id):
            await set_validity(session, owner_id, _at(first), _at(last))
    assert await found(search_tools) == (finds, finds)


def _at(apart: timedelta | None) -> datetime | None:
    return None if apart is None else now() + apart


async def test_new_passages_of_an_owner_stand_under_its_limits(search_tools: SearchTools) -> None:
    document_id = await add_document(search_tools, "手册", passages("旧的一段"))
    faq_id = await add_faq(search_tools, ["怎么审批"], "见手册。")
    async with search_tools.database.transaction() as session:
        await set_validity(session, document_id, None, now() - timedelta(days=1))
        await set_channels(session, faq_id, ["wechat"])
    await index_document(search_tools, document_id, "手册", passages(PASSAGE), 2)
    await change_faq(search_tools, faq_id, [QUESTION], "见手册。")
    assert await found(search_tools, channel="web") == (False, False)
    assert await found(search_tools, channel="wechat") == (True, True)
    async with search_tools.database.transaction() as session:
        await set_validity(session, document_id, None, None)
        await set_channels(session, faq_id, [])
    assert await found(search_tools, channel="web") == (True, True)


@pytest.mark.parametrize(("channel", "finds"), [("web", False), ("wechat", True), (None, True)])
async def test_a_base_bound_to_channels_is_read_only_there(
    search_tools: SearchTools, channel: str | None, finds: bool
) -> None:
    base_id = await add_test_base(search_tools, "wechat only")
    async with search_tools.database.transaction() as session:
        await session.execute(text("UPDATE base SET channels = '{wechat}' WHERE id = :id"), {"id": base_id})
    await add_document(search_tools, "手册", passages(PASSAGE), base_id)
    await add_faq(search_tools, [QUESTION], "见手册。", base_id)
    assert await found(search_tools, channel=channel) == (finds, finds)


@pytest.mark.parametrize(
    ("audience", "tier", "finds"),
    [
        (Audience.PUBLIC, None, False),
        (Audience.PUBLIC, "gold", False),
        (Audience.SIGNED_IN, None, False),
        (Audience.SIGNED_IN, "silver", False),
        (Audience.SIGNED_IN, "gold", True),
        (Audience.STAFF, None, True),
    ],
)
async def test_a_base_for_tiers_is_read_by_those_tiers_and_the_staff(
    search_tools: SearchTools, audience: Audience, tier: str | None, finds: bool
) -> None:
    base_id = await add_test_base(search_tools, "gold", "tiers")
    async with search_tools.database.transaction() as session:
        await session.execute(text("UPDATE base SET tiers = '{gold,platinum}' WHERE id = :id"), {"id": base_id})
    await add_document(search_tools, "手册", passages(PASSAGE), base_id)
    await add_faq(search_tools, [QUESTION], "见手册。", base_id)
    assert await found(search_tools, audience=audience, tier=tier) == (finds, finds)
