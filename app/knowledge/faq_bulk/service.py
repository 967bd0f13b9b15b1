"""One action on many FAQs: each by itself, so that one that fails holds up no other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from app.accounts import Principal
from app.kernel.errors import AppError
from app.knowledge.domain import FaqContent
from app.knowledge.faq_bulk.moving import move_faq
from app.knowledge.faqs import delete_faq, edit_faq, get_faq
from app.knowledge.tools import SearchTools

Action = Literal["move", "tags", "delete"]
MOST_TAGS = 20


@dataclass(frozen=True)
class FaqWish:
    """What to do. base_id: for `move`; add_tags, remove_tags: for `tags`."""

    action: Action
    base_id: UUID | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class FaqOutcome:
    """What became of one FAQ."""

    faq_id: UUID
    error: AppError | None = None


async def do_to_many(
    tools: SearchTools, wish: FaqWish, faq_ids: Sequence[UUID], actor: Principal | None
) -> list[FaqOutcome]:
    """Does it to each FAQ once, in their order."""
    outcomes = []
    for faq_id in dict.fromkeys(faq_ids):
        try:
            await _do(tools, wish, faq_id, actor)
            outcomes.append(FaqOutcome(faq_id))
        except AppError as error:
            outcomes.append(FaqOutcome(faq_id, error))
    return outcomes


async def _do(tools: SearchTools, wish: FaqWish, faq_id: UUID, actor: Principal | None) -> None:
    match wish.action:
        case "delete":
            await delete_faq(tools, faq_id, actor)
        case "move":
            assert wish.base_id is not None, "the form sees to it"
            await move_faq(tools, faq_id, wish.base_id, actor)
        case "tags":
            faq = await get_faq(tools, faq_id)
            kept = [tag for tag in (*faq.tags, *wish.add_tags) if tag not in wish.remove_tags]
            tags = tuple(dict.fromkeys(kept))[:MOST_TAGS]
            await edit_faq(tools, faq_id, replace(FaqContent.of(faq), tags=tags), actor, faq.version)
