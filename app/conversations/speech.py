"""What one answer has said so far, on its way to the log and to the readers."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from app.answering import Citation
from app.conversations.bulletin import Bulletin
from app.conversations.domain import RETRACTED, LoggedEvent, NewEvent, Work
from app.conversations.entries import delta_entry
from app.conversations.patience import patiently
from app.conversations.store import answers
from app.kernel.database import Database
from app.kernel.logging import get_logger

log = get_logger(__name__)
SAY_EVERY_S = 0.025
WRITE_AGAIN_AFTER_S = (0.1, 0.3, 1.0, 3.0)


class Speech:
    """Events go to the log before readers hear them; text goes to readers at once, then every 25 ms.

    Text waits while an event that belongs before it is not written yet. `on_lost` is called when the answer turns
    out not to be this process's to speak any more.
    """

    def __init__(
        self, database: Database, bulletin: Bulletin, node_id: UUID, work: Work, on_lost: Callable[[], None]
    ) -> None:
        self._database, self._bulletin, self._node_id, self._work = database, bulletin, node_id, work
        self._on_lost = on_lost
        self._events: list[NewEvent] = []
        self._writing: asyncio.Task[None] | None = None
        self._to_write: asyncio.Handle | None = None
        self._said: list[str] = []
        self._unsaid: list[str] = []
        self._length = 0
        self._timer: asyncio.TimerHandle | None = None
        self._next_at = 0.0
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self.first_text_ms: float | None = None
        self.epoch: int | None = None
        self.logged = 0
        self.citations: tuple[Citation, ...] = ()
        self.composer = "fixed"

    @property
    def text(self) -> str:
        """Everything said so far, as readers have it."""
        return "".join(self._said)

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the answer began."""
        return (self._loop.time() - self._began) * 1000

    def start(self, composer: str) -> None:
        """Tells who is going to speak."""
        self.composer = composer
        self._log(
            "answer.started",
            {
                "answer_id": str(self._work.answer_id),
                "question_id": str(self._work.question_id),
                "composer": composer,
            },
        )

    def cite(self, citations: tuple[Citation, ...]) -> None:
        """Tells the sources known so far."""
        if citations != self.citations:
            self.citations = citations
            rows = [answers.citation_row(citation) for citation in citations]
            # More sources may follow at once, or the end, with which they are written.
            self._log("answer.citations", {"answer_id": str(self._work.answer_id), "citations": rows}, SAY_EVERY_S)

    def add(self, text: str) -> None:
        """Says more."""
        if text:
            if self.first_text_ms is None:
                self.first_text_ms = self.elapsed_ms
            self._unsaid.append(text)
            self._say()

    def replace(self, text: str) -> None:
        """Takes everything back and says this instead."""
        self._said, self._unsaid = [], [text]
        self._log(RETRACTED, {"answer_id": str(self._work.answer_id)})

    async def settle(self) -> None:
        """Waits until events are in the log, then says what is left."""
        self._begin_writing()
        await self._written()
        self._say_the_rest()

    async def unwritten(self) -> list[NewEvent]:
        """Ends speaking like `settle`, but gives the events nobody has begun to write, to be stored with the end.

        Text that belongs behind them is not said any more: readers have it from the end.
        """
        await self._written()
        events, self._events = self._events, []
        if events:
            self._unsaid = []
        self._say_the_rest()
        return events

    async def _written(self) -> None:
        while self._writing is not None:
            await asyncio.wait({self._writing})

    def _say_the_rest(self) -> None:
        self._next_at = 0.0
        self._say()
        self.close()

    def close(self) -> None:
        """Says nothing more."""
        for handle in (self._timer, self._to_write):
            if handle is not None:
                handle.cancel()
        self._timer = self._to_write = None

    def _log(self, type: str, data: dict[str, Any], wait_s: float = 0.0) -> None:
        """Adds an event, to be written soon: together with what else is added until then."""
        self._events.append(NewEvent(type, data, actor="bot"))
        if self._writing is not None:
            return
        if self._to_write is None and wait_s:
            self._to_write = self._loop.call_later(wait_s, self._begin_writing)
        elif not wait_s:
            if self._to_write is not None:
                self._to_write.cancel()
            self._to_write = self._loop.call_soon(self._begin_writing)

    def _begin_writing(self) -> None:
        if self._to_write is not None:
            self._to_write.cancel()
            self._to_write = None
        if self._events and self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._events:
                events, self._events = self._events, []
                await self._write_events(events)
        except Exception as error:
            log.warning("answer_events_not_written", answer_id=self._work.answer_id, error=type(error).__name__)
            self._on_lost()
        finally:
            self._writing = None
        self._say()

    async def _write_once(self, events: list[NewEvent]) -> list[LoggedEvent]:
        async with self._database.line() as line:
            return await answers.log_answer(line, self._work, self._node_id, events)

    async def _write_events(self, events: list[NewEvent]) -> None:
        logged = await patiently(WRITE_AGAIN_AFTER_S, partial(self._write_once, events))
        if not logged:
            self._on_lost()
            return
        for event in logged:
            self.logged += 1
            if event.type in ("answer.started", RETRACTED):
                self.epoch, self._length = event.seq, 0
        self._bulletin.publish_events(self._work.conversation_id, logged)

    @property
    def _must_wait(self) -> bool:
        return self.epoch is None or self._writing is not None or bool(self._events)

    def _say(self) -> None:
        if not self._unsaid or self._must_wait or self._timer is not None:
            return
        wait_s = self._next_at - self._loop.time()
        if wait_s > 0:
            self._timer = self._loop.call_later(wait_s, self._say_now)
        else:
            self._say_now()

    def _say_now(self) -> None:
        self._timer = None
        if not self._unsaid or self.epoch is None or self._must_wait:
            return
        text = "".join(self._unsaid)
        self._unsaid = []
        self._said.append(text)
        entry = delta_entry(self._work.answer_id, self.epoch, self._length, text)
        self._length = entry.end
        self._next_at = self._loop.time() + SAY_EVERY_S
        self._bulletin.publish(self._work.conversation_id, entry, soon=False)
