"""How often one plain question goes to the database, so that it cannot creep up unseen."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg._connection_base import BaseConnection
from psycopg._cursor_base import BaseCursor

from app.bench.script import Script
from app.bench.scripted_model import start
from app.conversations import AnswerFinished, ConversationTools, post_message, start_conversation
from app.kernel.ids import new_id
from app.knowledge import DocumentTools, accept_document, ingest_document
from app.wiring import Switchboard, switchboard
from tests.conversations.test_from_documents import POLICY
from tests.serving import settings_for

# From the message's arrival to its stored answer, BEGIN and COMMIT counted: the question with its promised answer; the
# search; answer.started; answer.citations unless the end follows at once; the answer with events and trace.
MOST_FIRST = 5
# Of a later turn also what was said before, and what the rules of escalation look at: turns and votes.
MOST_LATER = 8


@contextmanager
def counted(patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every command this process sends to PostgreSQL, but for the look at all settings' versions once a second."""
    seen: list[str] = []

    def note(statement: Any) -> None:
        words = " ".join((statement.decode() if isinstance(statement, bytes) else str(statement)).split())
        if "answering_version" not in words:
            seen.append(words[:160])

    execute, command = BaseCursor._execute_gen, BaseConnection._exec_command

    def executing(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        note(query)
        return execute(self, query, *args, **options)

    def commanding(self: Any, statement: Any, *args: Any, **options: Any) -> Any:
        note(statement)
        return command(self, statement, *args, **options)

    with patch.context() as patched:
        patched.setattr(BaseCursor, "_execute_gen", executing)
        patched.setattr(BaseConnection, "_exec_command", commanding)
        yield seen


@pytest.fixture
async def board(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Switchboard]:
    """All of Kefu but the web, with a scripted model and one document."""
    server, _, url = await start(Script(first_token_ms=1, rate=2_000, tokens=40))
    settings = settings_for(database_url, redis_url, tmp_path, chat_url=url, answer_cache="off")
    async with switchboard(settings) as made:
        documents: DocumentTools = made.tools[DocumentTools]
        accepted = await accept_document(documents, file_name="退换货政策.md", data=POLICY.encode())
        assert accepted.job_id is not None
        await ingest_document(documents, accepted.job_id)
        yield made
    server.close()


async def test_a_plain_question_takes_few_statements(board: Switchboard, monkeypatch: pytest.MonkeyPatch) -> None:
    tools: ConversationTools = board.tools[ConversationTools]
    outcomes: list[str] = []

    async def note(event: AnswerFinished) -> None:
        outcomes.append(event.outcome)

    tools.bulletin.announcer.listen_after(AnswerFinished, note)

    async def ask(token: str, conversation_id: UUID, words: str) -> None:
        await post_message(tools, conversation_id, token, str(new_id()), words)
        await tools.answers.leave(20.0)  # until nothing is being answered, or done after an answer

    begun = await start_conversation(tools, channel="web", locale="zh-CN")
    await ask(begun.token, begun.conversation_id, "质量问题几天内可以换货？")  # loads what is kept in the process
    begun = await start_conversation(tools, channel="web", locale="zh-CN")
    with counted(monkeypatch) as first:
        await ask(begun.token, begun.conversation_id, "签收后几天内可以无理由退货？")
    with counted(monkeypatch) as later:
        await ask(begun.token, begun.conversation_id, "质量问题几天内可以换货？")
    assert outcomes == ["answered"] * 3
    assert len(first) <= MOST_FIRST, "\n".join(first)
    assert len(later) <= MOST_LATER, "\n".join(later)
