"""The list of conversations as somebody of the staff may see it: without those of groups they are not in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.accounts import Principal
from app.conversations.domain import Summary
from app.conversations.service import ConversationTools
from app.conversations.store import threads
from app.conversations.store.threads import Filters
from app.kernel.database import Session

Position = tuple[datetime, UUID]
MOST_LOOKS = 5  # a page may be short for whoever may see little, never slow


async def list_conversations(
    session: Session,
    tools: ConversationTools,
    principal: Principal,
    filters: Filters,
    before: Position | None,
    limit: int,
) -> tuple[Sequence[Summary], Position | None]:
    """Conversations in which something was said, the latest first; and where the next page begins, if there is one."""
    shown: list[Summary] = []
    for _ in range(MOST_LOOKS):
        wanted = limit + 1 - len(shown)
        found = await threads.list_threads(session, filters, before, wanted)
        visible = await tools.visible(session, principal, [one.id for one in found])
        shown += [one for one in found if one.id in visible]
        if len(shown) > limit:
            return shown[:limit], _position(shown[limit - 1])
        if len(found) < wanted:
            return shown, None
        before = _position(found[-1])
    return shown, before


def _position(summary: Summary) -> Position:
    return summary.last_message_at, summary.id
