"""The regression questions as the knowledge room asks for them before it changes search."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.evaluation.gate import verdict_of
from app.evaluation.questions import gate_rules, list_questions, list_sets
from app.evaluation.runs import run_set
from app.evaluation.store.questions import count_expecting
from app.evaluation.tools import EvaluationTools
from app.knowledge import Measured, SearchOptions, Verdict


@dataclass(frozen=True)
class RegressionQuestions:
    """The port QuestionBank over every set."""

    tools: EvaluationTools

    async def measure(self, options: SearchOptions | None) -> Measured:
        """See the port."""
        return (await run_set(self.tools, options=options)).measured

    async def verdict(self, before: Measured, after: Measured) -> Verdict:
        """See the port."""
        return verdict_of(await gate_rules(self.tools.database), before, after)

    async def texts(self) -> frozenset[str]:
        """See the port."""
        found: set[str] = set()
        for one in await list_sets(self.tools.database):
            found |= {row.question.text for row in await list_questions(self.tools.database, one.id)}
        return frozenset(found)

    async def expecting(self, names: Sequence[str]) -> int:
        """See the port."""
        async with self.tools.database.reading() as session:
            return await count_expecting(session, names)
