"""Documents as plain text: only what anybody may read, cleaned and masked, watched by whole documents."""

from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text

from app.accounts import Role
from app.knowledge import SearchTools
from app.training import PublicLibrary, TrainingTools, do_build
from app.training.datasets.build import nothing_listed
from app.training.datasets.documents import build_documents
from app.training.datasets.formats import Layout, export
from app.training.datasets.recipe import Recipe
from app.training.domain import Passage
from app.training.errors import NothingToLearn
from tests.knowledge.indexing import add_document, passages
from tests.serving import Served
from tests.training.building import built

LONG = "蓝牙耳机自签收之日起保修二十四个月，凭电子发票办理，人为损坏不在保修范围。"


def passage(text: str, document_id: UUID | None = None) -> Passage:
    return Passage(document_id or uuid4(), "手册", text)


def test_what_is_short_broken_repeated_or_listed_is_left_out_and_people_are_masked() -> None:
    found = build_documents(
        [
            passage(LONG),
            passage(f"  {LONG}"),
            passage("太短"),
            passage("锟斤拷" * 20),
            passage("这一段里写着内部代号飞鱼，不该让模型背下来，所以整段都要去掉。"),
            passage("门店店长王女士的手机是13812345678，周末也可以打这个电话预约。"),
        ],
        "documents",
        Recipe(sensitive_words=("飞鱼",)),
        nothing_listed,
    )
    steps = {step["name"]: (step["before"], step["after"]) for step in found.manifest["steps"]}
    assert steps == {"clean": (6, 4), "personal": (4, 4), "exact": (4, 3), "sensitive": (3, 2)}
    assert found.rows == 2 and "13812345678" not in found.data.decode()
    assert found.manifest["by_source"] == {"document": 2} and len(found.provenance) == 2


def test_a_document_is_learnt_or_watched_never_both() -> None:
    documents = [uuid4() for _ in range(40)]
    rows = [passage(f"{LONG}第{place}条第{part}款。", one) for place, one in enumerate(documents) for part in range(3)]
    found = build_documents(rows, "documents", Recipe(validation_share=0.1), nothing_listed)
    sides: dict[str, set[str]] = {}
    for line in found.data.splitlines():
        row = orjson.loads(line)
        sides.setdefault(row["source_id"], set()).add(row["split"])
    assert all(len(side) == 1 for side in sides.values())
    assert found.manifest["by_split"] == {"train": 108, "validation": 12}
    assert list(export(found.data, Layout.OPENAI)) == [], "text is no conversation"


def test_nothing_to_read_is_said() -> None:
    with pytest.raises(NothingToLearn):
        build_documents([], "documents", Recipe(), nothing_listed)


async def test_only_public_documents_are_read(kefu: Served) -> None:
    search = kefu.tools[SearchTools]
    await add_document(search, "服务手册", passages(LONG))
    found = await PublicLibrary(search).passages()
    assert [LONG in one.text for one in found] == [True]
    async with search.database.transaction() as session:
        await session.execute(text("UPDATE base SET audience = 'staff'"))
    assert await PublicLibrary(search).passages() == []


async def test_a_version_of_documents_is_ordered_as_a_job_and_says_why_there_is_none(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    ordered = (await admin.post("/api/v1/datasets/documents")).json()
    await do_build(kefu.tools[TrainingTools], UUID(ordered["job_id"]))
    job = (await admin.get(f"/api/v1/jobs/{ordered['job_id']}")).json()
    assert (job["state"], job["error"]["code"]) == ("failed", "nothing_to_learn")
    await add_document(kefu.tools[SearchTools], "服务手册", passages(LONG))
    version = await built(kefu, admin, "/api/v1/datasets/documents")
    assert (version["name"], version["rows"]) == ("documents", 1)
