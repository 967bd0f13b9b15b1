"""Chunks changed by hand: edit, split, merge, add, disable, roll back; what search finds, and the base's counts."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts import Principal, Role
from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.knowledge import DocumentTools, SearchRequest, accept_document, search_passages
from app.knowledge.editing import store
from app.knowledge.editing.domain import Passage
from app.knowledge.editing.errors import (
    ChunkChanged,
    ChunkReshaped,
    DocumentBusy,
    NoNextChunk,
    NothingToSplit,
    TableStaysWhole,
)
from app.knowledge.editing.reshape import add_chunk, merge_with_next, split_chunk
from app.knowledge.editing.rollback import roll_back
from app.knowledge.editing.service import disable_chunk, edit_chunk, enable_chunk, get_passage, history

Work = Callable[[], Awaitable[list[UUID]]]
LIN = Principal(new_id(), "staff", "林晓", Role.ADMIN)
ZHOU = Principal(new_id(), "staff", "周宁", Role.ADMIN)
HANDBOOK = """# 售后手册

## 退货

签收后七天内可以退货。

## 运费

质量问题由我们承担运费。

## 保修

整机保修两年，电池保修一年。
"""
TABLE = "# 期限\n\n| 品类 | 换货期 |\n|---|---|\n| 手机 | 15 日 |\n| 耳机 | 30 日 |\n"


@pytest.fixture
async def handbook(documents: DocumentTools, work: Work) -> UUID:
    accepted = await accept_document(documents, file_name="handbook.md", data=HANDBOOK.encode())
    await work()
    return accepted.document_id


async def chunks(tools: DocumentTools, document_id: UUID) -> list[Passage]:
    async with tools.database.reading() as session:
        return await store.list_passages(session, document_id)


async def found(tools: DocumentTools, query: str) -> list[str]:
    result = await search_passages(tools.search, SearchRequest([query]))
    return [hit.text for hit in result.hits]


async def check_counts(database: Database) -> None:
    """What a base counts is what its index holds, and terms are counted as often as they occur."""
    async with database.reading() as session:
        counted = (await session.execute(text("SELECT chunk_count, token_count FROM base"))).one()
        held = (
            await session.execute(
                text(
                    "SELECT count(*), coalesce(sum(c.token_count), 0) FROM chunk c"
                    " JOIN chunk_terms t ON t.chunk_id = c.id"
                )
            )
        ).one()
        vectors = await session.scalar(text("SELECT count(*) FROM chunk_vector"))
        said = await session.scalar(text("SELECT coalesce(sum(df), 0) FROM term_stat"))
        keyed = await session.scalar(text("SELECT coalesce(sum(array_length(keys, 1)), 0) FROM chunk_terms"))
        disabled = await session.scalar(
            text("SELECT count(*) FROM chunk c JOIN chunk_terms t ON t.chunk_id = c.id WHERE c.disabled_at IS NOT NULL")
        )
    assert tuple(counted) == tuple(held)
    assert vectors == held[0]
    assert said == keyed
    assert disabled == 0


async def test_an_edited_chunk_is_found_by_its_new_words_under_its_old_id(
    documents: DocumentTools, handbook: UUID
) -> None:
    before = await chunks(documents, handbook)
    edited = await edit_chunk(
        documents.search, before[0].id, revision=1, text="签收后三十天内可以无理由退换。", actor=LIN
    )
    assert (edited.id, edited.revision, edited.edited_by) == (before[0].id, 2, "林晓")
    assert edited.original_text == "签收后七天内可以退货。"
    assert "签收后三十天内可以无理由退换。" in await found(documents, "三十天无理由退换")
    assert "签收后七天内可以退货。" not in await found(documents, "签收后七天内可以退货")
    after = await chunks(documents, handbook)
    assert after[1:] == before[1:]
    await check_counts(documents.database)
    [past] = await history(documents.search, edited.id)
    assert (past.revision, past.action, past.text, past.by) == (1, "edited", "签收后七天内可以退货。", "林晓")


async def test_only_the_edited_chunk_is_embedded_again(
    documents: DocumentTools, handbook: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    [loaded] = await documents.search.embedders.in_use()
    embedded: list[str] = []
    embed = loaded.embedder.embed

    async def counting(texts, kind):  # type: ignore[no-untyped-def]  # the port's own signature
        embedded.extend(texts)
        return await embed(texts, kind)

    monkeypatch.setattr(loaded.embedder, "embed", counting)
    first = (await chunks(documents, handbook))[0]
    await edit_chunk(documents.search, first.id, revision=1, text="只改这一段。")
    assert embedded == ["售后手册\n售后手册\n退货\n只改这一段。"]


async def test_the_second_of_two_editors_gets_the_others_text_and_name(
    documents: DocumentTools, handbook: UUID
) -> None:
    first = (await chunks(documents, handbook))[0]
    await edit_chunk(documents.search, first.id, revision=1, text="林晓的文字。", actor=LIN)
    with pytest.raises(ChunkChanged) as conflict:
        await edit_chunk(documents.search, first.id, revision=1, text="周宁的文字。", actor=ZHOU)
    told = conflict.value.extra["chunk"]
    assert (told["text"], told["revision"], told["edited_by"]) == ("林晓的文字。", 2, "林晓")
    assert "林晓" in conflict.value.sentence("zh-CN")


async def test_of_editors_at_the_very_same_moment_one_wins_and_nothing_is_half_done(
    documents: DocumentTools, handbook: UUID
) -> None:
    first = (await chunks(documents, handbook))[0]
    tries = [
        edit_chunk(documents.search, first.id, revision=1, text=f"第 {number} 个人的文字。", actor=LIN)
        for number in range(4)
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Passage) for one in outcomes) == 1
    assert sum(isinstance(one, ChunkChanged) for one in outcomes) == 3
    assert len(await history(documents.search, first.id)) == 1
    await check_counts(documents.database)


async def test_a_disabled_chunk_leaves_search_at_once_and_comes_back(documents: DocumentTools, handbook: UUID) -> None:
    second = (await chunks(documents, handbook))[1]
    off = await disable_chunk(documents.search, second.id, actor=ZHOU)
    assert off.disabled_by == "周宁" and off.revision == 2
    assert "质量问题由我们承担运费。" not in await found(documents, "质量问题谁承担运费")
    await check_counts(documents.database)
    edited = await edit_chunk(documents.search, second.id, revision=2, text="运费一律由我们承担。", actor=ZHOU)
    assert edited.disabled_at is not None
    assert "运费一律由我们承担。" not in await found(documents, "运费一律由我们承担")
    on = await enable_chunk(documents.search, second.id, revision=3, actor=ZHOU)
    assert on.disabled_at is None
    assert "运费一律由我们承担。" in await found(documents, "运费一律由我们承担")
    await check_counts(documents.database)


async def test_a_chunk_that_was_embedded_while_disabled_comes_back_too(
    documents: DocumentTools, handbook: UUID
) -> None:
    first, second, _ = await chunks(documents, handbook)
    await disable_chunk(documents.search, second.id)
    async with documents.database.transaction() as session:
        copied = text(
            "INSERT INTO chunk_vector SELECT :off, embedder_id, base_id, vector FROM chunk_vector WHERE chunk_id = :on"
        )
        await session.execute(copied, {"off": second.id, "on": first.id})
    assert second.text not in await found(documents, "质量问题谁承担运费")
    await enable_chunk(documents.search, second.id)
    assert second.text in await found(documents, "质量问题谁承担运费")
    await check_counts(documents.database)


async def test_a_split_and_its_roll_back(documents: DocumentTools, handbook: UUID) -> None:
    third = (await chunks(documents, handbook))[2]
    head, tail = await split_chunk(documents.search, third.id, revision=1, at=len("整机保修两年，"), actor=LIN)
    assert (head.text, tail.text) == ("整机保修两年，", "电池保修一年。")
    assert (head.position, tail.position) == (2, 3)
    assert "电池保修一年。" in await found(documents, "电池保修一年")
    await check_counts(documents.database)
    back = await roll_back(documents.search, third.id, revision=2, to=1, actor=LIN)
    assert (back.text, back.origins) == (third.text, None)
    assert [c.text for c in await chunks(documents, handbook)][2:] == [third.text]
    await check_counts(documents.database)
    with pytest.raises(NotFound):
        await get_passage(documents.search, tail.id)
    assert (await history(documents.search, tail.id))[0].action == "merged_away"


async def test_a_split_whose_second_half_was_edited_is_not_rolled_back_over_it(
    documents: DocumentTools, handbook: UUID
) -> None:
    third = (await chunks(documents, handbook))[2]
    _, tail = await split_chunk(documents.search, third.id, revision=1, at=7)
    await edit_chunk(documents.search, tail.id, revision=1, text="电池保修三年。")
    with pytest.raises(ChunkReshaped):
        await roll_back(documents.search, third.id, revision=2, to=1)
    assert [c.text for c in await chunks(documents, handbook)][2:] == ["整机保修两年，", "电池保修三年。"]


async def test_a_merge_and_its_roll_back_bring_both_chunks_back(documents: DocumentTools, handbook: UUID) -> None:
    first, second, third = await chunks(documents, handbook)
    joined = await merge_with_next(documents.search, first.id, revision=1, next_revision=1, actor=LIN)
    assert joined.text == f"{first.text}\n{second.text}"
    assert [c.position for c in await chunks(documents, handbook)] == [0, 1]
    await check_counts(documents.database)
    await edit_chunk(documents.search, first.id, revision=2, text="退货和运费都看这里。")
    back = await roll_back(documents.search, first.id, revision=3, to=1)
    assert back.text == first.text
    again = await chunks(documents, handbook)
    assert [(c.id, c.text) for c in again] == [(c.id, c.text) for c in (first, second, third)]
    assert second.text in await found(documents, "质量问题谁承担运费")
    await check_counts(documents.database)


async def test_the_last_chunk_has_no_next_and_a_cut_at_the_edge_makes_no_halves(
    documents: DocumentTools, handbook: UUID
) -> None:
    last = (await chunks(documents, handbook))[-1]
    with pytest.raises(NoNextChunk):
        await merge_with_next(documents.search, last.id, revision=1, next_revision=1)
    with pytest.raises(NothingToSplit):
        await split_chunk(documents.search, last.id, revision=1, at=10_000)


async def test_a_table_is_edited_but_stays_whole(documents: DocumentTools, work: Work) -> None:
    accepted = await accept_document(documents, file_name="table.md", data=TABLE.encode())
    await work()
    [table] = await chunks(documents, accepted.document_id)
    assert table.kind == "table"
    with pytest.raises(TableStaysWhole):
        await split_chunk(documents.search, table.id, revision=1, at=5)


async def test_an_added_chunk_stands_where_it_was_put_and_is_found(documents: DocumentTools, handbook: UUID) -> None:
    first = (await chunks(documents, handbook))[0]
    added = await add_chunk(documents.search, handbook, text="礼品卡售出后不退。", after=first.id, actor=LIN)
    assert (added.position, added.heading_path, added.origins) == (1, first.heading_path, ())
    top = await add_chunk(documents.search, handbook, text="本手册每年修订。", actor=LIN)
    assert top.position == 0
    assert [c.position for c in await chunks(documents, handbook)] == [0, 1, 2, 3, 4]
    assert "礼品卡售出后不退。" in await found(documents, "礼品卡能退吗")
    await check_counts(documents.database)
    with pytest.raises(NotFound):
        await add_chunk(documents.search, handbook, text="x", after=new_id())


async def test_nothing_is_edited_while_a_new_version_is_read_in(documents: DocumentTools, handbook: UUID) -> None:
    first = (await chunks(documents, handbook))[0]
    await accept_document(documents, file_name="handbook.md", data=(HANDBOOK + "\n更多。\n").encode())
    with pytest.raises(DocumentBusy):
        await edit_chunk(documents.search, first.id, revision=1, text="来不及了。")


async def test_a_new_version_keeps_hand_work_only_where_the_original_passage_is_unchanged(
    documents: DocumentTools, handbook: UUID, work: Work
) -> None:
    first, second, third = await chunks(documents, handbook)
    await edit_chunk(documents.search, first.id, revision=1, text="签收后七天内可以退货，拆封也可以。", actor=LIN)
    await edit_chunk(documents.search, second.id, revision=1, text="运费全部由我们承担。", actor=ZHOU)
    head, tail = await split_chunk(documents.search, third.id, revision=1, at=7, actor=LIN)
    await disable_chunk(documents.search, tail.id, actor=LIN)
    note = await add_chunk(documents.search, handbook, text="礼品卡除外。", after=first.id, actor=LIN)
    changed = HANDBOOK.replace("质量问题由我们承担运费。", "质量问题的运费由厂家承担。").replace(
        "# 售后手册", "# 新版手册", 1
    )
    await accept_document(documents, file_name="handbook.md", data=changed.encode())
    await work()
    after = await chunks(documents, handbook)
    # The title is part of every heading path, so a changed one changes every passage.
    assert [c.text for c in after] == ["签收后七天内可以退货。", "质量问题的运费由厂家承担。", third.text]
    assert note.id not in {c.id for c in after} and head.id not in {c.id for c in after}
    await check_counts(documents.database)


async def test_hand_work_moves_with_its_passages_into_a_new_version(
    documents: DocumentTools, handbook: UUID, work: Work
) -> None:
    first, second, third = await chunks(documents, handbook)
    await edit_chunk(documents.search, first.id, revision=1, text="签收后七天内可以退货，拆封也可以。", actor=LIN)
    await edit_chunk(documents.search, second.id, revision=1, text="运费全部由我们承担。", actor=ZHOU)
    head, tail = await split_chunk(documents.search, third.id, revision=1, at=7, actor=LIN)
    await disable_chunk(documents.search, tail.id, actor=LIN)
    note = await add_chunk(documents.search, handbook, text="礼品卡除外。", after=first.id, actor=LIN)
    changed = HANDBOOK.replace("质量问题由我们承担运费。", "质量问题的运费由厂家承担。").replace(
        "## 退货", "## 前言\n\n本手册适用于全部门店。\n\n## 退货"
    )
    await accept_document(documents, file_name="handbook.md", data=changed.encode())
    await work()
    after = await chunks(documents, handbook)
    assert [c.text for c in after] == [
        "本手册适用于全部门店。",
        "签收后七天内可以退货，拆封也可以。",
        "礼品卡除外。",
        "质量问题的运费由厂家承担。",
        "整机保修两年，",
        "电池保修一年。",
    ]
    assert [c.id for c in after][1:3] == [first.id, note.id]
    assert [c.id for c in after][4:] == [head.id, tail.id]
    assert [c.position for c in after] == list(range(6))
    assert after[5].disabled_by == "林晓" and after[1].edited_by == "林晓"
    assert "电池保修一年。" not in await found(documents, "电池保修一年")
    await check_counts(documents.database)
    async with documents.database.reading() as session:
        row = await session.execute(
            text("SELECT hand_kept, hand_dropped FROM document_version WHERE document_id = :id AND number = 2"),
            {"id": handbook},
        )
        kept, dropped = row.one()
    assert kept == 4
    assert [(one["text"], one["by"]) for one in dropped] == [("运费全部由我们承担。", "周宁")]


async def test_two_equal_passages_of_which_one_was_edited_stay_apart(documents: DocumentTools, work: Work) -> None:
    words = "# 册\n\n## 甲\n\n同样的一句话。\n\n## 乙\n\n别的。\n\n## 甲\n\n同样的一句话。\n"
    accepted = await accept_document(documents, file_name="twins.md", data=words.encode())
    await work()
    before = await chunks(documents, accepted.document_id)
    assert [c.text for c in before] == ["同样的一句话。", "别的。", "同样的一句话。"]
    await edit_chunk(documents.search, before[2].id, revision=1, text="改过的一句话。")
    await accept_document(documents, file_name="twins.md", data=(words + "\n## 丙\n\n新的。\n").encode())
    await work()
    after = await chunks(documents, accepted.document_id)
    assert [c.text for c in after] == ["同样的一句话。", "别的。", "改过的一句话。", "新的。"]
    await check_counts(documents.database)


async def test_a_passage_that_comes_twice_in_the_new_version_is_read_in(documents: DocumentTools, work: Work) -> None:
    once = "# 册\n\n## 甲\n\n同样的一句话。\n"
    accepted = await accept_document(documents, file_name="once.md", data=once.encode())
    await work()
    await accept_document(
        documents, file_name="once.md", data=(once + "\n## 乙\n\n别的。\n\n## 甲\n\n同样的一句话。\n").encode()
    )
    await work()
    assert len(await chunks(documents, accepted.document_id)) == 3
    await check_counts(documents.database)
