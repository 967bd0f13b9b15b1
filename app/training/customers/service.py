"""What is done for one customer who asks what is kept of them, or wants it gone. Both may be done again and again."""

import io
import zipfile
from dataclasses import asdict, dataclass, field
from uuid import UUID

import orjson

from app.accounts import Principal, record_audit
from app.conversations.attachments.domain import folder_of
from app.kernel.clock import iso, now
from app.kernel.ids import token_digest
from app.training.customers import store
from app.training.erasure import forget_conversations
from app.training.tools import TrainingTools


@dataclass(frozen=True)
class Report:
    """What was erased: rows by table, files, dataset versions withdrawn, models that had seen it.

    published: sentences of theirs that are reviewed knowledge by now, by table; those stay, a person decides over them.
    """

    conversations: int
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    datasets: tuple[UUID, ...] = ()
    models: tuple[UUID, ...] = ()
    published: dict[str, int] = field(default_factory=dict)


async def export_customer(tools: TrainingTools, user_id: str, actor: Principal | None) -> bytes:
    """A zip with one JSON file a table, and the files themselves."""
    async with tools.database.transaction() as session:
        conversations = await store.conversations_of(session, user_id)
        holdings = await store.holdings_of(session, user_id, conversations)
        told = await store.read_all(session, holdings)
        await record_audit(session, actor, "customer.export", _reference(user_id), conversations=len(conversations))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {"user_id": user_id, "made_at": iso(now()), "rows": {name: len(rows) for name, rows in told.items()}}
        archive.writestr("about.json", orjson.dumps(about, option=orjson.OPT_INDENT_2))
        for name, rows in told.items():
            archive.writestr(f"{name}.json", orjson.dumps(rows, option=orjson.OPT_INDENT_2))
        for row in told.get("attachment", ()):
            data = await tools.blobs.get(f"{folder_of(UUID(row['conversation_id']))}/{row['id']}")
            archive.writestr(f"files/{row['id']}", data)
    return out.getvalue()


async def erase_customer(tools: TrainingTools, user_id: str, actor: Principal | None) -> Report:
    """Forgets a customer. The way there is given last, so that a cut-off erasure is finished by doing it again."""
    async with tools.database.reading() as session:
        conversations = await store.conversations_of(session, user_id)
        holdings = await store.holdings_of(session, user_id, conversations)
        published = await store.published_words(session, conversations)
    learnt = await forget_conversations(tools, conversations, actor)
    for conversation_id in conversations:
        await tools.blobs.delete_folder(folder_of(conversation_id))
    async with tools.database.transaction() as session:
        rows = await store.erase_rows(session, holdings, conversations)
        report = Report(len(conversations), rows, rows.get("attachment", 0), learnt.datasets, learnt.models, published)
        details = {name: value for name, value in asdict(report).items() if name not in ("datasets", "models")}
        await record_audit(
            session,
            actor,
            "customer.erase",
            _reference(user_id),
            **details,
            datasets=[str(one) for one in learnt.datasets],
            models=[str(one) for one in learnt.models],
        )
    return report


def _reference(user_id: str) -> str:
    """What the audit trail, which is never erased, says in place of the customer's id."""
    return f"customer:{token_digest(user_id)[:16]}"
