"""What can be done with canned replies: keep, change, forget, find by what is typed, fill for one customer."""

from uuid import UUID

from app.accounts import Permission, Principal, record_audit
from app.conversations import CustomerCard
from app.escalation.canned import store
from app.escalation.canned.domain import VARIABLES, Canned, CannedContent, Filled, fill, unknown_variables
from app.escalation.canned.errors import CannedChanged, TooManyCanned, UnknownVariable
from app.escalation.canned.ports import Spell
from app.kernel.database import Database
from app.kernel.errors import Forbidden, NotFound

MOST = 500


def _check(content: CannedContent, principal: Principal) -> None:
    unknown = unknown_variables(content.text)
    if unknown:
        extra = {"variables": unknown, "known": list(VARIABLES)}
        raise UnknownVariable(extra=extra, name="{{" + unknown[0] + "}}")
    _may_change(content.shared, principal)


def _may_change(shared: bool, principal: Principal) -> None:
    if shared and not principal.may(Permission.DESK_SUPERVISE):
        raise Forbidden


async def find_canned(database: Database, principal: Principal, typed: str, limit: int) -> list[Canned]:
    """One's own and everybody's, by what was typed: initials, pinyin, words of title or text."""
    async with database.reading() as session:
        return await store.find_canned(session, principal.id, typed.strip().lower(), limit)


async def add_canned(database: Database, spell: Spell, content: CannedContent, principal: Principal) -> Canned:
    """A new one. Raises UnknownVariable, Forbidden (everybody's are a supervisor's), TooManyCanned."""
    _check(content, principal)
    spelling = await spell(content.title)
    owner_id = None if content.shared else principal.id
    async with database.transaction() as session:
        if await store.count_canned(session, owner_id) >= MOST:
            raise TooManyCanned(n=MOST)
        id = await store.add_canned(session, content, spelling, owner_id, principal.name)
        await record_audit(session, principal, "canned.added", str(id), shared=content.shared)
        found = await store.get_canned(session, id, principal.id)
    assert found is not None, "it was just written"
    return found


async def change_canned(
    database: Database, spell: Spell, id: UUID, content: CannedContent, version: int, principal: Principal
) -> Canned:
    """Raises NotFound, UnknownVariable, Forbidden, CannedChanged when the version seen is not the present one."""
    _check(content, principal)
    spelling = await spell(content.title)
    owner_id = None if content.shared else principal.id
    async with database.transaction() as session:
        known = await store.get_canned(session, id, principal.id)
        if known is None:
            raise NotFound
        _may_change(known.shared, principal)
        if not await store.change_canned(session, id, content, spelling, owner_id, principal.name, version):
            raise CannedChanged(name=known.updated_by)
        await record_audit(session, principal, "canned.changed", str(id), shared=content.shared)
        found = await store.get_canned(session, id, principal.id)
    assert found is not None, "the row was just written"
    return found


async def drop_canned(database: Database, id: UUID, principal: Principal) -> None:
    """Raises NotFound, Forbidden."""
    async with database.transaction() as session:
        known = await store.get_canned(session, id, principal.id)
        if known is None:
            raise NotFound
        _may_change(known.shared, principal)
        await store.drop_canned(session, id)
        await record_audit(session, principal, "canned.dropped", str(id), title=known.title)


async def fill_canned(
    database: Database,
    id: UUID,
    card: CustomerCard,
    company: str,
    order_no: str | None,
    today: str,
    principal: Principal,
) -> Filled:
    """The text for this customer, and one more use. Raises NotFound."""
    values = {
        "customer.name": card.name,
        "customer.tier": card.tier,
        "agent.name": principal.name,
        "company.name": company,
        "order_no": order_no,
        "today": today,
    }
    async with database.transaction() as session:
        known = await store.get_canned(session, id, principal.id)
        if known is None:
            raise NotFound
        await store.count_use(session, id)
    return fill(known.text, values)
