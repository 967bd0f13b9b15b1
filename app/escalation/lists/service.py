"""Reads one of the desk's lists with the number of conversations in each, as one person may see them."""

from datetime import datetime
from uuid import UUID

from app.accounts import Permission, Principal
from app.escalation.lists import store
from app.escalation.lists.domain import BOT_LIVE, ROWS_A_PAGE, Line, Position, Show
from app.escalation.lists.views import ListView, OwnState, row
from app.escalation.presence.service import own_presence
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.paging import BadCursor, decode_cursor, encode_cursor


async def read_list(
    session: Session, principal: Principal, show: Show, cursor: str | None, open_id: UUID | None, locale: str
) -> ListView:
    """The chosen list, a page of it. Raises BadCursor."""
    supervises, serves = principal.may(Permission.DESK_SUPERVISE), principal.may(Permission.DESK_SERVE)
    me, at, hidden = principal.id, now(), await _hidden(session, principal)
    live, after = at - BOT_LIVE, _position(cursor)
    found = await store.read_lines(session, show, me=me, hidden=hidden, live=live, after=after, limit=ROWS_A_PAGE + 1)
    last = found[ROWS_A_PAGE - 1] if len(found) > ROWS_A_PAGE else None
    own = await own_presence(session, principal) if serves and principal.kind == "staff" else None
    offers = await store.offered_to(session, me, at) if own is not None else []
    return ListView(
        filters=tuple(one.value for one in Show if one is not Show.AGENT or supervises),
        counts=await store.count_lines(session, me=me, hidden=hidden, live=live),
        show=show.value,
        rows=[row(one, me, locale) for one in found[:ROWS_A_PAGE]],
        offers=[row(one, me, locale) for one in offers],
        next_cursor=_cursor(show, last) if last else None,
        open_id=open_id,
        own=OwnState(own.state.value, own.load, own.capacity) if own is not None else None,
    )


async def count_lists(session: Session, principal: Principal) -> dict[str, int]:
    """How many are in the lists whose length says something, as this person may see them."""
    hidden = await _hidden(session, principal)
    return await store.count_lines(session, me=principal.id, hidden=hidden, live=now() - BOT_LIVE)


async def _hidden(session: Session, principal: Principal) -> list[UUID]:
    return [] if principal.may(Permission.DESK_SUPERVISE) else await store.hidden_groups(session, principal.id)


def _cursor(show: Show, line: Line) -> str:
    at = line.last_message_at
    if show is Show.QUEUE:
        at = line.turn_at or at
    elif show is Show.ATTENTION:
        at = line.attention_at or at
    elif show is Show.SLA:
        at = line.sla_due_at or at
    return encode_cursor("1" if line.message_left_at else "0", at.isoformat(), str(line.id))


def _position(cursor: str | None) -> Position | None:
    parts = decode_cursor(cursor, 3)
    if parts is None:
        return None
    try:
        return Position(parts[0] == "1", datetime.fromisoformat(parts[1]), UUID(parts[2]))
    except ValueError:
        raise BadCursor from None
