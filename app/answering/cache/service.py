"""Finds, keeps, counts and forgets answers; the database being away is a miss, never a failure."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from time import monotonic
from typing import Any, Literal

from prometheus_client import Counter as Metric

from app.accounts import Principal, record_audit
from app.answering.cache import store
from app.answering.cache.domain import Cached, Hit, How, Looked, Scope, Uses
from app.answering.language import terms
from app.answering.near_match import NEAR_ENOUGH, difference, likeness
from app.answering.versions import Versions
from app.kernel.clock import now
from app.kernel.database import Database
from app.kernel.errors import Unavailable
from app.kernel.logging import get_logger
from app.knowledge import canonical_text, same_numbers_and_negations

log = get_logger(__name__)
LOOKS = Metric("kefu_answer_cache_total", "Questions looked up in the answer cache, by what came of it.", ["result"])
# How often counts are written, and after how many kept answers the expired ones are forgotten.
COUNT_EVERY_S, SWEEP_EVERY = 5.0, 50
KINDS = ("prompts", "guard", "intents", "tools", "rules", "words")
Mode = Literal["on", "exact", "off"]


class AnswerCache:
    """Kept answers of all processes.

    mode: `exact` gives them to the same question only, `on` also to questions that say the same in other words.
    """

    def __init__(self, database: Database, versions: Versions, mode: Mode = "on", hours: int = 24):
        self._database, self._versions, self._mode, self._hours = database, versions, mode, hours
        self._uses: Counter[str] = Counter()
        self._counted_at = monotonic()
        self._kept = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def enabled(self) -> bool:
        """Whether it is used at all."""
        return self._mode != "off"

    async def settings(self) -> dict[str, str]:
        """The version of all that staff may change about answering. Raises Unavailable when nothing is known yet."""
        return {kind: str(await self._versions.of(kind)) for kind in KINDS}

    async def look(self, scope: Scope, question: str) -> Looked | None:
        """What may be answered at once; None while the database is away."""
        try:
            async with self._database.line() as line:
                asked, near = sorted(terms(question)), self._mode == "on"
                state, found = await store.find(line, scope, canonical_text(question), asked, near=near)
                hit = best_of(question, found)
                if hit is None and found and near:  # what was kept for the same key differs in what counts
                    state, found = await store.find(line, scope, "", asked, near=True)
                    hit = best_of(question, found)
        except Unavailable:
            return None
        self._note(hit.how if hit else "missed")
        return Looked(state, hit)

    def keep_later(self, scope: Scope, looked: Looked, cached: Cached) -> None:
        """Keeps an answer in the background, under the state of knowledge that was looked at before its search."""
        self._later(self._keep(scope, looked.state, cached))

    async def usage(self, days: int = 7) -> Uses:
        """How the cache did in the last days, this process's last seconds included."""
        await self._write_counts()
        async with self._database.reading() as session:
            found = await store.uses_since(session, (now() - timedelta(days=days - 1)).date())
            entries = await store.count_entries(session)
        return Uses(found.get("exact", 0), found.get("near", 0), found.get("missed", 0), entries)

    async def purge(self, actor: Principal | None) -> int:
        """Forgets every kept answer; how many there were."""
        async with self._database.transaction() as session:
            gone = await store.drop_all(session)
            await record_audit(session, actor, "answer_cache.purge", "all", answers=gone)
        return gone

    async def settled(self) -> None:
        """Returns once everything begun in the background is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Writes what has been counted and ends what is under way."""
        await self._write_counts()
        await self.settled()

    async def _keep(self, scope: Scope, state: str, cached: Cached) -> None:
        asked = sorted(terms(cached.question))
        self._kept += 1
        async with self._database.statement() as session:
            await store.keep(session, scope, canonical_text(cached.question), asked, state, cached, self._hours)
            if self._kept % SWEEP_EVERY == 0:
                await store.drop_expired(session)

    def _note(self, how: How) -> None:
        LOOKS.labels(how).inc()
        self._uses[how] += 1
        if monotonic() - self._counted_at > COUNT_EVERY_S:
            self._later(self._write_counts())

    async def _write_counts(self) -> None:
        uses, self._uses, self._counted_at = self._uses, Counter(), monotonic()
        if uses:
            async with self._database.transaction() as session:
                await store.add_uses(session, now().date(), uses)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        async def quietly() -> None:
            try:
                await work
            except Unavailable:
                log.info("answer_cache_away")

        task = asyncio.create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def best_of(question: str, found: list[store.Found]) -> Hit | None:
    """The same question's answer, else that of the one most like it in which nothing differs that counts."""
    for one in found:
        if one.exact and difference(question, one.cached.question) is None:
            return Hit(one.cached, "exact")
    best: Hit | None = None
    for one in found:
        like = likeness(question, one.cached.question)
        if like.barred is not None or like.score < NEAR_ENOUGH:
            continue
        if not same_numbers_and_negations(question, one.cached.question):
            continue
        if best is None or like.score > best.score:
            best = Hit(one.cached, "near", like.score)
    return best
