"""What the overview can tell: the wall as it is now, and conversations by their words."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from app.accounts import Permission, Principal
from app.conversations.word_index import asked_of
from app.escalation.lists.domain import BOT_LIVE
from app.escalation.lists.store import hidden_groups
from app.escalation.overview import store
from app.escalation.overview.domain import FoundConversation, Wall, Wanted
from app.escalation.presence.service import list_agents
from app.kernel.clock import now
from app.kernel.database import Session


async def read_wall(session: Session, timezone: str) -> Wall:
    """What is going on now; the day begins at midnight where the company is."""
    at = now()
    midnight = at.astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    figures = await store.read_figures(session, at - BOT_LIVE, midnight)
    return Wall(figures, await list_agents(session), at)


async def find_conversations(
    session: Session, principal: Principal, wanted: Wanted, limit: int
) -> list[FoundConversation]:
    """Conversations that say every word, cut as questions are, the latest first, as far as this person may see them."""
    supervises = principal.may(Permission.DESK_SUPERVISE)
    hidden = [] if supervises else await hidden_groups(session, principal.id)
    since = now() - timedelta(days=wanted.days)
    return await store.find_conversations(session, wanted, asked_of(wanted.q), since, hidden, limit)
