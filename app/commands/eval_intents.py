"""`kefu eval intents`: intents told apart on held-out phrases of a file, or of the list in force, kept like any run."""

from dataclasses import dataclass
from pathlib import Path

from app.answering.intents.service import IntentTools, current_intents
from app.commands.workplace import with_switchboard
from app.evaluation import EvaluationTools
from app.evaluation.answers import AnswerRun, get_run, keep_figures
from app.evaluation.intents import Measured, measure, phrases_of, read_phrases
from app.wiring import Switchboard

OWN = "intents"


@dataclass(frozen=True)
class Report:
    """The kept run, the one before it, and everything measured."""

    run: AnswerRun
    before: AnswerRun | None
    measured: Measured

    def lines(self, most: int) -> list[str]:
        """The pairs most often taken for each other."""
        return [f"{count:>6}  {meant}  ->  {taken}" for meant, taken, count in self.measured.confused[:most]]


def evaluate(data_dir: Path | None, file: Path | None, seed: int, share: float, name: str | None) -> Report:
    """Measures and keeps the run. Raises QuestionFileUnreadable, NoQuestions."""

    async def work(board: Switchboard) -> Report:
        tools: EvaluationTools = board.tools[EvaluationTools]
        if file is None:
            phrases = phrases_of((await current_intents(board.tools[IntentTools])).cards)
        else:
            phrases = read_phrases(file)
        found = measure(phrases, seed, share)
        called = name or (OWN if file is None else f"{OWN} {file.stem}")
        settings = {**found.settings, "confusion": found.confusion}
        run = await keep_figures(tools, called, found.tested, found.figures, settings)
        before = await get_run(tools, run.compared_with) if run.compared_with else None
        return Report(run, before, found)

    return with_switchboard(data_dir, work)
