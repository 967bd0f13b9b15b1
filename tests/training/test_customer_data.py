"""A customer's words are in many tables: all of them in the export, and after an erasure in none."""

import io
import json
import time
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.accounts import Role
from app.conversations.identity import visitor_signature
from app.kernel.database import Database
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from tests.conversations.customer import Customer
from tests.serving import Served, serving

SECRET = "k" * 40
WORDS = "蓝鲸暗号七三一"
THEIRS, OTHERS = "u-whale", "u-other"
IDS_ONLY = {"training_erasure", "audit_entry"}


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
    reading = await customer.ask(f"我叫{WORDS}，我的手环坏了，怎么退？")
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


async def test_everything_is_given_out_then_gone_and_the_neighbour_keeps_theirs(kefu: Served) -> None:
    database = kefu.accounts.database
    theirs = await lived(kefu, THEIRS)
    before = await tables_with(database, WORDS)
    expected = {"conversation", "message", "conversation_event", "answer_trace", "rating", "correction", "tool_call"}
    assert expected <= set(before), before
    admin, form = await kefu.signed_in(Role.ADMIN), {"user_id": THEIRS}
    packed = await admin.post("/api/v1/customer-data/export", json=form)
    assert packed.status_code == 200, packed.text
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        told = {name.removesuffix(".json"): archive.read(name).decode() for name in archive.namelist()}
    assert any(name.startswith("files/") and text == f"附件{WORDS}" for name, text in told.items())
    assert {name for name in before if WORDS in told.get(name, "")} >= expected
    assert theirs.token not in "".join(told.values()) and "token_digest" not in "".join(told.values())
    neighbour = await lived(kefu, OTHERS)
    assert len(files_with(kefu.settings.data_dir)) == 2
    report = (await admin.post("/api/v1/customer-data/erase", json=form)).json()
    assert report["conversations"] == 1 and report["rows"]["message"] >= 2 and report["rows"]["tool_call"] == 1
    async with database.reading() as session:
        for user_id, count in ((THEIRS, 0), (OTHERS, 1)):
            kept = text("SELECT count(*) FROM conversation WHERE visitor ->> 'user_id' = :user_id")
            assert (await session.execute(kept, {"user_id": user_id})).scalar_one() == count
    assert await neighbour.snapshot()
    gone = await theirs.client.get(theirs.path, headers=theirs.headers)
    assert gone.status_code == 404
    again = (await admin.post("/api/v1/customer-data/erase", json=form)).json()
    assert (again["conversations"], again["rows"], again["files"]) == (0, {}, 0)
    await admin.post("/api/v1/customer-data/erase", json={"user_id": OTHERS})
    assert await tables_with(database, WORDS) == {}
    assert [
        one for one in kefu.settings.data_dir.rglob("*") if one.is_file() and WORDS.encode() in one.read_bytes()
    ] == []
    for named in (theirs.conversation_id, THEIRS):
        assert set(await tables_with(database, named)) <= IDS_ONLY


async def test_only_an_admin_may_and_a_stranger_to_us_has_nothing(kefu: Served) -> None:
    supervisor = await kefu.keyed(Role.SUPERVISOR)
    for what in ("export", "erase"):
        assert (await supervisor.post(f"/api/v1/customer-data/{what}", json={"user_id": "x"})).status_code == 403
    admin = await kefu.keyed(Role.ADMIN)
    nothing = (await admin.post("/api/v1/customer-data/erase", json={"user_id": "nobody"})).json()
    assert nothing == {"conversations": 0, "rows": {}, "files": 0, "datasets": [], "models": [], "published": {}}
