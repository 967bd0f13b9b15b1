"""People and a bot acting at the same time on one Kefu without a server, and a witness inside the database."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.accounts import Principal, Role
from app.answering import AnswerEvent, Composer, Delta, Finished, Outcome, Question, Started
from app.conversations import AnswerFinished, ConversationTools, answering_process, post_message, start_conversation
from app.conversations.ask import Begun
from app.escalation import EscalationTools
from app.kernel.database import Database
from app.kernel.events import Announcer
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from app.wiring import switchboard

PIECES = ("退货", "的运费", "由我们", "承担，", "三天", "内到账。")
WHOLE = "".join(PIECES)
# The witness sees every write to a conversation, whoever makes it: no code of the application can go round it.
WITNESS = (
    """CREATE TABLE seen_change (n bigserial PRIMARY KEY, id uuid, owner_0 text, lifecycle_0 text, agent_0 uuid,
        version_0 int, owner_1 text, lifecycle_1 text, agent_1 uuid, version_1 int)""",
    """CREATE TABLE seen_answer (n bigserial PRIMARY KEY, id uuid, answer_id uuid, owner text, outcome text)""",
    """CREATE FUNCTION see_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO seen_change (id, owner_0, lifecycle_0, agent_0, version_0, owner_1, lifecycle_1, agent_1, version_1)
        VALUES (NEW.id, OLD.owner, OLD.lifecycle, OLD.agent_id, OLD.version, NEW.owner, NEW.lifecycle, NEW.agent_id,
            NEW.version);
        RETURN NULL; END $$""",
    """CREATE FUNCTION see_answer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO seen_answer (id, answer_id, owner, outcome)
        SELECT c.id, NEW.id, c.owner, NEW.outcome FROM conversation c WHERE c.id = NEW.conversation_id;
        RETURN NULL; END $$""",
    """CREATE TRIGGER see_change AFTER UPDATE ON conversation FOR EACH ROW
        WHEN ((OLD.owner, OLD.lifecycle, OLD.agent_id, OLD.version)
        IS DISTINCT FROM (NEW.owner, NEW.lifecycle, NEW.agent_id, NEW.version))
        EXECUTE FUNCTION see_change()""",
    """CREATE TRIGGER see_answer AFTER INSERT ON message FOR EACH ROW WHEN (NEW.role = 'bot')
        EXECUTE FUNCTION see_answer()""",
)


def agent(name: str, role: Role = Role.AGENT) -> Principal:
    """Somebody of the staff."""
    return Principal(new_id(), "staff", name, role)


@dataclass
class House:
    """A Kefu in this process; `finished` gets the id of every answer that is over."""

    tools: ConversationTools
    escalation: EscalationTools
    database: Database
    board: dict[type, Any]
    finished: dict[UUID, asyncio.Event] = field(default_factory=dict)

    async def begin(self) -> Begun:
        """A new conversation."""
        return await start_conversation(self.tools, channel="web", locale="zh-CN")

    async def ask(self, begun: Begun, words: str = "退货运费谁出？") -> UUID | None:
        """A question; the id its answer will have."""
        posted = await post_message(self.tools, begun.conversation_id, begun.token, str(new_id()), words)
        return posted.answer_id

    async def over(self, answer_id: UUID) -> None:
        """Waits until an answer has ended."""
        async with asyncio.timeout(20):
            await self.finished.setdefault(answer_id, asyncio.Event()).wait()

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        """What the database says."""
        async with self.database.reading() as session:
            return list(await session.execute(text(statement), values))


async def _speak(question: Question) -> AsyncGenerator[AnswerEvent, None]:
    yield Started(Composer.GENERATIVE)
    for piece in PIECES:
        await asyncio.sleep(random.random() * 0.004)
        yield Delta(piece)
    yield Finished(WHOLE, Outcome.ANSWERED, (), (), Composer.GENERATIVE, {})


@asynccontextmanager
async def house(settings: Settings, *, witness: bool = True) -> AsyncIterator[House]:
    """The application without its web server, answering in this process."""
    async with switchboard(settings, _speak) as board:
        tools = board.tools[ConversationTools]
        found = House(tools, board.tools[EscalationTools], board.database, board.tools)

        async def note(_: object, ended: AnswerFinished) -> None:
            found.finished.setdefault(ended.message_id, asyncio.Event()).set()

        board.tools[Announcer].listen(AnswerFinished, note)
        if witness:
            async with board.database.transaction() as session:
                for statement in WITNESS:
                    await session.execute(text(statement))
        async with answering_process(tools):
            yield found
