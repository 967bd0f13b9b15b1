"""A customer's words are in many tables: all of them in the export, and after an erasure in none."""

import io
import json
import time
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app.accounts import Role
from app.answering.cache.tables import CachedAnswerRow
from app.conversations.identity import visitor_signature
from app.evaluation.answers.tables import AnswerResultRow, AnswerRunRow
from app.evaluation.tables import ResultRow, RunRow
from app.kernel.clock import now
from app.kernel.database import Database
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from app.training import TrainingTools, do_erasure
from app.training.customers import erasing
from app.training.customers.store.holdings import KEEPS_IDS, NAMING
from app.training.customers.store.quotes import QUOTING
from app.training.judging.tables import EvaluationQuestionRow, EvaluationRow
from app.training.material.tables import MaterialRow, OpinionRow
from app.training.tables import DatasetRowRow, DatasetVersionRow, TrainRunRow
from tests.conversations.customer import Customer
from tests.serving import Served, serving

SECRET = "k" * 40
WORDS = "蓝鲸暗号七三一"
THEIRS, OTHERS = "u-whale", "u-other"
ASKED = f"我叫{WORDS}，我的手环坏了，怎么退？"
ONE_EACH = (
    "tool_call",
    "evaluation_result",
    "answer_evaluation_result",
    "model_evaluation_row",
    "cached_answer",
    "training_material",
)
COLUMNS = "FROM information_schema.columns WHERE table_schema = current_schema()"
NAMES, KINDS = {"names": list(NAMING)}, {"kinds": ["text", "jsonb", "ARRAY", "character varying"]}
# What the staff, the trainer and the scheduler write; published knowledge is told in the report.
THE_HOUSES = """
alembic_version answer_node answer_cache_use answer_evaluation answer_settings answering_version api_key audit_seal base
blind_comparison blind_vote business_calendar canned_reply chunk chunk_history chunk_terms
customer_erasure distillation dataset_build dataset_recipe dataset_version desk_agent desk_group document
document_draft document_version embed_candidate embed_part embed_run embedder escalation_rules evaluation_gate
evaluation_run faq faq_import faq_import_row faq_pair faq_phrasing feed feed_entry feed_item feed_run feedback_rules
gap_fit guard_version inspection_form intent_version job model_evaluation model_gate model_guard model_version
pending_sign_in prompt_version recovery_code regression_question regression_set saved_view second_factor
second_factor_role service_rules sign_in_try sla_policies staff staff_identity staff_session staff_token
tool tool_source train_log train_run training_import training_schedule visitor_nonce
words_version
"""
HOUSE = frozenset(THE_HOUSES.split())
FOLLOWS = {"training_opinion": "training_material"}


@pytest.fixture
async def kefu(settings: Settings) -> AsyncIterator[Served]:
    async with serving(Settings(**{**settings.model_dump(), "visitor_secret": SECRET})) as served:
        yield served


async def customer_of(kefu: Served, user_id: str) -> Customer:
    expires, nonce = int(time.time()) + 600, new_id().hex
    signature = visitor_signature(SECRET.encode(), user_id, f"名{WORDS}", expires, nonce)
    visitor = {"user_id": user_id, "name": f"名{WORDS}", "expires": expires, "nonce": nonce, "signature": signature}
    return await Customer.begin(kefu.client(), visitor=visitor)


