"""What is done for one customer who asks what is kept of them: it is found, and given out."""

import io
import zipfile
from uuid import UUID

import orjson

from app.accounts import Principal, record_audit
from app.conversations.attachments.domain import folder_of
from app.kernel.clock import iso, now
from app.training.customers.domain import Found, Wanted
from app.training.customers.store import holdings, quotes
from app.training.erasure import learnt_from
from app.training.tools import TrainingTools


async def find_customer(tools: TrainingTools, wanted: Wanted, actor: Principal | None) -> Found:
    """What is kept, in numbers; nothing when there is no such customer or conversation."""
    async with tools.database.transaction() as session:
        whose = await holdings.whose(session, wanted)
        name, first_at, last_at = await holdings.about(session, whose.conversations)
        rows = await holdings.count_all(session, await holdings.holdings_of(session, whose))
        published = await quotes.published_words(session, whose.conversations)
        await record_audit(session, actor, "customer.find", whose.reference, conversations=rows.get("conversation", 0))
    learnt = await learnt_from(tools, whose.conversations)
    return Found(whose, name, first_at, last_at, rows, published, len(learnt.datasets), len(learnt.models))


async def export_customer(tools: TrainingTools, wanted: Wanted, actor: Principal | None) -> bytes:
    """A zip with one JSON file a table, and the files themselves."""
    async with tools.database.transaction() as session:
        whose = await holdings.whose(session, wanted)
        told = await holdings.read_all(session, await holdings.holdings_of(session, whose))
        count = len(told.get("conversation", ()))
        await record_audit(session, actor, "customer.export", whose.reference, conversations=count)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {"user_id": whose.user_id, "made_at": iso(now()), "rows": {name: len(told[name]) for name in told}}
        archive.writestr("about.json", orjson.dumps(about, option=orjson.OPT_INDENT_2))
        for name, rows in told.items():
            archive.writestr(f"{name}.json", orjson.dumps(rows, option=orjson.OPT_INDENT_2))
        for row in told.get("attachment", ()):
            data = await tools.blobs.get(f"{folder_of(UUID(row['conversation_id']))}/{row['id']}")
            archive.writestr(f"files/{row['id']}", data)
    return out.getvalue()
