"""What a running answer has said so far: from this process's memory, else from the live stream."""

from uuid import UUID

from app.conversations.bulletin import stream_key
from app.conversations.entries import DeltaEntry, unpack
from app.conversations.running import RunningAnswers
from app.kernel.live import LiveStreams


async def text_now(
    answers: RunningAnswers, live: LiveStreams, conversation_id: UUID, answer_id: UUID, epoch: int | None = None
) -> str:
    """The text since the event `epoch`, or since the newest beginning when that is not given."""
    running = answers.find(answer_id)
    if running is not None and epoch in (None, running.speech.epoch):
        return running.speech.text
    return await recorded_text(live, conversation_id, answer_id, epoch)


async def recorded_text(live: LiveStreams, conversation_id: UUID, answer_id: UUID, epoch: int | None = None) -> str:
    """The same from the live stream alone; "" when that does not answer or has a hole at the beginning."""
    said, at = "", epoch or 0
    for data in await live.entries(stream_key(conversation_id)):
        entry = unpack(data)
        if not isinstance(entry, DeltaEntry) or entry.answer_id != str(answer_id):
            continue
        if epoch is None and entry.epoch > at:
            said, at = "", entry.epoch
        if entry.epoch == at and entry.offset == len(said):
            said += entry.text()
    return said
