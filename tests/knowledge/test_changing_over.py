"""Before and after the switch: the gate, the threshold by figures, roll-back, retiring, and all of it over HTTP."""

import itertools
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from app.accounts import Role
from app.adapters.langchain_embeddings import embedders_at
from app.adapters.secret_box import SecretBox
from app.kernel.database import Database, Session
from app.kernel.events import Announcer
from app.knowledge import (
    Candidate,
    Embedders,
    EmbedderTools,
    Pace,
    RunState,
    SearchChanged,
    SearchOptions,
    SearchTools,
    add_faq,
    list_embedders,
    open_run,
    resume,
    roll_back,
    switch,
)
from app.knowledge.embedding.candidates import add_candidate, change_candidate, checked_address
from app.knowledge.embedding.change_over import retire
from app.knowledge.embedding.errors import BadAddress, CandidateExists, GateRefused, NotPast
from app.knowledge.embedding.runs import compare_again
from app.knowledge.embedding.threshold import choose, pick, points_of
from app.knowledge.errors import EmbedderUnavailable, ReembedRunning
from tests.fakes.bell import FakeBell
from tests.fakes.embed_server import EmbedServer, embed_server
from tests.fakes.question_bank import FakeBank
from tests.knowledge.indexing import add_document, passages
from tests.knowledge.reembedding import filled, worked_off
from tests.serving import Served

THINGS, WAYS = ("退货", "发票", "保修", "快递", "会员", "电池"), ("的流程", "多久", "怎么办", "费用", "条件")
SUBJECTS = [thing + way for thing in THINGS for way in WAYS]
BOX = SecretBox(b"k" * 40)


@pytest.fixture
async def server() -> AsyncIterator[EmbedServer]:
    async with embed_server() as running:
        yield running


@pytest.fixture
def bank() -> FakeBank:
    return FakeBank()


@pytest.fixture
def heard() -> list[SearchChanged]:
    return []


@pytest.fixture
async def tools(
    database: Database, bell: FakeBell, bank: FakeBank, heard: list[SearchChanged]
) -> AsyncIterator[EmbedderTools]:
    """Weight-free, with regression questions, and room for candidates."""
    announcer = Announcer()

    async def hear(session: Session, event: SearchChanged) -> None:
        heard.append(event)

    announcer.listen(SearchChanged, hear)
    search = SearchTools(database, Embedders(database, embedders_at(None, None, BOX)))
    for subject in SUBJECTS:
        await add_faq(search, [f"请问{subject}？"], f"关于{subject}，请看帮助页。")
    yield EmbedderTools(search, bell, BOX, bank=bank, announcer=announcer, pace=Pace(waits=(0.0,)))
    await search.embedders.close()


async def audit(tools: EmbedderTools) -> list[tuple[str, dict[str, object]]]:
    async with tools.database.reading() as session:
        rows = await session.execute(text("SELECT action, details FROM audit_entry ORDER BY id"))
        return [(row.action, row.details) for row in rows]


async def test_both_embedders_are_asked_the_regression_questions_before_anybody_may_switch(
    tools: EmbedderTools, bank: FakeBank
) -> None:
    bank.answerable = ["请问退货多久？"]
    run = await filled(tools)
    assert bank.asked == [SearchOptions(embedder_id=run.embedder_id), None, SearchOptions(embedder_id=run.embedder_id)]
    kept = run.comparison
    assert (kept["present"]["recall_at_1"], kept["future"]["recall_at_1"]) == (0.9, 0.8)
    assert kept["verdict"] == {"passes": True, "reasons": []}
    await compare_again(tools, run.id)
    assert (await worked_off(tools)).state is RunState.READY
    assert len(bank.asked) == 6


async def test_a_shut_gate_stops_the_switch_unless_a_reason_overrides_it_which_the_audit_keeps(
    tools: EmbedderTools, bank: FakeBank, heard: list[SearchChanged]
) -> None:
    bank.answerable, bank.passes = ["请问退货多久？"], False
    before = (await tools.search.embedders.present()).id
    run = await filled(tools)
    with pytest.raises(GateRefused) as refused:
        await switch(tools, run.id)
    assert refused.value.extra["reasons"] == ["recall@1 0.9 -> 0.8"]
    assert (await tools.search.embedders.present(fresh=True)).id == before
    assert heard == []
    await switch(tools, run.id, override="新模型支持英文，先用")
    assert (await tools.search.embedders.present(fresh=True)).id == run.embedder_id
    action, details = (await audit(tools))[-1]
    assert action == "embedder.switched"
    assert (details["override"], details["against"]) == ("新模型支持英文，先用", ["recall@1 0.9 -> 0.8"])
    assert heard == [SearchChanged("embedder", str(run.embedder_id))]


