"""What one reader of a conversation is sent: the log in order, the running answer, then whatever comes."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import UUID

from app.conversations.bulletin import stream_key
from app.conversations.domain import RETRACTED, SILENT, Place
from app.conversations.entries import DeltaEntry, EventEntry, SignalEntry, delta_entry, unpack
from app.conversations.service import ConversationTools
from app.conversations.store import log, threads
from app.conversations.text_now import text_now
from app.kernel.live import Following

COMMENT_EVERY_S = 15.0
LOOK_EVERY_S = 1.0  # while entries of other processes do not arrive
PAGE = 200
COMMENT = b": still here\n\n"
HELLO = b"retry: 1000\n\n"


class Reader:
    """Keeps one reader's account: what it has, and therefore which bytes come next.

    `sent` counts the code points the reader has of the running answer's text, None when nobody knows.
    """

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.answer_id: str | None = None
        self.epoch = 0
        self.sent: int | None = 0
        self.finished: set[str] = set()
        self.deaf = False  # the running answer's text cannot be had: wait for its end
        self.signals = 0  # told since the event `seq`, for no id to be given twice

    def resume(self, answer_id: UUID, epoch: int, seen: int | None) -> None:
        """The reader was in the middle of an answer when it left."""
        self.answer_id, self.epoch, self.sent = str(answer_id), epoch, seen

    def event(self, entry: EventEntry) -> bytes:
        """The bytes for the next event of the log; nothing for one the reader has."""
        if entry.seq <= self.seq:
            return b""
        rest, self.deaf = b"", False
        if entry.type == "answer.started":
            restarted = self.answer_id == entry.answer_id
            self.answer_id, self.epoch, self.sent = entry.answer_id, entry.seq, None if restarted else 0
        elif entry.type == RETRACTED:
            self.epoch, self.sent = entry.seq, None
        elif entry.type in ("answer.completed", "answer.failed") and entry.answer_id is not None:
            rest = self._rest(entry) if entry.type == "answer.completed" else b""
            self.answer_id, self.sent = None, 0
            self.finished.add(entry.answer_id)
        self.seq, self.signals = entry.seq, 0
        return rest if entry.type in SILENT else rest + entry.frame()

    def delta(self, entry: DeltaEntry) -> bytes | None:
        """The bytes for more text; None when something before it is missing."""
        if entry.answer_id != self.answer_id or entry.epoch != self.epoch or self.deaf:
            return b"" if entry.epoch <= self.seq else None
        if self.sent is None:
            if entry.offset > 0:
                return None
            self.sent = 0
        if entry.end <= self.sent:
            return b""
        if entry.offset > self.sent:
            return None
        if entry.offset < self.sent:
            entry = delta_entry(entry.answer_id, entry.epoch, self.sent, entry.text()[self.sent - entry.offset :])
        self.sent = entry.end
        return entry.frame(self.seq)

    def signal(self, entry: SignalEntry) -> bytes:
        """The bytes for a signal; none while an answer runs, whose text the ids count."""
        if self.answer_id is not None:
            return b""
        self.signals += 1
        return entry.frame(self.seq, self.signals - 1)

    def catch_up(self, text: str) -> bytes:
        """The bytes that bring the reader to the running answer's text."""
        if self.answer_id is None or not text or (self.sent is not None and self.sent >= len(text)):
            return b""
        offset = self.sent or 0
        entry = delta_entry(self.answer_id, self.epoch, offset, text[offset:])
        self.sent = entry.end
        return entry.frame(self.seq)

    def _rest(self, entry: EventEntry) -> bytes:
        """A delta after which the reader's text is the completed one."""
        if entry.answer_id != self.answer_id:
            self.sent = 0
        if self.sent == entry.length or entry.answer_id is None:
            return b""
        offset = self.sent if self.sent is not None and self.sent < entry.length else 0
        return delta_entry(entry.answer_id, self.epoch, offset, entry.text()[offset:]).frame(self.seq)


