"""Pages of answers that quoted something; the cursor is the last answer's id."""

from collections.abc import Sequence
from uuid import UUID

from app.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor
from app.knowledge.ports import Use
from app.knowledge.shelf.schemas import UseView


def before_answer(cursor: str | None) -> UUID | None:
    """The answer a page begins behind. Raises BadCursor."""
    parts = decode_cursor(cursor, 1)
    try:
        return UUID(parts[0]) if parts else None
    except ValueError:
        raise BadCursor from None


def uses_page(found: Sequence[Use], limit: int) -> Page[UseView]:
    """One page out of up to one answer more than it holds."""
    following = encode_cursor(str(found[limit - 1].answer_id)) if len(found) > limit else None
    return Page(items=[UseView.of(use) for use in found[:limit]], next_cursor=following)