async def lived(kefu: Served, user_id: str) -> Customer:
    """Asks, consents, votes, is corrected, leaves a message, is given notes: everything that leaves words."""
    staff = await kefu.keyed(Role.ADMIN)
    await staff.put(f"/api/v1/customers/{user_id}", json={"tier": "gold"})
    customer = await customer_of(kefu, user_id)
    memory = await customer.client.put(f"{customer.path}/memory", json={"consent": True}, headers=customer.headers)
    assert memory.status_code < 300, memory.text
    reading = await customer.ask(ASKED)
    answer_id = next(event.data["answer_id"] for event in reading.events if event.name == "answer.completed")
    vote = {"rating": "down", "reasons": ["wrong"], "comment": f"不对 {WORDS}"}
    assert (
        await customer.client.post(f"/api/v1/messages/{answer_id}/feedback", json=vote, headers=customer.headers)
    ).status_code == 204
    proposed = await staff.post("/api/v1/corrections", json={"message_id": answer_id, "text": f"请{WORDS}七天内退。"})
    assert proposed.status_code == 201, proposed.text
    path, named = f"{customer.path}/attachments", {"name": f"{WORDS}.txt"}
    sent = await customer.client.post(path, params=named, content=f"附件{WORDS}".encode(), headers=customer.headers)
    assert sent.status_code == 201, sent.text
    await customer.post("/handoff", {"reason": f"想找人 {WORDS}"})
    left = {"name": WORDS, "contact": "whale@example.com", "text": f"请联系 {WORDS}"}
    assert (await customer.post("/left-message", left)).status_code == 201
    async with kefu.accounts.database.transaction() as session:  # a call a tool made in an answer of theirs
        await session.execute(
            text(
                "INSERT INTO tool_call (id, tool_id, tool_name, actor, user_id, conversation_id, arguments, ending,"
                " tries, ms, result, at) VALUES (:id, :id, 'order', 'customer', :user_id, :conversation,"
                " CAST(:said AS jsonb), 'done', 1, 1, CAST(:said AS jsonb), now())"
            ),
            {
                "id": new_id(),
                "user_id": user_id,
                "conversation": customer.conversation_id,
                "said": json.dumps({"name": WORDS}),
            },
        )
    return customer


async def quoted(database: Database, theirs: Customer, question: str) -> None:
    """Everything that repeats a question without saying whose it is, and what reviewers made of it."""
    conversation_id, model_id = UUID(theirs.conversation_id), new_id()
    dataset = DatasetVersionRow(
        id=new_id(),
        name="main",
        version=1,
        rows=1,
        sha256="x",
        blob_key="datasets/x",
        manifest={},
        created_by_name="",
    )
    material = MaterialRow(
        id=new_id(),
        source="reply",
        pair_sha256="x",
        question=question,
        answer="好",
        history=[],
        locale="zh-CN",
        state="new",
        conversation_id=conversation_id,
    )
    batch = RunRow(id=new_id(), kind="batch", cause="hand", state="done")
    answers = AnswerRunRow(id=new_id(), name="", cause="hand", state="done")
    judged = EvaluationRow(id=new_id(), model_id=model_id, job_id=new_id(), state="done", created_by_name="")
    async with database.transaction() as session:
        session.add_all([dataset, material, batch, answers, judged])
        await session.flush()
        probe = {"evaluation_id": judged.id, "wanted": "好", "locale": "zh-CN"}
        session.add_all(
            [
                DatasetRowRow(
                    dataset_id=dataset.id,
                    place=0,
                    sha256="",
                    source="reply",
                    source_id=material.id,
                    conversation_id=conversation_id,
                    split="test",
                    approved_by="",
                ),
                TrainRunRow(
                    dataset_id=dataset.id,
                    job_id=new_id(),
                    base_model="",
                    settings={},
                    state="succeeded",
                    model_id=model_id,
                    created_by_name="",
                ),
                OpinionRow(
                    material_id=material.id,
                    staff_id=new_id(),
                    staff_name="林",
                    accept=True,
                    question=f"{question}！",
                    answer="好",
                    intent="",
                    note=WORDS,
                ),
                ResultRow(run_id=batch.id, position=0, question={"text": question}),
                ResultRow(run_id=batch.id, position=1, question={"text": "别人问的"}),
                AnswerResultRow(run_id=answers.id, position=0, asked={"text": question}),
                EvaluationQuestionRow(**probe, place=0, kind="held_out", question=f"【{WORDS}】打了码"),
                EvaluationQuestionRow(**probe, place=1, kind="refusal", question="天气怎么样"),
                CachedAnswerRow(
                    id=new_id(),
                    scope="",
                    canonical=question,
                    question=question,
                    terms=[],
                    state="",
                    chunk_ids=[],
                    marks=[],
                    faq_ids=[],
                    answer={},
                    expires_at=now(),
                ),
            ]
        )


