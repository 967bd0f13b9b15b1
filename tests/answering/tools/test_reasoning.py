"""A model with tools: what it calls is checked, what it makes up is refused, and it never changes anything itself."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from app.adapters.tool_servers import ToolServers
from app.answering import AnswerEvent, AnsweringTools, Composer, Finished, Outcome, Proposal, Question, answer
from app.answering.tools import Catalogue, Source, SourceKind, Tool, ToolActions
from app.answering.versions import Unchanging
from app.demo.orders import Place
from app.kernel.database import Database
from app.kernel.ids import new_id
from app.model_registry import ChatDelta, ChatMessage, ChatUsage, ModelTimeout, ServedModel
from tests.answering.tools.orders import demo_specs, order_service
from tests.fakes.passages import FakePassages

Say = str | tuple[str, dict[str, Any]] | Exception


@dataclass
class ToolModel:
    """Says or calls what the test wrote, one turn after the other; the last turn again and again."""

    turns: Sequence[Say]
    seen: list[list[ChatMessage]] = field(default_factory=list)
    tools: list[Any] = field(default_factory=list)

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        model: str | None = None,
        options: Mapping[str, Any] = {},
    ) -> AsyncGenerator[ChatDelta, None]:
        turn = self.turns[min(len(self.seen), len(self.turns) - 1)]
        self.seen.append(list(messages))
        self.tools = list(options.get("tools", ()))
        if isinstance(turn, Exception):
            raise turn
        if isinstance(turn, str):
            yield ChatDelta(turn, "stop", ChatUsage(10, 5))
            return
        name, arguments = turn
        written = arguments.get("raw") or orjson.dumps(arguments).decode()
        head = {"index": 0, "id": "c1", "function": {"name": name, "arguments": written[:3]}}
        yield ChatDelta("", tool_calls=(head,))
        yield ChatDelta("", "tool_calls", tool_calls=({"index": 0, "function": {"arguments": written[3:]}},))

    async def default_name(self) -> str:
        return "scripted"

    async def live_chat_model(self, conversation_id: UUID | None = None) -> ServedModel:
        return ServedModel(self, "scripted")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with order_service(tmp_path) as found:
        yield found


async def told(database: Database, place: Place, turns: Sequence[Say], words: str) -> tuple[AnswerEvent, ToolModel]:
    """The last event of the answer, and the model."""
    secrets: dict[str, str | None] = {"Authorization": f"Bearer {place.key}"}
    source = Source(new_id(), SourceKind.HTTP, "orders", place.url, secrets=secrets)
    tools = tuple(Tool(new_id(), source, spec, True, 1) for spec in demo_specs())
    model, servers = ToolModel(turns), ToolServers(f"127.0.0.1:{place.port}")
    actions = ToolActions(database, servers, Unchanging(Catalogue(tools)), model)
    answering = AnsweringTools(FakePassages([], answerable=False), model, actions=actions)
    question = Question(words, user_id="U10001", conversation_id=new_id())
    events = [event async for event in answer(answering, question)]
    await servers.close()
    return events[-1], model


async def test_a_model_looks_up_what_it_needs_and_answers_from_the_results(database: Database, place: Place) -> None:
    turns: list[Say] = [("list_orders", {}), "您最近的订单是 Nova Buds 2，正在运输中。"]
    end, model = await told(database, place, turns, "我要退货")
    assert isinstance(end, Finished) and (end.outcome, end.composer) == (Outcome.TOOL, Composer.GENERATIVE)
    assert end.text == turns[1] and end.usage.prompt_tokens == 10
    assert "X-Customer-Id" not in str(model.tools) and "<data>" in model.seen[1][-1].content
    assert "13812345678" not in model.seen[1][-1].content


MADE_UP: list[tuple[Say, str]] = [
    (("list_orders", {"X-Customer-Id": "U10002"}), "X-Customer-Id"),
    (("get_order", {"order_number": "ND2611209999"}), "never said"),
    (("drop_tables", {}), "no tool called"),
    (("get_order", {"raw": "{not json"}), "not JSON"),
    (("get_order", {"order_number": 7}), "order_number"),
    (("request_return", {"order_number": "ND2611209999", "reason": "faulty"}), "never said"),
]


async def test_what_a_model_makes_up_is_not_called_and_the_form_goes_on(database: Database, place: Place) -> None:
    for turn, why in MADE_UP:
        end, model = await told(database, place, [turn, "好"], "我要退货")
        assert why in model.seen[1][-1].content
        assert isinstance(end, Finished) and end.outcome is Outcome.CLARIFIED, turn
        assert end.text.startswith("要退哪一个订单")
    for useless in (ModelTimeout("gap"), "我不知道。"):
        end, _ = await told(database, place, [useless], "我要退货")
        assert isinstance(end, Finished) and end.outcome is Outcome.CLARIFIED
    end, model = await told(database, place, ["没有合适的工具"], "怎么取消订单")
    assert isinstance(end, Finished) and end.outcome is Outcome.REFUSED and model.seen


async def test_a_change_a_model_asks_for_is_only_a_card(database: Database, place: Place) -> None:
    number = f"ND{'2611160007'}"
    turns: list[Say] = [("request_return", {"order_number": number, "reason": "faulty"})]
    end, _ = await told(database, place, turns, f"退货 {number}")
    assert isinstance(end, Finished) and isinstance(end.card, Proposal)
    assert end.card.arguments == {"order_number": number, "reason": "faulty"} and end.card.user_id == "U10001"


async def test_a_model_that_loops_or_invents_a_number_is_answered_for_by_the_template(
    database: Database, place: Place
) -> None:
    end, model = await told(database, place, [("list_orders", {})], "我要退货")
    assert isinstance(end, Finished) and end.composer is Composer.FIXED and end.text.startswith("您的订单")
    assert len(model.seen) == 4 and "made already" in model.seen[2][-1].content
    end, _ = await told(database, place, [("list_orders", {}), "您的订单共 88888 元。"], "我要退货")
    assert isinstance(end, Finished) and end.text.startswith("您的订单：")
