"""How much a base and the whole company may hold: refused before anything is written."""

from dataclasses import dataclass
from uuid import UUID

from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.knowledge.document_errors import BaseBytesFull, BaseDocumentsFull, CompanyBytesFull, CompanyDocumentsFull
from app.knowledge.store.quotas import Held, base_limits, held_by, one_at_a_time

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Quota:
    """The most documents and bytes of all bases together; None: no limit."""

    documents: int | None = None
    bytes: int | None = None

    @property
    def unlimited(self) -> bool:
        """Whether nothing has to be counted."""
        return self.documents is None and self.bytes is None


@dataclass(frozen=True)
class More:
    """What is about to come into a base: new documents, and bytes."""

    documents: int
    bytes: int


async def check_quotas(session: Session, company: Quota, base_id: UUID, more: More, *, within: bool = False) -> None:
    """Raises NotFound, BaseDocumentsFull, BaseBytesFull, CompanyDocumentsFull, CompanyBytesFull.

    In the transaction that writes, uploads of other bases wait where the company has a limit. within: what comes is
    in another base already, so that the company holds no more than before.
    """
    limits = await base_limits(session, base_id)
    if limits is None:
        raise NotFound
    own = Quota(limits.documents, limits.bytes)
    if not own.unlimited:
        _check(own, await held_by(session, base_id), more, BaseDocumentsFull, BaseBytesFull)
    if not company.unlimited and not within:
        await one_at_a_time(session)
        _check(company, await held_by(session, None), more, CompanyDocumentsFull, CompanyBytesFull)


def _check(
    quota: Quota,
    held: Held,
    more: More,
    full: type[BaseDocumentsFull | CompanyDocumentsFull],
    heavy: type[BaseBytesFull | CompanyBytesFull],
) -> None:
    if quota.documents is not None and more.documents and held.documents + more.documents > quota.documents:
        raise full(limit=quota.documents, held=held.documents)
    if quota.bytes is not None and held.bytes + more.bytes > quota.bytes:
        raise heavy(limit=_size(quota.bytes), held=_size(held.bytes))


def _size(count: int) -> str:
    return f"{count / MEBIBYTE:.1f} MiB"