async def test_a_run_that_switches_by_itself_waits_for_a_person_where_the_gate_is_shut(
    tools: EmbedderTools, bank: FakeBank
) -> None:
    bank.passes = False
    await open_run(tools, None, then_switch=True)
    run = await worked_off(tools)
    assert (run.state, run.then_switch) == (RunState.READY, False)


def test_the_threshold_is_the_least_that_keeps_false_answers_to_the_target() -> None:
    unanswerable = [number / 100 for number in range(100)]
    answerable = [0.5 + number / 200 for number in range(100)]
    points = points_of(answerable, unanswerable)
    assert points[0][:2] == (0.0, 1.0) and len(points) <= 62
    assert all(first[1] >= after[1] for first, after in itertools.pairwise(points))
    assert all((first[2] or 0) <= (after[2] or 0) for first, after in itertools.pairwise(points))
    chosen = pick(points, 0.1)
    assert sum(value >= chosen for value in unanswerable) <= 10
    assert 0.88 <= chosen <= 0.93
    assert pick(points, 0.0) > max(unanswerable)


async def test_enough_labelled_questions_decide_the_threshold_and_few_do_not(
    tools: EmbedderTools, bank: FakeBank
) -> None:
    bank.answerable, bank.refused = [f"请问{subject}？" for subject in SUBJECTS], ["明天下雨吗"] * 5
    run = await filled(tools)
    card = (await list_embedders(tools))[0]
    assert card.id == run.embedder_id and card.calibration["source"] == "calibrated"
    bank.refused = [f"红烧肉要放几勺{what}" for what in SUBJECTS]
    await compare_again(tools, run.id)
    await worked_off(tools)
    card = (await list_embedders(tools))[0]
    points = card.calibration["points"]
    assert (card.calibration["source"], card.calibration["answerable"]) == ("regression", 30)
    assert card.threshold == pytest.approx(pick(points, 0.02), abs=1e-4)
    assert await choose(tools, card.id, target=0.2) == pytest.approx(pick(points, 0.2), abs=1e-4)
    assert (await list_embedders(tools))[0].calibration["target"] == 0.2


async def test_a_roll_back_goes_even_while_another_embedder_fills_if_nothing_is_missing(tools: EmbedderTools) -> None:
    before = (await tools.search.embedders.present()).id
    run = await filled(tools)
    await switch(tools, run.id)
    await open_run(tools, None)
    assert (await roll_back(tools, before)).at_once
    await add_document(tools.search, "新", passages("后来的段落。"))
    with pytest.raises(ReembedRunning):
        await roll_back(tools, run.embedder_id)


async def test_only_past_embedders_can_be_deleted_and_their_vectors_go(tools: EmbedderTools) -> None:
    before = (await tools.search.embedders.present()).id
    run = await filled(tools)
    with pytest.raises(NotPast):
        await retire(tools, before)
    await switch(tools, run.id)
    with pytest.raises(NotPast):
        await roll_back(tools, run.embedder_id)
    await retire(tools, before)
    assert [card.id for card in await list_embedders(tools)] == [run.embedder_id]


async def test_a_candidates_key_is_sealed_and_sent_to_its_own_server_alone(
    tools: EmbedderTools, server: EmbedServer
) -> None:
    added = await add_candidate(tools, Candidate(None, server.url + "/", "m3"), "sk-very-secret")
    assert added.sealed_key and "very-secret" not in added.sealed_key
    assert added.base_url == server.url
    with pytest.raises(CandidateExists):
        await add_candidate(tools, Candidate(None, server.url, "m3"), None)
    await filled(tools, added)
    assert server.keys == {"Bearer sk-very-secret"}


async def test_the_settings_key_never_goes_to_another_address(server: EmbedServer, database: Database) -> None:
    connect = embedders_at("http://127.0.0.1:9/v1", "sk-of-the-settings", BOX)
    search = SearchTools(database, Embedders(database, connect))
    tools = EmbedderTools(search, FakeBell(), BOX, pace=Pace(waits=()))
    await add_candidate(tools, Candidate(None, server.url, "m3"), None)
    await filled(tools, Candidate(None, server.url, "m3"))
    assert server.keys == {"Bearer none"}


