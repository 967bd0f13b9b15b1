"""Keeps the word index: a job looks every few seconds for conversations in which something new was said."""

import asyncio

from app.conversations.word_index import store
from app.conversations.word_index.domain import terms_of_all
from app.kernel.database import Database

BATCH = 200
LONGEST_S = 5.0  # then it is another job's turn; the next look goes on


async def index_words(database: Database, longest_s: float = LONGEST_S) -> int:
    """Indexes what is behind, the latest first, for a while; gives how many. Safe to run twice at once."""
    loop = asyncio.get_running_loop()
    until, done = loop.time() + longest_s, 0
    while True:
        async with database.reading() as session:
            behind = await store.read_behind(session, BATCH)
        if not behind:
            return done
        async with database.reading() as session:  # after the moments were read: nothing said by then is missed
            said = await store.read_said(session, [id for id, _ in behind])
        terms = {id: terms_of_all(texts) for id, texts in said.items()}
        async with database.transaction() as session:
            await store.keep_terms(session, behind, terms)
        done += len(behind)
        if len(behind) < BATCH or loop.time() >= until:
            return done
