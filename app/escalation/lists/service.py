"""Reads one of the desk's lists with the number of conversations in each."""

from uuid import UUID

from app.accounts import Principal
from app.conversations import Lifecycle, Owner, count_with_people, list_conversations
from app.escalation.lists.views import ListView, row
from app.kernel.database import Session
from app.kernel.paging import encode_cursor, moment_in_cursor

FILTERS = ("queue", "mine", "agent", "bot", "all", "closed")
ROWS_A_PAGE = 50


async def read_list(
    session: Session, principal: Principal, show: str, cursor: str | None, open_id: UUID | None, locale: str
) -> ListView:
    """The chosen list, a page of it. Raises BadCursor."""
    found = await list_conversations(
        session,
        owner=_owner(show),
        lifecycle=Lifecycle.CLOSED if show == "closed" else None,
        agent_id=principal.id if show == "mine" else None,
        before=moment_in_cursor(cursor),
        limit=ROWS_A_PAGE + 1,
        longest_wait_first=show == "queue",
    )
    waiting, taken, mine = await count_with_people(session, principal.id)
    last = found[ROWS_A_PAGE - 1] if len(found) > ROWS_A_PAGE and show != "queue" else None
    return ListView(
        filters=FILTERS,
        counts={"queue": waiting, "agent": taken, "mine": mine},
        show=show,
        rows=[row(one, locale) for one in found[:ROWS_A_PAGE]],
        next_cursor=encode_cursor(last.last_message_at.isoformat(), str(last.id)) if last else None,
        open_id=open_id,
    )


def _owner(show: str) -> Owner | None:
    return Owner.AGENT if show == "mine" else Owner(show) if show in {"queue", "bot", "agent"} else None
