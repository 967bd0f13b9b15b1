"""One action on many documents: each by itself, so that one that fails holds up no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from app.accounts import Principal
from app.kernel.errors import AppError, NotFound
from app.knowledge.documents import delete_document
from app.knowledge.drafts.service import open_draft
from app.knowledge.parsed import ParseSettings
from app.knowledge.shelf import store
from app.knowledge.shelf.domain import CardChange
from app.knowledge.shelf.moving import move_document
from app.knowledge.shelf.service import change_card
from app.knowledge.shelf.switching import disable_document, enable_document
from app.knowledge.shelf.tools import ShelfTools
from app.knowledge.shelf.versions import read_again

Action = Literal["disable", "enable", "tags", "owner", "move", "reparse", "delete"]
MOST_TAGS = 20


@dataclass(frozen=True)
class BulkWish:
    """What to do. add_tags, remove_tags: for `tags`; owner: for `owner`; base_id: for `move`.

    settings: for `reparse`, None for those each document has; as_draft: read beside the present passages, to compare.
    """

    action: Action
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    owner: str = ""
    base_id: UUID | None = None
    settings: ParseSettings | None = None
    as_draft: bool = False


@dataclass(frozen=True)
class BulkOutcome:
    """What became of one document. job_id: work that goes on."""

    document_id: UUID
    error: AppError | None = None
    job_id: UUID | None = None


async def do_to_many(
    tools: ShelfTools, wish: BulkWish, document_ids: Sequence[UUID], actor: Principal | None
) -> list[BulkOutcome]:
    """Does it to each document once, in their order."""
    outcomes = []
    for document_id in dict.fromkeys(document_ids):
        try:
            outcomes.append(BulkOutcome(document_id, job_id=await _do(tools, wish, document_id, actor)))
        except AppError as error:
            outcomes.append(BulkOutcome(document_id, error=error))
    return outcomes


async def _do(tools: ShelfTools, wish: BulkWish, document_id: UUID, actor: Principal | None) -> UUID | None:
    documents = tools.documents
    match wish.action:
        case "disable":
            await disable_document(documents, document_id, actor)
        case "enable":
            return await enable_document(documents, document_id, actor)
        case "reparse":
            read = open_draft if wish.as_draft else read_again
            return await read(documents, document_id, wish.settings, actor)
        case "move":
            assert wish.base_id is not None, "the form sees to it"
            return await move_document(documents, document_id, wish.base_id, actor)
        case "delete":
            await delete_document(documents, document_id, actor)
        case "owner":
            await change_card(tools, document_id, CardChange(frozenset({"owner"}), owner=wish.owner), actor)
        case "tags":
            await _change_tags(tools, wish, document_id, actor)
    return None


async def _change_tags(tools: ShelfTools, wish: BulkWish, document_id: UUID, actor: Principal | None) -> None:
    async with tools.database.reading() as session:
        document = await store.find_document(session, document_id)
    if document is None:
        raise NotFound
    kept = [tag for tag in (*document.tags, *wish.add_tags) if tag not in wish.remove_tags]
    tags = tuple(dict.fromkeys(kept))[:MOST_TAGS]
    await change_card(tools, document_id, CardChange(frozenset({"tags"}), tags=tags), actor)
