"""Keeps this process's lease on its answers, takes over those of dead processes, and listens for what to end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import orjson

from app.conversations.bulletin import node_key
from app.conversations.drive import start_answer
from app.conversations.place import is_gone, own_place
from app.conversations.service import ConversationTools
from app.conversations.store import answers, nodes, threads
from app.kernel.live import Following
from app.kernel.logging import get_logger

log = get_logger(__name__)
BEAT_EVERY_S = 2.0
LEASE_S = 6.0
PATIENCE_S = 1.5


@asynccontextmanager
async def answering_process(tools: ConversationTools) -> AsyncIterator[None]:
    """This process answers questions as long as the block lasts; unfinished answers are left to others."""
    place, sweep = own_place(), asyncio.Event()
    own = await tools.bulletin.live.follow(node_key(tools.answers.node_id), wait=False)
    everyone = await tools.bulletin.live.follow(node_key(None), wait=False)
    sweep.set()
    tasks = [
        asyncio.create_task(_beat(tools, place, sweep)),
        asyncio.create_task(_obey(tools, own, sweep)),
        asyncio.create_task(_obey(tools, everyone, sweep)),
    ]
    try:
        yield
    finally:
        await tools.answers.leave(PATIENCE_S)
        own.close()
        everyone.close()
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _leave(tools)


async def _leave(tools: ConversationTools) -> None:
    try:
        async with tools.database.transaction() as session:
            await nodes.release(session, tools.answers.node_id)
            await nodes.forget_nodes(session, [tools.answers.node_id])
        tools.bulletin.live.append(node_key(None), orjson.dumps(["sweep"]), fresh=True)
    except Exception as error:
        log.warning("lease_not_given_back", error=type(error).__name__)


async def _beat(tools: ConversationTools, place: str, sweep: asyncio.Event) -> None:
    while True:
        try:
            await sweep_once(tools, place)
        except Exception as error:
            log.warning("lease_not_kept", error=type(error).__name__)
        sweep.clear()
        try:
            await asyncio.wait_for(sweep.wait(), BEAT_EVERY_S)
        except TimeoutError:
            continue


async def sweep_once(tools: ConversationTools, place: str) -> None:
    """One sign of life, one look at the others, one look for orders that did not arrive."""
    own = tools.answers.node_id
    async with tools.database.transaction() as session:
        await nodes.beat(session, own, place)
        others = await nodes.other_nodes(session, own, LEASE_S)
        dead = [node_id for node_id, where, silent in others if silent or is_gone(where)]
        if dead:
            await nodes.forget_nodes(session, dead)
        taken = await nodes.take_over(session, own, tools.answers.ids())
        halts = await nodes.to_stop(session, own) if tools.answers.ids() else []
        waiting = await nodes.left_waiting(session)
    for work in taken:
        log.info("answer_taken_over", answer_id=str(work.answer_id), attempt=work.attempt)
        start_answer(tools, work)
    for answer_id in halts:
        tools.answers.halt(answer_id, "stopped")
    for conversation_id in waiting:
        await _start_left_waiting(tools, conversation_id)


async def _start_left_waiting(tools: ConversationTools, conversation_id: UUID) -> None:
    async with tools.database.transaction() as session:
        await threads.lock_thread(session, conversation_id)
        if await answers.find_running(session, conversation_id) is not None:
            return
        work = await answers.start_next(session, conversation_id, tools.answers.node_id)
    if work is not None:
        start_answer(tools, work)


async def _obey(tools: ConversationTools, following: Following, sweep: asyncio.Event) -> None:
    while (orders := await following.batch(60.0)) is not None:
        for order in orders:
            match orjson.loads(order):
                case ["halt", str(answer_id), str(why)]:
                    tools.answers.halt(UUID(answer_id), why)
                case ["sweep"]:
                    sweep.set()
