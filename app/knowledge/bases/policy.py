"""For whom a program or a member of the staff may ask."""

from app.accounts import Permission, Principal
from app.kernel.errors import Forbidden
from app.knowledge.domain import Audience


def audience_for(principal: Principal, wanted: str | None, default: Audience | None = None) -> Audience:
    """The readers a search is made for; without a wish `default`, or everything the principal may read.

    Whoever may read documents may ask as anybody. Other programs ask for their own users: the public, or people
    they have signed in. Raises Forbidden.
    """
    may_read_all = principal.may(Permission.KNOWLEDGE_READ)
    if wanted is None:
        return default or (Audience.STAFF if may_read_all else Audience.PUBLIC)
    audience = Audience(wanted)
    if audience not in (Audience.PUBLIC, Audience.SIGNED_IN) and not may_read_all:
        raise Forbidden
    return audience