async def tables_with(database: Database, words: str) -> dict[str, int]:
    """Every table that has a row in which the words stand, whatever the column."""
    found: dict[str, int] = {}
    async with database.reading() as session:
        names = await session.scalars(
            text(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
            )
        )
        for name in names.all():
            statement = text(f'SELECT count(*) FROM "{name}" t WHERE to_jsonb(t)::text LIKE :words')
            count = (await session.execute(statement, {"words": f"%{words}%"})).scalar_one()
            if count:
                found[name] = count
    return found


def files_with(folder: Path) -> list[Path]:
    """Every stored file in which the words stand."""
    return [one for one in folder.rglob("*") if one.is_file() and WORDS.encode() in one.read_bytes()]


async def erased(kefu: Served, admin: httpx.AsyncClient, **whom: str) -> dict[str, Any]:
    """The report of an erasure, done at once in this process instead of by a worker."""
    ordered = await admin.post("/api/v1/customer-data/erasures", json={**whom, "reason": "本人要求"})
    assert ordered.status_code == 202, ordered.text
    await do_erasure(kefu.tools[TrainingTools], UUID(ordered.json()["job_id"]))
    done = (await admin.get(ordered.headers["location"])).json()
    assert done["report"] is not None, (await admin.get(f"/api/v1/jobs/{done['job_id']}")).text
    report: dict[str, Any] = done["report"]
    return report


async def test_everything_is_given_out_then_gone_and_the_neighbour_keeps_theirs(kefu: Served) -> None:
    database = kefu.accounts.database
    theirs = await lived(kefu, THEIRS)
    await quoted(database, theirs, ASKED)
    before = await tables_with(database, WORDS)
    expected = {"conversation", "message", "conversation_event", "answer_trace", "rating", "correction", "tool_call"}
    assert expected | {*QUOTING, "training_opinion", "training_material"} - {"gap"} <= set(before), before
    admin, form = await kefu.signed_in(Role.ADMIN), {"user_id": THEIRS}
    packed = await admin.post("/api/v1/customer-data/export", json=form)
    assert packed.status_code == 200, packed.text
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        told = {name.removesuffix(".json"): archive.read(name).decode() for name in archive.namelist()}
    assert any(name.startswith("files/") and text == f"附件{WORDS}" for name, text in told.items())
    assert {name for name in before if WORDS in told.get(name, "")} >= expected
    assert theirs.token not in "".join(told.values()) and "token_digest" not in "".join(told.values())
    found = (await admin.post("/api/v1/customer-data/find", json={"conversation_id": theirs.conversation_id})).json()
    assert (found["user_id"], found["name"]) == (THEIRS, f"名{WORDS}")
    assert found["rows"]["conversation"] == 1 and (found["datasets"], found["models"]) == (1, 1)
    neighbour = await lived(kefu, OTHERS)
    assert len(files_with(kefu.settings.data_dir)) == 2
    report = await erased(kefu, admin, user_id=THEIRS)
    assert report["conversations"] == 1 and report["rows"]["message"] >= 2 and report["files"] == 1
    assert {name: report["rows"][name] for name in ONE_EACH} == dict.fromkeys(ONE_EACH, 1)
    assert (len(report["datasets"]), len(report["models"])) == (1, 1)
    async with database.reading() as session:
        for user_id, count in ((THEIRS, 0), (OTHERS, 1)):
            kept = text("SELECT count(*) FROM conversation WHERE visitor ->> 'user_id' = :user_id")
            assert (await session.execute(kept, {"user_id": user_id})).scalar_one() == count
    assert await neighbour.snapshot()
    gone = await theirs.client.get(theirs.path, headers=theirs.headers)
    assert gone.status_code == 404
    again = await erased(kefu, admin, user_id=THEIRS)
    assert (again["conversations"], again["rows"], again["files"]) == (0, {}, 0)
    await erased(kefu, admin, conversation_id=neighbour.conversation_id)
    assert await tables_with(database, WORDS) == {}
    assert files_with(kefu.settings.data_dir) == []
    assert set(await tables_with(database, theirs.conversation_id)) <= set(KEEPS_IDS)
    for named in (THEIRS, OTHERS):
        assert await tables_with(database, named) == {}
    listed = (await admin.get("/api/v1/customer-data/erasures")).json()["items"]
    assert [len(one["report"]["rows"]) > 0 for one in listed] == [True, False, True]


