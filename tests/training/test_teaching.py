"""A big model answers approved questions for a small one to learn: estimated, followed, cancelled, filtered, marked."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text

from app.accounts import Role
from app.bench.script import Script
from app.feedback import FeedbackTools
from app.jobs import JobTools, cancel_job, get_job
from app.kernel.database import Database
from app.kernel.events import Announcer
from app.kernel.settings import Settings
from app.model_registry import ChatDelta, ChatMessage, ChatUsage, ModelRegistryTools, ModelUnavailable, Price
from app.training import Faq, TrainingTools, build_version, do_distillation, forget_conversations
from app.training.collect import change_recipe, current_recipe, newest_of_answers, preview, read_dataset
from app.training.datasets.augment import strays
from app.training.domain import Lesson, Source
from app.training.judging.domain import GateRules, Kind
from app.training.judging.probes import probes_of
from app.training.teaching.answers import fault_of
from app.training.teaching.domain import Distillation, Said
from app.training.teaching.service import Order, expect, get_distillation, start_distillation
from app.training.teaching.wordings import lines_of
from tests.fakes.answers import FakeAnswers
from tests.fakes.bell import FakeBell
from tests.fakes.model_server import model_server
from tests.fakes.training import BlobsInMemory, FakeAdapterServer, FakeCurated, PlainForm, ScriptedTrainer
from tests.serving import serving
from tests.training.test_runs import ADMIN, accept_a_correction

FAQS = {
    "怎么退货？": "签收后 7 天内可以退货，商品要完好。",
    "运费多少？": "订单满 99 元免运费，不满收取 8 元。",
    "怎么自提？": "凭取货码到门店领取，取货码 5 天内有效。",
}


@dataclass
class Teacher:
    """Says what `says` makes of a question; a ModelFailure among it is raised; waits at `held` if there is one."""

    says: Callable[[str], str | Exception]
    held: asyncio.Event | None = None
    finish: str = "stop"
    asked: list[Sequence[ChatMessage]] = field(default_factory=list)

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        model: str | None = None,
        options: Mapping[str, Any] = {},
    ) -> AsyncGenerator[ChatDelta, None]:
        self.asked.append(messages)
        if self.held is not None and len(self.asked) > 1:
            await self.held.wait()
        said = self.says(messages[-1].content)
        if isinstance(said, Exception):
            raise said
        yield ChatDelta(said)
        yield ChatDelta("", self.finish, ChatUsage(100, 40))

    async def default_name(self) -> str:
        return "big"


def full(question: str) -> str:
    return f"您好，{FAQS[question].removesuffix('。')}，欢迎再问。"


@pytest.fixture
def tools(database: Database) -> TrainingTools:
    announcer = Announcer()
    return TrainingTools(
        database=database,
        blobs=BlobsInMemory(),  # type: ignore[arg-type]  # takes whole bytes only, which is all training gives
        jobs=JobTools(database, FakeBell(), announcer, heartbeat_s=0.05),
        models=ModelRegistryTools(database),
        feedback=FeedbackTools(database, FakeAnswers(), announcer),
        curated=FakeCurated([Faq(uuid4(), (question,), answer) for question, answer in FAQS.items()]),
        form=PlainForm(),
        trainer=ScriptedTrainer([]),
        adapters=FakeAdapterServer(),
        base_model="/models/base",
        teacher=Teacher(full),
    )


async def ordered(tools: TrainingTools, most: int = 100) -> Distillation:
    made = await start_distillation(tools, Order("configured", most), ADMIN)
    await do_distillation(tools, made.job_id)
    return await get_distillation(tools, made.id)


async def rows_of(tools: TrainingTools, made: Distillation) -> list[dict[str, Any]]:
    assert made.dataset_id, await get_job(tools.database, made.job_id)
    return [orjson.loads(line) for line in (await read_dataset(tools, made.dataset_id)).splitlines()]


async def test_a_scripted_server_teaches_over_http_and_nothing_is_paid_twice(settings: Settings) -> None:
    faq = {"questions": ["怎么开发票？", "能开专票吗？"], "answer": "在订单页申请电子发票。"}
    async with model_server(Script(first_token_ms=0, rate=0, say="在订单页申请电子发票即可[1]。")) as server:
        told = settings.model_copy(update={"teacher_url": server.url, "teacher_model": "glm-big"})
        async with serving(told) as kefu:
            admin = await kefu.keyed(Role.ADMIN)
            wish = {"teacher": "configured", "price": {"prompt": 10, "completion": 20}}
            base = "/api/v1/datasets/distillations"
            nothing = await admin.post(base, json=wish)
            assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_learn")
            assert (await admin.post("/api/v1/faqs", json=faq)).status_code == 201
            listed = (await admin.get("/api/v1/datasets/teachers")).json()["items"]
            assert listed == [{"teacher": "configured", "name": "glm-big", "price": None}]
            expected = (await admin.post(base + "/estimate", json=wish)).json()
            assert (expected["questions"], expected["known"], expected["seconds"]) == (2, 0, None)
            assert expected["cost"] > 0 and expected["currency"] == "CNY"
            started = await admin.post(base, json=wish)
            assert started.status_code == 202, started.text
            await do_distillation(kefu.tools[TrainingTools], UUID(started.json()["job_id"]))
            done = (await admin.get(started.headers["location"])).json()
            version = (await admin.get(f"/api/v1/datasets/{done['dataset_id']}")).json()
            assert (version["name"], version["manifest"]["by_source"]) == ("distilled", {"synthetic": 2})
            assert version["manifest"]["teaching"]["teacher"] == "glm-big"
            assert version["manifest"]["steps"][0] == done["figures"]["step"]
            used = done["figures"]
            assert used["cost"] == pytest.approx((10 * used["prompt_tokens"] + 20 * used["completion_tokens"]) / 1e6)
            again = (await admin.post(base + "/estimate", json=wish)).json()
            assert (again["known"], again["cost"]) == (2, 0)
            assert server.state.counts["requests"] == 2
            refused = await admin.post(base, json={"teacher": str(uuid4())})
            assert (refused.status_code, refused.json()["code"]) == (409, "no_teacher")
            assert [one["most"] for one in (await admin.get(base)).json()["items"]] == [1_000]


async def test_any_server_can_be_registered_to_be_learnt_from(settings: Settings) -> None:
    async with (
        model_server(Script(first_token_ms=0, rate=0, models="glm-big,other")) as server,
        serving(settings.model_copy(update={"chat_url": server.url})) as kefu,
    ):
        admin = await kefu.keyed(Role.ADMIN)
        refused = await admin.post("/api/v1/models", json={"name": "nobody", "url": server.url})
        assert (refused.status_code, refused.json()["code"]) == (409, "model_not_served")
        made = await admin.post("/api/v1/models", json={"name": "other", "url": server.url})
        assert (made.status_code, made.json()["state"]) == (201, "candidate")
        price = {"prompt": 1, "completion": 2, "currency": "CNY"}
        await admin.put(f"/api/v1/models/{made.json()['model_id']}/price", json=price)
        found = (await admin.get("/api/v1/datasets/teachers")).json()["items"]
        assert {"teacher": made.json()["model_id"], "name": "other", "price": price} in found
        assert {"teacher": "own", "name": "glm-big", "price": None} in found


async def test_a_teachers_rows_are_marked_keep_their_origin_and_are_judged_like_others(tools: TrainingTools) -> None:
    await accept_a_correction(tools)
    teacher = Teacher(lambda asked: "整机保修两年哦。" if "保修" in asked else full(asked))
    made = await ordered(replace(tools, teacher=teacher))
    rows = await rows_of(tools, made)
    assert {row["synthetic"] for row in rows} == {"distilled"} and len(rows) == 4
    assert all("rejected" not in row for row in rows), "a teacher's answer is nobody's preference"
    data = await read_dataset(tools, made.dataset_id or uuid4())
    probes = probes_of(data, {}, GateRules(), [])
    assert {one.question for one in probes if one.kind is Kind.CORRECTED} == {row["question"] for row in rows}
    assert await newest_of_answers(tools) is None, "a weekly run does not take it by itself"


async def test_answers_that_say_other_than_what_is_approved_are_left_out_and_counted(tools: TrainingTools) -> None:
    wrong: dict[str, str | Exception] = {
        "怎么退货？": "签收后 30 天内可以退货，商品要完好。",
        "运费多少？": ModelUnavailable("status_503"),
    }
    made = await ordered(replace(tools, teacher=Teacher(lambda asked: wrong.get(asked) or full(asked))))
    assert [row["question"] for row in await rows_of(tools, made)] == ["怎么自提？"]
    assert made.figures["step"]["codes"] == {"teacher_disagrees": 1, "teacher_failed": 1}


def asked(answer: str) -> Lesson:
    prompt = ({"role": "system", "content": "资料：[1] 订单满 99 元免运费"}, {"role": "user", "content": "运费？"})
    return Lesson(Source.FAQ, uuid4(), "运费？", prompt, answer, "zh-CN")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said("满 99 元免运费[1]。", "stop"), None),
        (Said("运费 8 元，满 99 元免收。", "stop"), None),
        (Said("运费 12 元。", "stop"), "teacher_disagrees"),
        (Said("免运费。", "stop"), "teacher_disagrees"),
        (Said("", "stop"), "teacher_silent"),
        (Said("运费 8 元，满", "length"), "teacher_cut"),
        (Said("Shipping costs 8 yuan.", "stop"), "other_language"),
        (Said("", "teacher_failed"), "teacher_failed"),
    ],
    ids=["marked", "from-source", "other-number", "number-missing", "silent", "cut", "language", "failed"],
)
def test_what_is_wrong_with_an_answer_is_named(said: Said, code: str | None) -> None:
    approved = "满 99 元免运费。" if code is None and "8" not in said.text else "运费 8 元。"
    assert fault_of(asked(approved), said) == code


async def test_personal_values_never_reach_a_teacher(tools: TrainingTools) -> None:
    teacher = Teacher(lambda asked: "可以退款到原账户。")
    told = FakeCurated([Faq(uuid4(), ("我的手机 13812345678 能退款吗？",), "可以退款到原账户。")])
    await ordered(replace(tools, teacher=teacher, curated=told))
    assert teacher.asked and "13812345678" not in str(teacher.asked)


async def test_a_cancelled_order_keeps_its_answers_and_the_next_asks_the_rest(tools: TrainingTools) -> None:
    teacher = Teacher(full, held=asyncio.Event())
    tools = replace(tools, teacher=teacher)
    made = await start_distillation(tools, Order("configured", 100), ADMIN)
    work = asyncio.create_task(do_distillation(tools, made.job_id))
    async with asyncio.timeout(10):
        while (await get_job(tools.database, made.job_id)).done < 1:
            await asyncio.sleep(0.01)
        await cancel_job(tools.jobs, made.job_id)
        await work
    assert (await get_job(tools.database, made.job_id)).state == "cancelled"
    assert (await get_distillation(tools, made.id)).dataset_id is None
    fresh = Teacher(full)
    done = await ordered(replace(tools, teacher=fresh))
    assert (len(fresh.asked), done.figures["asked"], done.figures["answers"]) == (2, 2, 3)


async def test_a_teacher_that_is_away_is_tried_again_later_and_costs_nothing(tools: TrainingTools) -> None:
    tools = replace(tools, teacher=Teacher(lambda _: ModelUnavailable("connect")))
    made = await start_distillation(tools, Order("configured", 100), ADMIN)
    await do_distillation(tools, made.job_id)
    job = await get_job(tools.database, made.job_id)
    assert (job.state, job.error_code) == ("queued", "teacher_unavailable"), "put back for another try"


async def test_what_a_teacher_said_to_an_erased_customers_question_is_forgotten(tools: TrainingTools) -> None:
    await accept_a_correction(tools)
    await ordered(replace(tools, teacher=Teacher(lambda asked: "整机保修两年哦。" if "保修" in asked else full(asked))))
    async with tools.database.transaction() as session:
        ids = list(
            await session.scalars(text("SELECT conversation_id FROM teacher_text WHERE conversation_id IS NOT NULL"))
        )
    assert len(ids) == 1
    await forget_conversations(tools, ids, ADMIN)
    async with tools.database.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM teacher_text"))).scalar_one() == len(FAQS)


async def test_the_price_of_an_order_is_asked_for_or_unknown(tools: TrainingTools) -> None:
    assert (await expect(tools, Order("configured", 2))).cost is None
    free = await expect(tools, Order("configured", 2, Price(0, 0)))
    assert (free.questions, free.cost) == (2, 0)


WORDED = {
    "怎么退货？": "1. 我想退货该怎么操作？\n2. 7 天后怎么退货？",
    "运费多少？": "寄一单要付多少运费？",
    "怎么自提？": "怎么自提？",
}


async def test_a_model_gives_other_wordings_which_are_checked_capped_and_kept(tools: TrainingTools) -> None:
    teacher = Teacher(lambda asked: WORDED[asked])
    tools = replace(tools, teacher=teacher)
    recipe, people = await current_recipe(tools)
    await change_recipe(tools, replace(recipe, synthetic_share=0.8, paraphrases=True), people, ADMIN)
    assert "made_by_paraphrase" not in (await preview(tools)).ready.steps[-1].codes
    assert teacher.asked == [], "looking at what would be asks nobody"
    version = await build_version(tools, "corrections", ADMIN)
    codes = version.manifest["steps"][-1]["codes"]
    assert (codes["made_by_paraphrase"], codes["paraphrase_strays"]) == (2, 1)
    rows = [orjson.loads(line) for line in (await read_dataset(tools, version.id)).splitlines()]
    made = {row["question"]: row for row in rows if row.get("synthetic") == "paraphrase"}
    assert set(made) == {"我想退货该怎么操作？", "寄一单要付多少运费？"}
    assert made["寄一单要付多少运费？"]["completion"][0]["content"] == FAQS["运费多少？"]
    assert sum("synthetic" in row for row in rows) <= len(rows) * 0.8
    assert (await build_version(tools, "corrections", ADMIN)).id == version.id and len(teacher.asked) == 3


async def test_a_dataset_is_built_without_wordings_when_the_model_is_away(tools: TrainingTools) -> None:
    tools = replace(tools, teacher=Teacher(lambda _: ModelUnavailable("connect")))
    recipe, people = await current_recipe(tools)
    await change_recipe(tools, replace(recipe, synthetic_share=0.5, paraphrases=True), people, ADMIN)
    version = await build_version(tools, "corrections", ADMIN)
    codes = version.manifest["steps"][-1]["codes"]
    assert codes and "made_by_paraphrase" not in codes, "those made by rule are there all the same"


def test_a_wording_that_asks_something_else_strays() -> None:
    assert not strays("7 天内能退吗？", "买了 7 天以内可以退货吗？")
    assert strays("7 天内能退吗？", "15 天内能退吗？") and strays("能退吗？", "不能退吗？")
    assert strays("能退吗？", "能退吗") and strays("能退吗？", "能退吗" * 20)
    assert lines_of("1. 甲\n（2）乙\n\n- “丙”") == ("甲", "（2）乙", "丙")