@dataclass
class EventStream:
    """One reader's stream; it ends with the answer `until` or behind the event `until_seq`, if one is given."""

    tools: ConversationTools
    conversation_id: UUID
    following: Following
    reader: Reader
    until: UUID | None = None
    until_seq: int | None = None

    async def chunks(self, *, look_first: bool) -> AsyncGenerator[bytes, None]:
        """Bytes to send, for as long as somebody reads; `look_first` unless the reader has everything there is."""
        yield HELLO + (await self._look() if look_first else b"")
        quiet_s = 0.0
        while not self._over():
            wait_s = COMMENT_EVERY_S if self.tools.bulletin.live.healthy else LOOK_EVERY_S
            entries = await self.following.batch(wait_s)
            if entries is None:
                return
            found = await self._take(entries) if entries else await self._look()
            if found:
                quiet_s = 0.0
                yield found
            elif not entries:
                quiet_s += wait_s
                if quiet_s >= COMMENT_EVERY_S:
                    quiet_s = 0.0
                    yield COMMENT

    def _over(self) -> bool:
        if self.until_seq is not None:
            return self.reader.seq >= self.until_seq
        return self.until is not None and str(self.until) in self.reader.finished

    async def _take(self, entries: list[bytes]) -> bytes:
        """The bytes for entries that came live; the log is read where one is missing."""
        found: list[bytes] = []
        for data in entries:
            entry = unpack(data)
            if isinstance(entry, EventEntry):
                if entry.seq > self.reader.seq + 1:
                    found.append(await self._look())
                else:
                    found.append(self.reader.event(entry))
            elif isinstance(entry, SignalEntry):
                found.append(self.reader.signal(entry))
            else:
                found.append(await self._more(entry))
            if self._over():
                break
        return b"".join(found)

    async def _more(self, entry: DeltaEntry) -> bytes:
        piece = self.reader.delta(entry)
        if piece is not None:
            return piece
        found = await self._look()
        again = self.reader.delta(entry)
        self.reader.deaf = again is None
        return found + (again or b"")

    async def _look(self) -> bytes:
        """Whatever the log has behind the reader, then the running answer's text."""
        found: list[bytes] = []
        while not self._over():
            async with self.tools.database.reading() as session:
                events = await log.read_after(session, self.conversation_id, self.reader.seq, PAGE)
            for event in events:
                entry = self.tools.bulletin.entry(event)
                assert isinstance(entry, EventEntry)
                found.append(self.reader.event(entry))
                if self._over():
                    break
            if len(events) < PAGE:
                break
        if self.reader.answer_id is not None and not self._over():
            answer_id, live = UUID(self.reader.answer_id), self.tools.bulletin.live
            text = await text_now(self.tools.answers, live, self.conversation_id, answer_id, self.reader.epoch)
            found.append(self.reader.catch_up(text))
        return b"".join(found)


async def open_stream(tools: ConversationTools, conversation_id: UUID, after: int) -> EventStream:
    """A stream behind a public id; it has to be closed through `following`."""
    following = await tools.bulletin.live.follow(stream_key(conversation_id))
    try:
        return await resumed(tools, conversation_id, following, after)
    except BaseException:
        following.close()
        raise


async def resumed(
    tools: ConversationTools,
    conversation_id: UUID,
    following: Following,
    after: int,
    until: UUID | None = None,
    until_seq: int | None = None,
) -> EventStream:
    """A stream behind a public id. It ends with the answer `until`, without one behind the event `until_seq`."""
    place = Place.of(after)
    reader = Reader(place.seq)
    if place.seq > 0:
        async with tools.database.reading() as session:
            thread = await threads.find_thread(session, conversation_id)
            if thread is not None and place.seq > thread.seq:
                place = Place(thread.seq, None)
                reader.seq = place.seq
            mark = await log.mark_at(session, conversation_id, place.seq)
        if mark is not None and mark[1] in ("answer.started", RETRACTED):
            reader.resume(mark[2], mark[0], place.seen)
        elif place.seen is not None:
            reader.signals = place.seen + 1
    return EventStream(tools, conversation_id, following, reader, until, until_seq if until is None else None)