async def test_a_worker_that_dies_in_the_middle_leaves_it_whole_and_the_next_one_does_it_once(kefu: Served) -> None:
    database, admin = kefu.accounts.database, await kefu.signed_in(Role.ADMIN)
    theirs = await lived(kefu, THEIRS)
    tools = kefu.tools[TrainingTools]
    form = {"user_id": THEIRS, "reason": "本人要求"}
    ordered, twice = [(await admin.post("/api/v1/customer-data/erasures", json=form)).json() for _ in range(2)]
    assert ordered["erasure_id"] == twice["erasure_id"]

    class Died(BaseException):
        """A process that is gone runs no handler either."""

    async def die(*_: object) -> None:
        raise Died

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Died):
        patch.setattr(erasing.orders, "end_erasure", die)
        await do_erasure(tools, UUID(ordered["job_id"]))
    assert (await tables_with(database, WORDS))["message"] >= 2
    async with database.transaction() as session:  # the dead worker's lease lapses
        await session.execute(text("UPDATE job SET due_at = now() - interval '1 s', state = 'queued'"))
    for _ in range(2):
        await do_erasure(tools, UUID(ordered["job_id"]))
    assert await tables_with(database, WORDS) == {}
    shown = (await admin.get(f"/api/v1/customer-data/erasures/{ordered['erasure_id']}")).json()
    job = (await admin.get(f"/api/v1/jobs/{ordered['job_id']}")).json()
    assert shown["report"]["conversations"] == 1 and job["state"] == "succeeded"
    assert job["progress"]["done"] == job["progress"]["total"] > 20
    trail = (await admin.get("/api/v1/audit", params={"action": "customer.erase"})).json()["items"]
    assert [one["action"] for one in trail] == ["customer.erase", "customer.erase.order"]
    assert trail[0]["details"]["rows"] == shown["report"]["rows"] and trail[1]["details"]["reason"] == "本人要求"
    assert theirs.conversation_id not in json.dumps(trail)


async def test_every_table_is_known_to_hold_customers_words_or_to_be_the_houses_own(database: Database) -> None:
    """A new table with words fails here until somebody says which of both it is."""
    async with database.reading() as session:
        named = set(await session.scalars(text(f"SELECT table_name {COLUMNS} AND column_name = ANY(:names)"), NAMES))
        words = set(await session.scalars(text(f"SELECT table_name {COLUMNS} AND data_type = ANY(:kinds)"), KINDS))
    told = named | {"conversation", *QUOTING, *FOLLOWS, *KEEPS_IDS}
    assert sorted(words - told - HOUSE) == [], "erase it by quoting or by naming, or say that it is the house's"
    assert (sorted(HOUSE & told), sorted(HOUSE - words)) == ([], [])


async def test_only_an_admin_may_and_a_stranger_to_us_has_nothing(kefu: Served) -> None:
    supervisor, form = await kefu.keyed(Role.SUPERVISOR), {"user_id": "x", "reason": "asked"}
    for what in ("find", "export", "erasures"):
        assert (await supervisor.post(f"/api/v1/customer-data/{what}", json=form)).status_code == 403
    admin = await kefu.keyed(Role.ADMIN)
    for wrong in ({}, {"user_id": "x", "conversation_id": str(new_id())}, {"user_id": " "}):
        refused = await admin.post("/api/v1/customer-data/erasures", json={**wrong, "reason": "asked"})
        assert refused.status_code == 422
    assert (await admin.post("/api/v1/customer-data/erasures", json={"user_id": "x", "reason": ""})).status_code == 422
    assert (await admin.get(f"/api/v1/customer-data/erasures/{new_id()}")).status_code == 404
    nothing = await erased(kefu, admin, user_id="nobody")
    assert nothing == {"conversations": 0, "rows": {}, "files": 0, "datasets": [], "models": [], "published": {}}
