"""Regression questions that score each embedder as a test wants, and a gate that is open or shut."""

from app.kernel.ids import new_id
from app.knowledge import Measured, MeasuredQuestion, SearchOptions, Verdict


class FakeBank:
    """`answerable`, `refused`: the questions' texts; `passes`: what the gate says; `asked`: the options of each run."""

    def __init__(self) -> None:
        self.answerable: list[str] = []
        self.refused: list[str] = []
        self.passes = True
        self.asked: list[SearchOptions | None] = []

    async def measure(self, options: SearchOptions | None) -> Measured:
        """See the port."""
        self.asked.append(options)
        rows = [
            MeasuredQuestion(new_id(), said, False, refuse, None if refuse else 1, not refuse, ())
            for refuse, texts in ((False, self.answerable), (True, self.refused))
            for said in texts
        ]
        score = 0.9 if options is None else 0.8
        return Measured(new_id(), len(rows), score, score, score, 0.0, 0.1, tuple(rows))

    async def texts(self) -> frozenset[str]:
        """See the port."""
        return frozenset([*self.answerable, *self.refused])

    async def verdict(self, before: Measured, after: Measured) -> Verdict:
        """See the port."""
        fallen = f"recall@1 {before.recall_at_1} -> {after.recall_at_1}"
        return Verdict(self.passes, () if self.passes else (fallen,))
