"""An unsaved word list in the hit test shows what saving it would do, to the last figure, and leaves nothing behind."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app.accounts import Role
from app.jobs import JobTools
from app.knowledge import SearchTools, WordsTools, reindex_words
from app.knowledge.words import rehearsal
from tests.evaluation.test_hit_test import probe
from tests.fakes.bell import FakeBell
from tests.knowledge.indexing import add_document, passages
from tests.serving import Served

QUESTION = "星环手环米兰扣有沙沙声"
SYNONYMS = {"synonyms": [{"words": ["沙沙声", "破音"]}], "protected": []}
PROTECTED = {"synonyms": [], "protected": ["星环手环", "米兰扣"]}


def stages_of(told: dict[str, Any]) -> Any:
    """All that search makes of a question, less how long it took."""
    return told["stages"], told["confidence"], told["answerable"], told["wordings"], told["answer"]["text"]


@pytest.fixture
async def shelf(kefu: Served) -> Served:
    said = ("星环手环的米兰扣怎么换。", "米饭要煮二十分钟。", "手环出现破音时请重启。", "环形跑道在米兰。")
    await add_document(kefu.tools[SearchTools], "说明", passages(*said))
    return kefu


@pytest.fixture
async def client(shelf: Served) -> httpx.AsyncClient:
    return await shelf.keyed(Role.ADMIN)


async def saved(kefu: Served, client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    """Saves a list and indexes anew what it touches, as the job does."""
    served = kefu.tools[WordsTools]
    assert (await client.put("/api/v1/words", json={"number": 0, **body})).status_code == 200
    job_id = (await client.get("/api/v1/words")).json()["job_id"]
    if job_id:
        await reindex_words(WordsTools(served.search, JobTools(served.database, FakeBell()), served.bank), UUID(job_id))


@pytest.mark.parametrize("body", [SYNONYMS, PROTECTED], ids=["synonyms", "protected"])
async def test_an_unsaved_list_shows_what_saving_it_does(
    shelf: Served, client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    before = await probe(client, QUESTION)
    tried = await probe(client, QUESTION, words=body)
    assert stages_of(tried) != stages_of(before)
    assert stages_of(await probe(client, QUESTION)) == stages_of(before)
    assert (await client.get("/api/v1/words")).json()["number"] == 0
    await saved(shelf, client, body)
    assert stages_of(await probe(client, QUESTION)) == stages_of(tried)


async def test_it_tells_how_many_passages_would_be_indexed_anew(client: httpx.AsyncClient) -> None:
    assert (await probe(client, QUESTION))["words"] is None
    tried = await probe(client, QUESTION, words=PROTECTED)
    assert tried["words"] == {"indexed_anew": 1, "looked_at": 4, "passages": 4}
    untouched = await probe(client, QUESTION, words=SYNONYMS)
    assert untouched["words"] == {"indexed_anew": 0, "looked_at": 0, "passages": 0}


async def test_a_list_of_one_base_is_tried_for_that_base(client: httpx.AsyncClient) -> None:
    [base] = (await client.get("/api/v1/hit-test/choices")).json()["bases"]
    shared = await probe(client, QUESTION, words=PROTECTED)
    own = await probe(client, QUESTION, words={**PROTECTED, "base_id": base["base_id"]})
    assert stages_of(own) == stages_of(shared)
    unknown = {"question": QUESTION, "words": {**PROTECTED, "base_id": "00000000-0000-7000-8000-000000000000"}}
    assert (await client.post("/api/v1/hit-test", json=unknown)).status_code == 404


async def test_of_a_large_base_what_the_question_finds_is_looked_at_first(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "LOOK_S", 0.0)
    monkeypatch.setattr(rehearsal, "BATCH", 1)
    tried = await probe(client, "米兰扣怎么换", words=PROTECTED)
    assert tried["words"]["indexed_anew"] == 1 and tried["words"]["looked_at"] <= tried["words"]["passages"] == 4


async def test_other_phrasings_are_asked_with_the_same_list(client: httpx.AsyncClient) -> None:
    expected = [{"source": "说明", "text": "手环出现破音时请重启。"}]
    body = {"question": QUESTION, "phrasings": ["沙沙声"], "expected": expected}
    ranks = [
        (await client.post("/api/v1/hit-test/phrasings", json={**body, **more})).json()["items"][0]["rank"]
        for more in ({}, {"words": SYNONYMS})
    ]
    assert ranks[0] != 1 and ranks[1] == 1