async def test_an_address_repaired_on_the_candidate_is_used_by_the_stopped_run(
    tools: EmbedderTools, server: EmbedServer
) -> None:
    added = await add_candidate(tools, Candidate(None, server.url, "m3"), None)
    opened = await open_run(tools, added)
    assert added.id is not None
    await change_candidate(tools, added.id, base_url="http://127.0.0.1:9/v1")
    run = await worked_off(tools)
    assert (run.state, run.error_code) == (RunState.FAILED, "embedder_unavailable")
    await change_candidate(tools, added.id, base_url=server.url)
    await resume(tools, opened.run_id)
    assert (await worked_off(tools)).state is RunState.READY


async def test_a_key_sealed_by_another_installation_is_told_as_lost(tools: EmbedderTools, server: EmbedServer) -> None:
    foreign = SecretBox(b"x" * 40).seal("sk")
    with pytest.raises(EmbedderUnavailable) as lost:
        await open_run(tools, Candidate(None, server.url, "m3", sealed_key=foreign))
    assert lost.value.code == "embedder_key_lost"


@pytest.mark.parametrize(
    "address",
    ["ftp://h/v1", "file:///etc/passwd", "http://", "//host", "http://u:p@host/v1", "http://h/v1?k=1", "http://h:x"],
)
def test_other_addresses_than_plain_http_are_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        checked_address(address)


async def test_over_http_only_admins_change_embedders(kefu: Served, server: EmbedServer) -> None:
    admin, agent = await kefu.keyed(Role.ADMIN), await kefu.keyed(Role.AGENT)
    form = {"base_url": server.url, "model": "m3", "key": "sk-secret"}
    assert (await agent.post("/api/v1/embedders", json={})).status_code == 403
    assert (await agent.post("/api/v1/embedders/candidates", json=form)).status_code == 403
    assert (await agent.get("/api/v1/embedders")).status_code == 200
    probed = (await admin.post("/api/v1/embedders/candidates/probe", json=form)).json()
    assert (probed["dimensions"], probed["indexable"], probed["error"]) == (64, True, None)
    added = await admin.post("/api/v1/embedders/candidates", json=form)
    assert added.status_code == 201 and "sk-secret" not in added.text and added.json()["has_key"]
    candidate_id = added.json()["candidate_id"]
    server.fault = "garbage"
    broken = await admin.post(f"/api/v1/embedders/candidates/{candidate_id}/probe", headers={"Accept-Language": "en"})
    assert broken.json()["error"]["code"] == "embedder_garbled" and "/v1" in broken.json()["error"]["message"]
    refused = await admin.post("/api/v1/embedders", json={"candidate_id": candidate_id})
    assert (refused.status_code, refused.json()["code"]) == (503, "embedder_garbled")
    server.fault = None
    opened = await admin.post("/api/v1/embedders", json={"candidate_id": candidate_id})
    assert opened.status_code == 202
    second = await admin.post("/api/v1/embedders", json={})
    assert (second.status_code, second.json()["code"]) == (409, "reembed_running")
    run = f"/api/v1/embedders/runs/{opened.json()['run_id']}"
    early = await admin.post(f"{run}/switch", json={})
    assert (early.status_code, early.json()["code"]) == (409, "embed_run_state")
    assert (await admin.post(f"{run}/pause")).status_code == 204
    used = await admin.delete(f"/api/v1/embedders/candidates/{candidate_id}")
    assert (used.status_code, used.json()["code"]) == (409, "embedder_candidate_used")
    seen = (await admin.get("/api/v1/embedders")).json()
    assert seen["run"]["state"] == "paused" and not seen["unused_server"]
    assert (await admin.post(f"{run}/cancel")).status_code == 204
    assert (await admin.delete(f"/api/v1/embedders/candidates/{candidate_id}")).status_code == 204
    for bad in ({"kind": "magic"}, {"target": 0.9}, {"unknown": 1}):
        assert (await admin.post("/api/v1/embedders", json=bad)).status_code == 422


async def test_the_state_of_things_comes_live(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    seen: list[str] = []
    async with admin.stream("GET", "/api/v1/embedders/events") as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data:"):
                continue
            seen.append(line)
            if len(seen) == 1:
                assert '"run":null' in line
                await admin.post("/api/v1/embedders", json={"kind": "hashed"})
            elif '"state":"running"' in line:
                break
    assert '"stage":"fit"' in seen[-1]
