"""Orders the erasure of a customer, and does it under a job's lease: all of it in one transaction, or again."""

from uuid import UUID

from app.accounts import Principal, record_audit
from app.conversations.attachments.domain import folder_of
from app.jobs import Lease, finish, get_job, open_job, report_progress, run_job
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.training.customers.domain import Erasure, Report, Wanted, Whose
from app.training.customers.store import holdings, orders, quotes
from app.training.erasure import Erased, withdraw_lessons
from app.training.tools import TrainingTools

JOB_KIND, QUEUE, UNIT = "customers.erase", "default", "tables"


async def order_erasure(tools: TrainingTools, wanted: Wanted, reason: str, actor: Principal | None) -> Erasure:
    """A queued order; one for the same customer that is under way is this one."""
    author = actor.name if actor else "system"
    async with tools.database.transaction() as session:
        wanted = (await holdings.whose(session, wanted)).wanted
        await orders.hold(session, wanted.reference)
        waiting = await orders.newest_open(session, wanted.reference)
        if waiting is not None and (await get_job(tools.database, waiting.job_id)).finished_at is None:
            return waiting
        erasure_id = new_id()
        job_id = await open_job(session, tools.jobs.bell, JOB_KIND, QUEUE, erasure_id)
        made = await orders.add_erasure(session, erasure_id, job_id, wanted, reason, author)
        await record_audit(
            session, actor, "customer.erase.order", made.reference, erasure=str(erasure_id), reason=reason
        )
    return made


async def do_erasure(tools: TrainingTools, job_id: UUID) -> None:
    """A worker's part. What lies outside the database goes first and may go twice; the way there goes last."""

    async def work(lease: Lease) -> None:
        erasure = await get_erasure(tools, lease.subject_id)
        async with tools.database.reading() as session:
            whose = await holdings.whose(session, erasure.wanted)
        learnt = await withdraw_lessons(tools, whose.conversations, None, erasure.ordered_by)
        for conversation_id in whose.conversations:
            await tools.blobs.delete_folder(folder_of(conversation_id))
        async with tools.database.transaction() as session:
            report = await _erase(session, tools, lease, whose, learnt)
            await orders.end_erasure(session, erasure, report)
            told = {**report.as_dict(), "erasure": str(erasure.id), "ordered_by": erasure.ordered_by}
            await record_audit(session, None, "customer.erase", erasure.reference, **told)
            await finish(session, lease)

    await run_job(tools.jobs, job_id, work)


async def _erase(session: Session, tools: TrainingTools, lease: Lease, whose: Whose, learnt: Erased) -> Report:
    await holdings.lock(session, whose.conversations)
    held = await holdings.holdings_of(session, whose)
    published = await quotes.published_words(session, whose.conversations)
    rows = await quotes.erase_quotes(session, whose.conversations)
    done, total = 1, len(held.found) + 1
    async for name, count in holdings.erase_rows(session, held):
        rows[name] = rows.get(name, 0) + count
        done += 1
        await report_progress(tools.database, lease, done, total, UNIT)
    return Report(
        rows["conversation"],
        {name: count for name, count in sorted(rows.items()) if count},
        rows.get("attachment", 0),
        tuple(str(one) for one in learnt.datasets),
        tuple(str(one) for one in learnt.models),
        published,
    )


async def get_erasure(tools: TrainingTools, erasure_id: UUID) -> Erasure:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await orders.find_erasure(session, erasure_id)
    if found is None:
        raise NotFound
    return found


async def list_erasures(tools: TrainingTools, before: UUID | None, limit: int) -> list[Erasure]:
    """Newest first, behind `before`."""
    async with tools.database.reading() as session:
        return await orders.list_erasures(session, before, limit)
