"""`kefu eval regression`: the company's regression questions from the shell, for its own build server."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.commands.workplace import with_switchboard
from app.evaluation import Cause, EvaluationTools, RunReport, find_set, run_set
from app.wiring import Switchboard


class UnknownSet(Exception):
    """There is no set of that name."""


@dataclass(frozen=True)
class Report:
    """What a run says to a shell."""

    found: RunReport

    @property
    def passes(self) -> bool:
        """Whether every question that must pass does, none is answered that must be refused, and the gate agrees."""
        rows = self.found.measured.rows
        broken = any(row.problems and (row.must or row.must_refuse) for row in rows)
        return not broken and (self.found.verdict is None or self.found.verdict.passes)

    def as_dict(self) -> dict[str, Any]:
        """Everything, for a program."""
        rows = self.found.measured.rows
        return {
            "passes": self.passes,
            "run_id": str(self.found.run.id),
            **(self.found.run.figures or {}),
            "gate": self.found.verdict.sentences("en") if self.found.verdict else [],
            "problems": [{"question": row.text, "problems": list(row.problems)} for row in rows if row.problems],
        }

    def lines(self) -> list[str]:
        """The same for people."""
        shown = self.as_dict()
        problems = [f"  {', '.join(one['problems'])}: {one['question']}" for one in shown["problems"]]
        figures = [f"{name}  {value}" for name, value in (self.found.run.figures or {}).items()]
        return [*figures, *problems, *shown["gate"], "passes" if self.passes else "does not pass"]


def evaluate(data_dir: Path | None, name: str | None) -> Report:
    """Asks one set, or all. Raises UnknownSet."""

    async def work(board: Switchboard) -> Report:
        tools: EvaluationTools = board.tools[EvaluationTools]
        chosen = None if name is None else await find_set(tools.database, name)
        if name is not None and chosen is None:
            raise UnknownSet(name)
        return Report(await run_set(tools, chosen.id if chosen else None, cause=Cause.COMMAND))

    return with_switchboard(data_dir, work)
