"""A worse embedder does not take over past the gate, unless somebody says why; the audit keeps both."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app.evaluation import EvaluationTools, RegressionQuestions
from app.knowledge import EmbedderTools, Measured, SearchOptions
from app.knowledge.embedding.change_over import switch
from app.knowledge.embedding.errors import GateRefused
from tests.fakes.bell import FakeBell
from tests.knowledge.reembedding import filled
from tests.serving import Served


@dataclass(frozen=True)
class WorseEmbedder(RegressionQuestions):
    """Asks the real questions of a future embedder that is never sure of anything."""

    async def measure(self, options: SearchOptions | None) -> Measured:
        """See the port."""
        return await super().measure(None if options is None else replace(options, threshold=1.0))


async def test_a_failing_gate_stops_the_switch_until_a_reason_is_given(shop: Served, questions: str) -> None:
    wired: EmbedderTools = shop.tools[EmbedderTools]
    tools = replace(wired, bell=FakeBell(), bank=WorseEmbedder(shop.tools[EvaluationTools]))
    run = await filled(tools)
    with pytest.raises(GateRefused) as refused:
        await switch(tools, run.id)
    assert any(reason.startswith("broken_musts count=1") for reason in refused.value.extra["reasons"])
    before = await present(tools)
    assert before != run.embedder_id
    assert (await switch(tools, run.id, override="演示环境，已知会")).at_once
    assert await present(tools) == run.embedder_id
    async with tools.database.reading() as session:
        query = "SELECT details FROM audit_entry WHERE action = 'embedder.switched'"
        [details] = (await session.scalars(text(query))).all()
    assert details["override"] == "演示环境，已知会" and details["against"] == refused.value.extra["reasons"]


async def present(tools: EmbedderTools) -> UUID:
    async with tools.database.reading() as session:
        found: UUID = (await session.execute(text("SELECT id FROM embedder WHERE state = 'present'"))).scalar_one()
    return found
