"""The public contract of jobs: look, follow, cancel."""

from uuid import UUID

from app.accounts import Role
from app.jobs import claim, finish, open_job, report_progress
from app.kernel.database import Database
from app.kernel.ids import new_id
from tests.fakes.bell import FakeBell
from tests.serving import Served


async def a_job(database: Database) -> UUID:
    async with database.transaction() as session:
        return await open_job(session, FakeBell(), "knowledge.ingest_document", "ingest", new_id())


async def test_staff_sees_a_job_and_a_stranger_does_not(kefu: Served, database: Database) -> None:
    job_id = await a_job(database)
    agent = await kefu.keyed(Role.AGENT)
    shown = (await agent.get(f"/api/v1/jobs/{job_id}")).json()
    assert shown["state"] == "queued" and shown["progress"] == {"done": 0, "total": 0, "unit": ""}
    assert shown["job_id"] == str(job_id) and shown["error"] is None
    assert (await kefu.client().get(f"/api/v1/jobs/{job_id}")).status_code == 401
    assert (await (await kefu.keyed(Role.INTEGRATOR)).get(f"/api/v1/jobs/{job_id}")).status_code == 403
    assert (await agent.get(f"/api/v1/jobs/{new_id()}")).status_code == 404
    assert (await agent.get("/api/v1/jobs/17")).status_code == 422


async def test_only_an_admin_cancels_and_only_once(kefu: Served, database: Database) -> None:
    job_id = await a_job(database)
    assert (await (await kefu.keyed(Role.AGENT)).post(f"/api/v1/jobs/{job_id}/cancel")).status_code == 403
    admin = await kefu.keyed(Role.ADMIN)
    first = await admin.post(f"/api/v1/jobs/{job_id}/cancel")
    assert (first.status_code, first.json()["state"]) == (202, "cancelled")
    again = await admin.post(f"/api/v1/jobs/{job_id}/cancel", headers={"Accept-Language": "en"})
    assert (again.status_code, again.json()["code"]) == (409, "job_ended")
    assert "already over" in again.json()["detail"]


async def test_the_stream_tells_the_state_now_and_ends_with_the_job(kefu: Served, database: Database) -> None:
    job_id = await a_job(database)
    lease = await claim(database, job_id)
    assert lease is not None
    await report_progress(database, lease, 10, 10, "chunks")
    async with database.transaction() as session:
        await finish(session, lease)
    agent = await kefu.keyed(Role.AGENT)
    answer = await agent.get(f"/api/v1/jobs/{job_id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("event: job.updated") == 1
    assert '"state":"succeeded"' in answer.text and '"done":10' in answer.text
    assert (await agent.get(f"/api/v1/jobs/{new_id()}/events")).status_code == 404


async def test_the_list_pages_through_the_newest_first(kefu: Served, database: Database) -> None:
    made = [str(await a_job(database)) for _ in range(3)]
    agent = await kefu.keyed(Role.AGENT)
    first = (await agent.get("/api/v1/jobs?limit=2")).json()
    rest = (await agent.get("/api/v1/jobs", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [job["job_id"] for job in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None
    assert (await agent.get("/api/v1/jobs?state=failed")).json()["items"] == []
    for bad in ("limit=101", "limit=0", "state=lost", "cursor=forged"):
        assert (await agent.get(f"/api/v1/jobs?{bad}")).status_code == 422, bad
