"""Inspection: the seed's sample, what rules and judge propose, scores, recheck by a second person, appeal, privacy."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.accounts import Role
from app.answering import Outcome
from app.conversations import Message
from app.escalation.inspection.checks import pre_score
from app.escalation.inspection.domain import Criterion, Mark, Part, Plan, Why, default_form, score_of
from app.escalation.inspection.judging import judged, read_marks
from app.escalation.inspection.sampling import reasons, sample
from app.escalation.inspection.store import Candidate
from app.escalation.inspection.tools import InspectionTools
from app.kernel.clock import now
from app.kernel.database import Database
from app.kernel.ids import new_id
from app.model_registry import ChatDelta, ChatMessage
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served

A, B = Criterion("a", "A", 30), Criterion("b", "B", 10, fatal=True)


@pytest.mark.parametrize(
    ("a", "b", "score", "fatal"),
    [
        (Mark.YES, Mark.YES, 100.0, False),
        (Mark.PARTLY, Mark.YES, 62.5, False),
        (Mark.NO, Mark.SKIP, 0.0, False),
        (Mark.YES, Mark.NO, 0.0, True),
        (Mark.SKIP, Mark.SKIP, None, False),
    ],
    ids=str,
)
def test_a_score_is_the_weighted_mean_and_a_fatal_line_makes_it_nothing(
    a: Mark, b: Mark, score: float | None, fatal: bool
) -> None:
    assert score_of((A, B), {"a": a, "b": b}) == (score, fatal)


def test_the_seed_chooses_the_same_share_every_time_and_rules_come_beside_it() -> None:
    ids, staff, group = [UUID(int=n) for n in range(20_000)], UUID(int=7), UUID(int=8)
    plan = Plan(share_agent=10, by_agent={staff: 50}, by_queue={group: 0})
    chosen = [id for id in ids if plan.takes(id, Part.AGENT, 10)]
    assert 1_800 < len(chosen) < 2_200 and chosen == [id for id in ids if plan.takes(id, Part.AGENT, 10)]
    other = [id for id in ids if Plan(seed="x").takes(id, Part.AGENT, 10)]
    assert len(set(chosen) & set(other)) < 400, "another seed, another sample"
    assert (plan.share(Part.AGENT, group, staff), plan.share(Part.AGENT, group, None)) == (50, 0)
    none = Plan(share_agent=0, share_bot=0, rules=(Why.DOWN_VOTED, Why.LONG_WAIT))
    facts = {"down_voted": True, "waited_s": 700, "sla_breach": True}
    assert reasons(none, Candidate(ids[0], Part.BOT, None, "", None, facts)) == (Why.DOWN_VOTED, Why.LONG_WAIT)
    assert reasons(none, Candidate(ids[0], Part.BOT, None, "", None, {})) == ()


def said(*lines: tuple[str, str, int, str | None]) -> list[Message]:
    begin = datetime(2026, 11, 20, tzinfo=UTC)
    return [
        Message(UUID(int=n), UUID(int=0), n, role, text, begin + timedelta(seconds=at), outcome=outcome)
        for n, (role, text, at, outcome) in enumerate(lines)
    ]


def test_rules_say_what_they_see_before_anybody_looks() -> None:
    form = default_form()
    talk = said(
        ("customer", "包裹没到", 0, None),
        ("agent", "这不归我管", 400, None),
        ("customer", "那归谁管？", 410, None),
    )
    found = {one.key: (one.mark, one.reason) for one in pre_score(form, Part.AGENT, talk)}
    assert found == {
        "greeting": (Mark.NO, "这不归我管"),
        "answered": (Mark.NO, "那归谁管？"),
        "timely": (Mark.NO, "400 s"),
        "forbidden": (Mark.NO, "不归我管"),
    }
    bot = said(("customer", "能退吗", 0, None), ("bot", "可以", 1, "answered"), ("bot", "没有找到", 2, "refused"))
    found = {one.key: (one.mark, one.reason) for one in pre_score(form, Part.BOT, bot)}
    assert found["answered"] == (Mark.PARTLY, "1 / 2") and found["grounded"] == (Mark.NO, "0 / 1")


class Judge:
    """A model that says what it is told to."""

    def __init__(self, words: str):
        self.words = words

    async def stream(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, temperature: float
    ) -> AsyncGenerator[ChatDelta, None]:
        for piece in (self.words[:5], self.words[5:]):
            yield ChatDelta(piece)


async def test_a_judge_proposes_only_what_the_form_asks_and_nonsense_is_nothing() -> None:
    talk, lines = said(("agent", "好的", 0, None)), (A, B)
    words = '好的 {"marks": {"a": {"mark": "partly", "reason": "短"}, "c": {"mark": "no"}, "b": {"mark": "maybe"}}}'
    judge: Any = Judge(words)
    found = await judged(judge, lines, "agent", talk)
    assert [(one.key, one.mark, one.reason, one.by) for one in found] == [("a", Mark.PARTLY, "短", "judge")]
    assert await judged(None, lines, "agent", talk) == ()
    for nonsense in ("", "{", "[]", '{"marks": []}', '{"marks": {"a": 1}}', '{"scores": {}}'):
        assert read_marks(nonsense, {"a"}) == ()


async def ended(served: Served, agent: httpx.AsyncClient, words: str) -> Customer:
    customer = await Customer.begin(served.client())
    await customer.ask("能退吗？")
    await agent.post(f"{customer.path}/take-over")
    await agent.post(f"{customer.path}/replies", json={"client_id": str(new_id()), "text": words})
    assert (await agent.post(f"{customer.path}/close", json={"outcome": "resolved"})).status_code == 200
    return customer


async def test_score_recheck_and_appeal_with_agents_seeing_their_own_alone(
    chat: Served, database: Database, answerer: FakeAnswerer
) -> None:
    answerer.outcome = Outcome.REFUSED
    boss, second = await chat.signed_in(Role.SUPERVISOR), await chat.signed_in(Role.ADMIN)
    lin, zhao = await chat.signed_in(Role.AGENT), await chat.signed_in(Role.AGENT, "zhao@example.com")
    await ended(chat, lin, "您好，可以退。")
    form = (await boss.get("/api/v1/inspections/form")).json()
    assert (form["version"], form["plan"]["seed"]) == (0, "kefu")
    plan = {**form["plan"], "share_agent": 100, "share_bot": 0, "rules": []}
    wanted = {"criteria": form["criteria"], "plan": plan, "version": 0}
    assert (await lin.put("/api/v1/inspections/form", json=wanted)).status_code == 403
    assert (await boss.put("/api/v1/inspections/form", json=wanted)).json()["version"] == 1
    late = await boss.put("/api/v1/inspections/form", json=wanted)
    assert (late.status_code, late.json()["code"]) == (409, "inspection_form_changed")
    tools = InspectionTools(database)
    assert (await sample(tools), await sample(tools)) == (1, 0), "safe to run twice"
    items = (await boss.get("/api/v1/inspections", params={"state": "open"})).json()["items"]
    assert [(one["part"], one["why"], one["score"]) for one in items] == [("agent", ["sample"], None)]
    assert (await lin.get("/api/v1/inspections")).json()["items"] == [], "not before it is scored"
    path = f"/api/v1/inspections/{items[0]['inspection_id']}"
    assert (await lin.get(path)).status_code == 404
    opened = (await boss.get(path)).json()
    keys = [one["key"] for one in opened["criteria"]]
    assert "grounded" not in keys and len(opened["said"]) >= 3
    proposed = {one["key"]: one["mark"] for one in opened["inspection"]["findings"]}
    assert proposed["greeting"] == "yes" and proposed["forbidden"] == "yes"
    marks = dict.fromkeys(keys, "yes")
    body = {"marks": {**marks, "tone": "no"}, "note": "语气生硬", "revision": 1}
    wrong = await boss.post(f"{path}/score", json={**body, "marks": {"tone": "no"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "inspection_wrong_marks")
    scored = (await boss.post(f"{path}/score", json=body)).json()
    assert (scored["score"], scored["state"], scored["revision"]) == (81.8, "scored", 2)
    assert (await boss.post(f"{path}/score", json=body)).json()["code"] == "inspection_changed"
    own = (await lin.get("/api/v1/inspections")).json()["items"]
    assert [(one["score"], one["own"]) for one in own] == [(81.8, True)]
    assert (await zhao.get(path)).status_code == 404 and (await zhao.get("/api/v1/inspections")).json()["items"] == []
    assert (await zhao.post(f"{path}/appeal", json={"text": "x", "revision": 2})).status_code == 404
    appealed = (await lin.post(f"{path}/appeal", json={"text": "我道过歉", "revision": 2})).json()
    assert appealed["state"] == "appealed"
    again = {"marks": marks, "note": "同意", "revision": 3}
    assert (await boss.post(f"{path}/recheck", json=again)).json()["code"] == "inspection_own_work"
    rechecked = (await second.post(f"{path}/recheck", json=again)).json()
    assert (rechecked["score"], rechecked["recheck"]["first"]["score"]) == (100.0, 81.8)
    answered = await boss.post(f"{path}/answer", json={"text": "复检后改了分", "revision": 4})
    assert (answered.json()["state"], answered.json()["appeal"]["answer"]) == ("settled", "复检后改了分")
    results = (await lin.get("/api/v1/inspections/results")).json()["items"]
    assert [(one["n"], one["score"], one["appeals"]) for one in results] == [(1, 100.0, 1)]
    assert (await zhao.get("/api/v1/inspections/results")).json()["items"] == []
    trail = (await second.get("/api/v1/audit", params={"limit": 50})).text
    assert all(f"inspection.{step}" in trail for step in ("form", "score", "appeal", "recheck", "answer"))


async def test_nobody_scores_their_own_work_and_a_supervisor_adds_one_by_hand(chat: Served, database: Database) -> None:
    boss = await chat.signed_in(Role.SUPERVISOR)
    customer = await ended(chat, boss, "可以退。")
    form = {"conversation_id": customer.conversation_id}
    assert (await boss.post("/api/v1/inspections", json=form)).json() == {"added": 2}
    assert (await boss.post("/api/v1/inspections", json=form)).json()["code"] == "inspection_nothing"
    auditor = await chat.keyed(Role.ADMIN)
    assert (await auditor.get("/api/v1/audit", params={"limit": 50})).text.count("inspection.add") == 1
    items = (await boss.get("/api/v1/inspections")).json()["items"]
    assert {one["part"] for one in items} == {"agent", "bot"} and items[0]["why"] == ["by_hand"]
    own = next(one for one in items if one["part"] == "agent")
    refused = await boss.post(f"/api/v1/inspections/{own['inspection_id']}/score", json={"marks": {}, "revision": 1})
    assert (refused.status_code, refused.json()["code"]) == (403, "inspection_own_work")
    assert await sample(InspectionTools(database), now() + timedelta(hours=2)) == 0
