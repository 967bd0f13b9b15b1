"""Runs over labelled questions: asked by a worker, kept, compared with the last, and told as a table."""

import csv
import io
from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest

from app.accounts import Role
from app.evaluation import EvaluationTools
from app.evaluation.answers import Judged, Labelled, change_between, do_run, figures, get_run, judge, run_now, run_rows
from app.jobs import JobState, list_jobs
from app.kernel.ids import new_id
from tests.evaluation.conftest import RETURNS
from tests.fakes.chat_model import FakeChatModel, FakeModels
from tests.serving import Served

PATH = "/api/v1/answer-evaluations"
LINES: list[dict[str, Any]] = [
    {"qid": "a", "question": "退货的运费谁出", "documents": ["购物须知"], "references": ["买家承担", "由买家承担邮费"]},
    {"qid": "b", "question": "地址写错了怎么办", "must_contain": [["修改地址"]]},
    {"qid": "c", "question": "明天上海会下雨吗", "answerable": False},
    {
        "qid": "d",
        "question": "那运费呢？",
        "history": [{"role": "customer", "text": "怎么退货"}, {"role": "bot", "text": RETURNS}],
        "must_contain": [["买家"]],
    },
]
FILE = "\n".join(orjson.dumps(line).decode() for line in LINES)


async def start(client: httpx.AsyncClient, data: str = FILE, name: str = "必问.jsonl") -> httpx.Response:
    return await client.post(PATH, files={"file": (name, data.encode(), "application/jsonl")})


async def work(shop: Served) -> None:
    """Does every waiting run, as a worker would."""
    tools: EvaluationTools = shop.tools[EvaluationTools]
    for job in await list_jobs(tools.database, states=[JobState.QUEUED], kind="answer_evaluation"):
        await do_run(tools, job.id)


async def test_a_file_is_asked_judged_kept_and_compared(shop: Served, admin: httpx.AsyncClient) -> None:
    begun = await start(admin)
    assert begun.status_code == 202 and begun.json()["state"] == "queued", begun.text
    first = begun.json()["run_id"]
    assert (await admin.get(f"{PATH}/{first}/result")).status_code == 409
    await work(shop)
    found = (await admin.get(f"{PATH}/{first}")).json()
    told = found["run"]["figures"]
    assert found["run"]["state"] == "done" and found["run"]["done"] == 4 and found["before"] is None
    assert (told["right"], told["refusal_recall"], told["refusal_precision"]) == (1.0, 1.0, 1.0), found["rows"]
    assert (told["citation_precision"], told["citation_recall"], told["grounded"]) == (1.0, 1.0, 1.0)
    assert list(told)[:2] == ["questions", "right"], "in the order of the page, not of the database"
    assert told["multi_turn_right"] == 1.0 and told["contains"] == 1.0 and 0 < told["f1"] < 1 and told["failed"] == 0
    changed = [{**LINES[0], "must_contain": [["卖家"]], "references": []}, *LINES[1:]]
    again = (await start(admin, "\n".join(orjson.dumps(line).decode() for line in changed))).json()["run_id"]
    await work(shop)
    beside = (await admin.get(f"{PATH}/{again}")).json()
    assert (beside["broken"], beside["fixed"], beside["before"]["run_id"]) == (1, 0, first)
    assert beside["rows"][0]["change"] == "broken" and beside["rows"][0]["judged"]["problem"] == "words_missing"
    backwards = (await admin.get(f"{PATH}/{first}?against={again}")).json()
    assert (backwards["broken"], backwards["fixed"]) == (0, 1)
    shown = await admin.get(f"{PATH}/{again}/result", headers={"Accept-Language": "en"})
    table = list(csv.DictReader(io.StringIO(shown.text.removeprefix("\ufeff"))))
    assert [row["qid"] for row in table] == ["a", "b", "c", "d"] and table[0]["change"] == "broken"
    assert table[0]["before_outcome"] == "answered" and RETURNS in table[0]["before_answer"]
    listed = (await admin.get(f"{PATH}?name=必问")).json()["items"]
    assert [one["run_id"] for one in listed] == [again, first]
    assert (await admin.get(f"{PATH}/names")).json()["items"] == ["必问"]


async def test_a_regression_set_is_asked_by_its_own_labels(
    shop: Served, admin: httpx.AsyncClient, questions: str
) -> None:
    begun = await admin.post(PATH, data={"set_id": questions})
    assert begun.status_code == 202 and begun.json()["name"] == "上线前必问"
    await work(shop)
    found = (await admin.get(f"{PATH}/{begun.json()['run_id']}")).json()
    assert [row["judged"]["problem"] for row in found["rows"]] == ["", "", ""], found["rows"]
    assert found["run"]["figures"]["citation_recall"] == 1.0


