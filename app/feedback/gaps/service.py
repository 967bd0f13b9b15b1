"""What people do with gaps: look at them, ignore one for a reason, open it again, merge two, split one."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.accounts import Principal, record_audit
from app.feedback.gaps.domain import DAYS, Counted, Example, Gap, GapState
from app.feedback.gaps.errors import GapBusy, GapChanged, NothingToSplit
from app.feedback.gaps.store import gaps as store
from app.feedback.gaps.store import signs
from app.feedback.gaps.tools import GapTools
from app.feedback.gaps.work import packed
from app.kernel.clock import now
from app.kernel.database import Database, Session
from app.kernel.errors import NotFound
from app.kernel.personal import without_personal_values

TABS: dict[str, tuple[GapState, ...]] = {
    "waiting": (GapState.OPEN, GapState.DRAFTED),
    "in_review": (GapState.IN_REVIEW,),
    "published": (GapState.PUBLISHED,),
    "ignored": (GapState.IGNORED,),
}
EXAMPLES = 200


async def list_gaps(database: Database, tab: str, days: int, offset: int, limit: int) -> list[Counted]:
    """Gaps that people met with of late, those of most people first."""
    assert days in DAYS, "checked at the route"
    async with database.reading() as session:
        since = now() - timedelta(days=days)
        return await store.count_gaps(session, TABS[tab], since, days, offset=offset, limit=limit)


async def count_tabs(database: Database) -> dict[str, int]:
    """How many gaps are under each tab, and how many questions wait to be grouped."""
    async with database.reading() as session:
        found = await store.count_by_state(session)
        waiting = await signs.count_waiting(session)
    return {**{tab: sum(found.get(state, 0) for state in states) for tab, states in TABS.items()}, "ungrouped": waiting}


async def get_gap(database: Database, gap_id: UUID, days: int) -> tuple[Counted, list[Example]]:
    """One gap, counted over a window, with its newest questions of all time. Raises NotFound."""
    async with database.reading() as session:
        gap = await store.find_gap(session, gap_id)
        if gap is None:
            raise NotFound
        since = now() - timedelta(days=days)
        counted = await store.count_gaps(session, list(GapState), since, days, gap_id=gap_id)
        found = await store.examples(session, gap_id, EXAMPLES)
    if counted:
        return counted[0], found
    nothing = dict.fromkeys(store.SIGN_COLUMNS, 0)
    return Counted(gap, 0, 0, nothing, (0,) * days, gap.created_at, gap.created_at), found


async def _held(session: Session, gap_id: UUID, version: int) -> Gap:
    gap = await store.find_gap(session, gap_id, lock=True)
    if gap is None:
        raise NotFound
    if gap.version != version:
        raise GapChanged(name=gap.changed_by or "system")
    return gap


async def ignore_gap(tools: GapTools, gap_id: UUID, reason: str, version: int, actor: Principal) -> Gap:
    """Nobody will answer this, for a reason. Raises NotFound, GapChanged, GapBusy."""
    async with tools.database.transaction() as session:
        gap = await _held(session, gap_id, version)
        if gap.state is not GapState.OPEN:
            raise GapBusy
        await record_audit(session, actor, "gap.ignore", str(gap_id), reason=reason)
        return await store.change_gap(session, gap_id, GapState.IGNORED, actor.name, reason=reason)


async def reopen_gap(tools: GapTools, gap_id: UUID, version: int, actor: Principal) -> Gap:
    """It is to be answered after all. Raises NotFound, GapChanged, GapBusy."""
    async with tools.database.transaction() as session:
        gap = await _held(session, gap_id, version)
        if gap.state not in (GapState.IGNORED, GapState.PUBLISHED):
            raise GapBusy
        await record_audit(session, actor, "gap.reopen", str(gap_id))
        return await store.change_gap(session, gap_id, GapState.OPEN, actor.name, reason=None, correction_id=None)


async def rename_gap(tools: GapTools, gap_id: UUID, title: str, version: int, actor: Principal) -> Gap:
    """Another title. Raises NotFound, GapChanged."""
    async with tools.database.transaction() as session:
        gap = await _held(session, gap_id, version)
        await record_audit(session, actor, "gap.rename", str(gap_id))
        return await store.change_gap(session, gap_id, gap.state, actor.name, title=title)


async def merge_gaps(tools: GapTools, gap_id: UUID, into_id: UUID, version: int, actor: Principal) -> Gap:
    """All questions of one gap go over to another; what is asked like them goes there too from now on.

    Raises NotFound, GapChanged, GapBusy when the first one has a draft under way.
    """
    if gap_id == into_id:
        raise GapBusy
    async with tools.database.transaction() as session:
        for one in sorted((gap_id, into_id)):  # always in one order, so that two merges cannot wait for each other
            if await store.find_gap(session, one, lock=True) is None:
                raise NotFound
        gap = await _held(session, gap_id, version)
        if gap.state in (GapState.DRAFTED, GapState.IN_REVIEW):
            raise GapBusy
        into = await store.find_gap(session, into_id)
        assert into is not None, "it is locked"
        moved = await store.move_questions(session, gap_id, into_id)
        await store.drop_gap(session, gap_id)
        await record_audit(session, actor, "gap.merge", str(into_id), merged=str(gap_id), questions=moved)
        return await store.change_gap(session, into_id, into.state, actor.name)


async def split_gap(tools: GapTools, gap_id: UUID, question_ids: Sequence[UUID], version: int, actor: Principal) -> Gap:
    """Some wordings of a gap become one of their own, and what is asked like them goes there from now on.

    Raises NotFound, GapChanged, NothingToSplit, EmbedderUnavailable.
    """
    present = await tools.search.embedders.present()
    async with tools.database.reading() as session:
        chosen = await store.wordings_among(session, gap_id, question_ids)
        all_of_them = await store.count_questions(session, gap_id)
    if not chosen or len(chosen) == all_of_them:
        raise NothingToSplit
    async with tools.database.transaction() as session:
        await _held(session, gap_id, version)
        fresh = await store.add_gap(session, "", "", actor.name)
        await store.move_questions(session, gap_id, fresh.id, chosen)
        await record_audit(session, actor, "gap.split", str(gap_id), into=str(fresh.id), questions=len(chosen))
        kept = await store.find_gap(session, gap_id)
        assert kept is not None, "it is locked"
        await store.change_gap(session, gap_id, kept.state, actor.name)
        missing = [await store.first_exemplar(session, one) for one in (gap_id, fresh.id)]
        first = missing[1]
        assert first is not None, "questions have just been moved there"
        fresh = await store.change_gap(
            session, fresh.id, GapState.OPEN, actor.name, title=without_personal_values(first[1]), locale=first[2]
        )
    await _stand_for(tools, present.id, [one for one in missing if one is not None and not one[3]])
    return fresh


async def _stand_for(tools: GapTools, embedder_id: UUID, missing: Sequence[tuple[UUID, str, str, bool]]) -> None:
    """Gaps whose exemplars all went elsewhere get their oldest question as one."""
    if not missing:
        return
    present = await tools.search.embedders.chosen(embedder_id)
    vectors = await present.embedder.embed([text for _, text, _, _ in missing], "query")
    async with tools.database.transaction() as session:
        for (question_id, _, _, _), vector in zip(missing, vectors, strict=True):
            await store.make_exemplar(session, question_id, embedder_id, packed(vector))
