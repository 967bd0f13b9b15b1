"""Sets of questions, runs over them, what changed since the last run, and the gate."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app.accounts import Role
from app.evaluation import EvaluationTools, RegressionQuestions
from app.kernel.events import Announcer
from app.knowledge import SearchChanged, SearchOptions, SearchTools
from app.knowledge.store.chunks import remove_chunks
from tests.evaluation.conftest import RETURNS, Work
from tests.knowledge.indexing import index_document, passages
from tests.serving import Served


async def ran(admin: httpx.AsyncClient, work: Work, **body: Any) -> dict[str, Any]:
    """A run opened over HTTP and done."""
    opened = await admin.post("/api/v1/evaluations", json=body)
    assert opened.status_code == 202, opened.text
    await work()
    found: dict[str, Any] = (await admin.get(opened.headers["location"])).json()
    assert found["run"]["state"] == "done", found["run"]
    return found


async def test_a_run_asks_search_and_the_pipeline_and_keeps_its_figures(
    admin: httpx.AsyncClient, questions: str, work: Work
) -> None:
    found = await ran(admin, work, set_id=questions)
    figures = found["run"]["figures"]
    assert (figures["questions"], figures["passed"], figures["recall_at_1"], figures["false_answers"]) == (
        3,
        3,
        1.0,
        0.0,
    )
    returns, address, weather = found["rows"]
    assert returns["ranks"]["reranked"] == 1 and address["outcome"] in ("faq", "answered")
    assert weather["outcome"] not in ("faq", "answered") and weather["passed"]
    assert found["run"]["verdict"] is None and found["run"]["compared_with"] is None
    job = (await admin.get(f"/api/v1/jobs/{found['run']['job_id']}")).json()
    assert (job["state"], job["progress"]) == ("succeeded", {"done": 3, "total": 3, "unit": "questions"})


async def test_a_later_run_says_what_broke_and_the_gate_closes(
    shop: Served, admin: httpx.AsyncClient, questions: str, work: Work
) -> None:
    first = await ran(admin, work, set_id=questions)
    search: SearchTools = shop.tools[SearchTools]
    hits = (await admin.post("/api/v1/search", json={"query": RETURNS})).json()["hits"]
    async with search.database.transaction() as session:
        await remove_chunks(session, UUID(hits[0]["base_id"]), UUID(hits[0]["document_id"]))
    second = await ran(admin, work, set_id=questions)
    assert (second["broken"], second["fixed"]) == (1, 0)
    assert second["run"]["compared_with"] == first["run"]["run_id"]
    verdict = second["run"]["verdict"]
    assert not verdict["passes"] and verdict["reasons"][0].startswith("broken_musts count=1")
    assert "必过" in verdict["sentences"][0]
    await index_document(search, UUID(hits[0]["document_id"]), "购物须知", passages(RETURNS), 2)
    third = await ran(admin, work, set_id=questions)
    assert (third["broken"], third["fixed"], third["run"]["verdict"]["passes"]) == (0, 1, True)


async def test_the_gate_keeps_rules_that_staff_set_and_the_audit_knows(
    shop: Served, admin: httpx.AsyncClient, questions: str
) -> None:
    born = (await admin.get("/api/v1/regression/gate")).json()
    assert born["broken_musts"] == 0 and born["mrr_fall"] is None
    loose = {**born, "broken_musts": None, "recall_at_5_fall": 1.0, "false_refusals_rise": None}
    assert (await admin.put("/api/v1/regression/gate", json=loose)).json() == loose
    bank = RegressionQuestions(shop.tools[EvaluationTools])
    before, after = await bank.measure(None), await bank.measure(SearchOptions(threshold=1.0))
    assert after.false_refusals > before.false_refusals
    assert (await bank.verdict(before, after)).passes
    await admin.put("/api/v1/regression/gate", json=born)
    verdict = await bank.verdict(before, after)
    assert not verdict.passes and any("False refusals" in said for said in verdict.sentences("en"))


async def test_a_bank_without_questions_measures_nothing_and_lets_changes_pass(shop: Served) -> None:
    bank = RegressionQuestions(shop.tools[EvaluationTools])
    nothing = await bank.measure(None)
    assert (nothing.questions, nothing.rows) == (0, ())
    assert (await bank.verdict(nothing, nothing)).passes


async def test_a_change_of_search_asks_the_questions_once_by_itself(
    shop: Served, admin: httpx.AsyncClient, questions: str, work: Work
) -> None:
    search: SearchTools = shop.tools[SearchTools]
    announcer: Announcer = shop.tools[Announcer]
    for _ in range(2):
        async with search.database.transaction() as session:
            await announcer.announce(session, SearchChanged("words", "test"))
    runs = (await admin.get("/api/v1/evaluations")).json()["items"]
    assert [(run["cause"], run["state"], run["questions"]) for run in runs] == [("words", "queued", 3)]
    await work()
    assert (await admin.get("/api/v1/evaluations")).json()["items"][0]["state"] == "done"


async def test_a_run_that_was_cut_goes_on_where_it_was(admin: httpx.AsyncClient, questions: str, shop: Served) -> None:
    from app.evaluation import runs
    from app.evaluation.ask import judge
    from app.evaluation.store import runs as store

    tools: EvaluationTools = shop.tools[EvaluationTools]
    run = await runs.open_run(tools, None)
    async with tools.database.reading() as session:
        [first, *_] = await store.result_rows(session, run.id)
    judged = await judge(tools, first.question, None, compose=True)
    marked = type(judged)(**{**vars(judged), "answer": "kept from before"})
    async with tools.database.transaction() as session:
        assert await store.keep_judged(session, run.id, first.position, marked) == 1
    assert run.job_id is not None
    await runs.do_run(tools, run.job_id)
    rows = await runs.run_rows(tools, run.id)
    assert [row.judged is not None for row in rows] == [True] * 3
    assert rows[0].judged is not None and rows[0].judged.answer == "kept from before"


async def test_a_waiting_run_can_be_cancelled(admin: httpx.AsyncClient, questions: str) -> None:
    opened = await admin.post("/api/v1/evaluations", json={"set_id": questions})
    cancelled = await admin.post(opened.headers["location"] + "/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    again = await admin.post(opened.headers["location"] + "/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "job_ended")


async def test_two_people_changing_one_question_do_not_overwrite_each_other(
    admin: httpx.AsyncClient, questions: str
) -> None:
    [kept, *_] = (await admin.get(f"/api/v1/regression/sets/{questions}/questions")).json()["items"]
    path = f"/api/v1/regression/questions/{kept['question_id']}"
    body = {name: kept[name] for name in ("text", "locale", "expected", "must_say", "version")}
    assert (await admin.put(path, json={**body, "note": "mine"})).status_code == 200
    late = await admin.put(path, json={**body, "note": "theirs"})
    assert (late.status_code, late.json()["code"]) == (409, "regression_question_changed")
    assert (await admin.get(path)).json()["note"] == "mine"


async def test_the_same_question_is_kept_once(admin: httpx.AsyncClient, questions: str) -> None:
    body = {"questions": [{"text": "退货的运费谁出"}, {"text": "新问题"}, {"text": "新问题"}], "origin": "trace"}
    added = (await admin.post(f"/api/v1/regression/sets/{questions}/questions", json=body)).json()
    assert (len(added["question_ids"]), added["known"]) == (1, 2)


async def test_nothing_to_ask_is_said_so(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/api/v1/evaluations", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_regression_questions")


@pytest.mark.parametrize(("role", "reads", "writes"), [(Role.INTEGRATOR, 403, 403), (Role.AGENT, 200, 403)])
async def test_agents_read_and_supervisors_write(shop: Served, role: Role, reads: int, writes: int) -> None:
    client = await shop.keyed(role)
    assert (await client.get("/api/v1/regression/sets")).status_code == reads
    assert (await client.post("/api/v1/regression/sets", json={"name": "x"})).status_code == writes
    supervisor = await shop.keyed(Role.SUPERVISOR)
    assert (await supervisor.post("/api/v1/regression/sets", json={"name": "x"})).status_code == 201