async def test_a_bad_start_is_refused_with_the_reason(shop: Served, admin: httpx.AsyncClient) -> None:
    assert (await admin.post(PATH, data={})).json()["code"] == "no_regression_questions"
    assert (await admin.post(PATH, data={"set_id": str(new_id())})).status_code == 404
    assert (await start(admin, "")).json()["code"] == "no_regression_questions"
    for bad in ("not json", '{"qid": 1}', '{"question": " "}', '{"question": "?", "history": [{"role": "bot"}]}'):
        refused = await start(admin, f"{FILE}\n{bad}")
        assert refused.json()["code"] == "question_file_unreadable" and "5" in refused.json()["detail"], refused.text
    agent, integrator = await shop.keyed(Role.AGENT), await shop.keyed(Role.INTEGRATOR)
    assert (await start(agent)).status_code == 403 and (await agent.get(PATH)).status_code == 200
    assert (await integrator.get(PATH)).status_code == 403
    assert (await admin.get(f"{PATH}/{new_id()}")).status_code == 404


async def test_a_cut_run_goes_on_where_it_was_and_a_cancelled_one_ends(shop: Served, admin: httpx.AsyncClient) -> None:
    tools: EvaluationTools = shop.tools[EvaluationTools]
    run_id = (await start(admin)).json()["run_id"]
    cancelled = await admin.post(f"{PATH}/{run_id}/cancel")
    assert cancelled.status_code == 202 and cancelled.json()["state"] == "cancelled"
    await work(shop)
    assert (await admin.get(f"{PATH}/{run_id}")).json()["run"]["done"] == 0
    kept = (await start(admin)).json()
    await do_run(tools, kept["job_id"])
    before = await run_rows(tools, kept["run_id"])
    await do_run(tools, kept["job_id"])  # rung twice
    assert await run_rows(tools, kept["run_id"]) == before
    assert (await get_run(tools, kept["run_id"])).done == 4


async def test_a_judging_model_is_asked_when_there_is_one(shop: Served) -> None:
    tools: EvaluationTools = shop.tools[EvaluationTools]
    asked = Labelled("a", "退货的运费谁出", "zh-CN", True)
    assert (await judge(tools, asked, {})).judged_grounded is None
    judging = FakeChatModel(['{"sentences": 2, ', '"supported": 1}'])
    found = await judge(replace(tools, judge=judging), asked, {})
    assert found.judged_grounded == 0.5 and found.grounded == 1.0
    assert RETURNS in judging.prompts[0][1].content and "退货的运费谁出" in judging.prompts[0][1].content


async def test_a_models_answer_is_judged_by_its_check_and_its_tokens(shop: Served) -> None:
    tools: EvaluationTools = shop.tools[EvaluationTools]
    chat = FakeChatModel(["退货的邮费由买家承担[1]。", "我们另送一台飞机[1]。"])
    answering = replace(tools.answering, models=FakeModels(chat))
    asked = [Labelled("a", "退货的运费谁出", "zh-CN", True, sources=("购物须知",), references=("买家承担",))]
    run = await run_now(replace(tools, answering=answering), "有模型", asked, {})
    (row,) = await run_rows(tools, run.id)
    assert row.judged is not None and row.judged.composer == "generative", row
    assert row.judged.grounded == 0.5 and row.judged.completion_tokens == 2 and row.judged.prompt_tokens == 120
    assert run.settings["model"] == "fake" and run.figures is not None and run.figures["completion_tokens"] == 2


def test_figures_are_told_only_of_what_there_is() -> None:
    right = Judged("answered", "七天", 10.0, says_right=True, cited=("甲", "乙"), right_cites=(True, False))
    refused = Judged("refused", "不知道", 30.0)
    inside = Labelled("a", "?", "zh-CN", True, sources=("甲",))
    outside = Labelled("b", "?", "en", False)
    found = figures([(inside, right), (inside, refused), (outside, refused), (outside, replace(right, cited=()))])
    assert (found["right"], found["citation_precision"], found["citation_recall"]) == (0.5, 0.5, 0.5)
    assert (found["refusal_precision"], found["refusal_recall"], found["false_answer"]) == (0.5, 0.5, 0.5)
    assert (found["ms_p50"], found["ms_p95"]) == (30.0, 30.0)
    assert not {"f1", "multi_turn_right", "judged_grounded", "first_ms_p50"} & found.keys()
    assert "refusal_recall" not in figures([(inside, right)])


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, Judged("answered", "甲", 1), ""),
        (Judged("answered", "甲", 1), Judged("answered", "甲", 9), ""),
        (Judged("answered", "甲", 1), Judged("answered", "乙", 1), "changed"),
        (Judged("answered", "甲", 1), Judged("refused", "乙", 1, problem="not_answered:refused"), "broken"),
        (Judged("failed", "甲", 1, problem="not_answered:failed"), Judged("answered", "乙", 1), "fixed"),
    ],
    ids=["new", "same", "changed", "broken", "fixed"],
)
def test_what_changed_between_two_runs(before: Judged | None, after: Judged, change: str) -> None:
    assert change_between(before, after) == change


def test_a_labelled_question_survives_being_kept() -> None:
    asked = Labelled("a", "?", "en", False, ("s",), (("x", "y"),), "seen", ("r",), (("bot", "hi"),), (), ("no",))
    assert Labelled.from_dict(orjson.loads(orjson.dumps(asked.as_dict()))) == asked
