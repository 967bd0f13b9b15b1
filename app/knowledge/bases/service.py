"""Bases: list, add, change, delete; what readers may see follows at once."""

from dataclasses import asdict
from functools import partial
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.database import Session, after_commit
from app.kernel.errors import NotFound
from app.kernel.logging import get_logger
from app.knowledge.bases.domain import Base, BaseSettings
from app.knowledge.bases.errors import BaseChanged, BaseInUse, BaseNameTaken, BaseNeedsTier, DefaultBaseStays
from app.knowledge.document_tools import DocumentTools
from app.knowledge.domain import Audience
from app.knowledge.parsing.pages import kept_beside
from app.knowledge.store import bases as store
from app.knowledge.tables import DEFAULT_BASE

log = get_logger(__name__)


async def list_bases(tools: DocumentTools, *, after: tuple[int, UUID] | None = None, limit: int = 50) -> list[Base]:
    """Highest priority first, then the oldest; behind (priority, id)."""
    async with tools.database.reading() as session:
        return await store.list_bases(session, after=after, limit=limit)


async def get_base(tools: DocumentTools, base_id: UUID) -> Base:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        return await _get(session, base_id)


async def add_base(tools: DocumentTools, settings: BaseSettings, actor: Principal | None = None) -> Base:
    """A new, empty base. Raises BaseNameTaken, BaseNeedsTier."""
    settings = settings.tidied()
    async with tools.database.transaction() as session:
        await _check(session, settings, except_for=None)
        base_id = await store.add_base_row(session, settings)
        await record_audit(session, actor, "base.add", str(base_id), **_told(settings))
        return await _get(session, base_id)


async def change_base(
    tools: DocumentTools,
    base_id: UUID,
    settings: BaseSettings,
    *,
    revision: int | None = None,
    actor: Principal | None = None,
) -> Base:
    """Other settings. revision: the one the change was made from; None: whatever is there.

    Raises NotFound, BaseChanged, BaseNameTaken, BaseNeedsTier.
    """
    settings = settings.tidied()
    async with tools.database.transaction() as session:
        if not await store.lock_base(session, base_id):
            raise NotFound
        known = await _get(session, base_id)
        if revision is not None and revision != known.revision:
            raise BaseChanged(extra={"revision": known.revision, "base": _told(known.settings)})
        if settings == known.settings:
            return known
        await _check(session, settings, except_for=base_id)
        await store.change_base_row(session, base_id, settings)
        before, after = _told(known.settings), _told(settings)
        changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        await record_audit(session, actor, "base.change", str(base_id), **changed)
        return await _get(session, base_id)


async def delete_base(
    tools: DocumentTools, base_id: UUID, *, with_content: bool = False, actor: Principal | None = None
) -> None:
    """An empty base, or one with everything in it: out of search at once, its files follow after the commit.

    Raises NotFound, DefaultBaseStays, BaseInUse.
    """
    if base_id == DEFAULT_BASE:
        raise DefaultBaseStays
    async with tools.database.transaction() as session:
        await store.lock_documents(session, base_id)  # before the base, as those who index documents do
        if not await store.lock_base(session, base_id):
            raise NotFound
        base = await _get(session, base_id)
        content = base.content
        told = asdict(content)
        if not content.empty and not with_content:
            raise BaseInUse(extra=told, name=base.settings.name, **told)
        for key in await store.blob_keys(session, base_id):
            after_commit(session, partial(tools.blobs.delete, key))
            after_commit(session, partial(tools.blobs.delete_folder, kept_beside(key)))
        await store.drop_base(session, base_id)
        await record_audit(session, actor, "base.delete", str(base_id), name=base.settings.name, **told)
    log.info("base_deleted", base_id=str(base_id), **told)


async def _get(session: Session, base_id: UUID) -> Base:
    found = await store.find_base(session, base_id)
    if found is None:
        raise NotFound
    return found


async def _check(session: Session, settings: BaseSettings, except_for: UUID | None) -> None:
    if settings.audience is Audience.TIERS and not settings.tiers:
        raise BaseNeedsTier
    namesake = await store.base_named(session, settings.name)
    if namesake is not None and namesake != except_for:
        raise BaseNameTaken(extra={"base_id": str(namesake)}, name=settings.name)


def _told(settings: BaseSettings) -> dict[str, object]:
    return {
        "name": settings.name,
        "locale": settings.locale,
        "audience": settings.audience.value,
        "tiers": list(settings.tiers),
        "channels": list(settings.channels),
        "priority": settings.priority,
        "most_documents": settings.most_documents,
        "most_bytes": settings.most_bytes,
    }
