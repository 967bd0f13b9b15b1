"""The moment an embedder takes over: the switch, the way back, and forgetting one that is past."""

from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.logging import get_logger
from app.knowledge.embedding.domain import TARGET, Run, RunState, Stage, Switched
from app.knowledge.embedding.errors import GateRefused, NotPast, RunNotOpen
from app.knowledge.embedding.runs import begin, call_hands
from app.knowledge.embedding.store import parts, vectors
from app.knowledge.embedding.store import runs as store
from app.knowledge.embedding.tools import EmbedderTools
from app.knowledge.errors import ReembedRunning
from app.knowledge.events import SearchChanged
from app.knowledge.store.embedders import drop_embedder, find_card, lock_embedders

log = get_logger(__name__)


async def switch(
    tools: EmbedderTools, run_id: UUID, *, override: str | None = None, actor: Principal | None = None
) -> Switched:
    """The ready embedder becomes the present one, in one transaction that no writer of chunks overlaps.

    Chunks that its server missed are filled first; then it switches by itself. override: the reason to do it
    against the gate. Raises NotFound, RunNotOpen, GateRefused.
    """
    async with tools.database.transaction() as session:
        await lock_embedders(session, longest_s=25)
        run = await store.lock_run(session, run_id, alone=True)
        if run is None:
            raise NotFound
        if run.state is not RunState.READY:
            raise RunNotOpen(state=run.state.value)
        override = override or run.override
        reasons = refusal(run)
        if reasons and not override:
            raise GateRefused(extra={"reasons": reasons}, count=len(reasons))
        missing, total = await vectors.count_missing(session, run.embedder_id)
        if missing:
            await _fill_first(session, tools, run, override)
            return Switched(run.embedder_id, at_once=False, missing=missing)
        await _take_over(session, tools, run.embedder_id, total, actor, override, reasons)
        await store.change_run(session, run.id, state=RunState.SWITCHED, override=override)
    return Switched(run.embedder_id, at_once=True)


def refusal(run: Run) -> list[str]:
    """Why the gate is shut; nothing when it is open, was not asked, or the embedder is one that served before."""
    verdict = run.comparison.get("verdict") or {}
    if run.origin == "past" or verdict.get("passes", True):
        return []
    return [str(reason) for reason in verdict.get("reasons", [])] or ["gate"]


async def _fill_first(session: Session, tools: EmbedderTools, run: Run, override: str | None) -> None:
    await parts.drop_parts(session, run.id, Stage.INDEX)
    await parts.add_part(session, run.id, Stage.INDEX)
    await store.change_run(
        session, run.id, state=RunState.RUNNING, stage=Stage.INDEX, then_switch=True, override=override
    )
    call_hands(session, tools, run.id, 1)


async def _take_over(
    session: Session,
    tools: EmbedderTools,
    embedder_id: UUID,
    total: int,
    actor: Principal | None,
    override: str | None = None,
    reasons: list[str] | None = None,
) -> None:
    before = await vectors.switch_present(session, embedder_id)
    against = {"override": override, "against": reasons} if override and reasons else {}
    await record_audit(
        session, actor, "embedder.switched", str(embedder_id), before=str(before), chunks=total, **against
    )
    await tools.announcer.announce(session, SearchChanged("embedder", str(embedder_id)))
    log.info("embedder_switched", embedder_id=str(embedder_id), before=str(before), chunks=total)


async def settle(tools: EmbedderTools, run_id: UUID) -> None:
    """Switches a ready run that was to switch by itself; one the gate stands against waits for a person."""
    async with tools.database.reading() as session:
        run = await store.find_run(session, run_id)
    if run is None or run.state is not RunState.READY or not run.then_switch:
        return
    if refusal(run) and not run.override:
        async with tools.database.transaction() as session:
            await store.change_run(session, run_id, then_switch=False)
        log.warning("embedder_switch_refused_by_gate", run_id=str(run_id))
        return
    try:
        await switch(tools, run_id)
    except RunNotOpen:
        log.info("embedder_switched_by_another", run_id=str(run_id))


async def missing_of(tools: EmbedderTools, embedder_id: UUID) -> int:
    """How many chunks an embedder has no vector of. Raises NotFound."""
    async with tools.database.reading() as session:
        if await find_card(session, embedder_id) is None:
            raise NotFound
        return (await vectors.count_missing(session, embedder_id))[0]


async def roll_back(tools: EmbedderTools, embedder_id: UUID, actor: Principal | None = None) -> Switched:
    """A past embedder becomes the present one again: at once if it has every chunk, else after filling what it missed.

    Raises NotFound, NotPast, and ReembedRunning when something must be filled while another run is open.
    """
    async with tools.database.transaction() as session:
        await lock_embedders(session, longest_s=25)
        card = await find_card(session, embedder_id)
        if card is None:
            raise NotFound
        if card.state != "past":
            raise NotPast
        missing, total = await vectors.count_missing(session, embedder_id)
        if not missing:
            await _take_over(session, tools, embedder_id, total, actor)
            return Switched(embedder_id, at_once=True)
        if await store.open_run(session) is not None:
            raise ReembedRunning
        await begin(session, tools, embedder_id, Stage.PLAN, "past", TARGET, True, actor)
        await record_audit(session, actor, "embedder.rolling_back", str(embedder_id), missing=missing)
    return Switched(embedder_id, at_once=False, missing=missing)


async def retire(tools: EmbedderTools, embedder_id: UUID, actor: Principal | None = None) -> None:
    """Deletes a past embedder with its vectors. Raises NotFound, NotPast."""
    async with tools.database.transaction() as session:
        await lock_embedders(session, longest_s=25)
        card = await find_card(session, embedder_id)
        if card is None:
            raise NotFound
        if card.state != "past":
            raise NotPast
        await drop_embedder(session, embedder_id)
        await record_audit(session, actor, "embedder.retired", str(embedder_id), model=card.model)
    log.info("embedder_retired", embedder_id=str(embedder_id))
