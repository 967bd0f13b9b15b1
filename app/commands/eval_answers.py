"""`kefu eval answers`: whole answers to labelled questions, judged by their sources, words and refusals, and kept."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from app.adapters.text_splitting import split_text
from app.commands.eval_retrieval import read_corpus
from app.commands.telling import change
from app.commands.workplace import with_switchboard
from app.evaluation import EvaluationTools
from app.evaluation.answers import AnswerRun, Judged, Labelled, Row, get_run, judge, read_labelled, run_now, run_rows
from app.knowledge import SearchTools, add_scratch_texts, scratch_base
from app.wiring import Switchboard

SAID, AT_ONCE = 160, 2


@dataclass(frozen=True)
class Report:
    """A kept run, the figures of the last run of its name if there is one, and every answer."""

    run: AnswerRun
    before: Mapping[str, Any] | None
    rows: Sequence[Row]

    @property
    def figures(self) -> dict[str, Any]:
        """The figures of the whole run."""
        return {name: value for name, value in (self.run.figures or {}).items() if name != "groups"}

    @property
    def groups(self) -> dict[str, dict[str, Any]]:
        """The figures of each language and set, where there is more than one."""
        return dict((self.run.figures or {}).get("groups") or {})

    @property
    def compared(self) -> dict[str, str]:
        """The figures, each with what it has gained or lost since the last run."""
        return {name: f"{value}{change(value, (self.before or {}).get(name))}" for name, value in self.figures.items()}


def evaluate(
    data_dir: Path | None, questions: Path, faqs: Path | None, corpus: Path | None = None, name: str | None = None
) -> Report:
    """Asks the knowledge base as it stands, or a scratch base made of a corpus; keeps the run under the name.

    Raises QuestionFileUnreadable, NoQuestions.
    """
    asked = read_labelled(questions)
    names = read_faq_names(faqs) if faqs is not None else {}

    async def work(board: Switchboard) -> Report:
        tools: EvaluationTools = board.tools[EvaluationTools]
        called = name or questions.stem
        if corpus is None:
            run = await run_now(tools, called, asked, names)
        else:
            search: SearchTools = board.tools[SearchTools]
            async with scratch_base(search) as base_id:
                await add_scratch_texts(search, base_id, list(read_corpus(corpus, faq=False)), split_text)
                run = await run_now(tools, called, asked, names, base_ids=(base_id,), audience="scratch")
        before = await get_run(tools, run.compared_with) if run.compared_with else None
        return Report(run, before.figures if before else None, await run_rows(tools, run.id))

    return with_switchboard(data_dir, work)


async def judge_all(
    board: Switchboard, asked: Sequence[Labelled], faq_names: Mapping[str, str]
) -> list[tuple[Labelled, Judged]]:
    """Answers every question through the pipeline customers get, keeping nothing."""
    tools: EvaluationTools = board.tools[EvaluationTools]
    gate = asyncio.Semaphore(AT_ONCE)

    async def judged(one: Labelled) -> tuple[Labelled, Judged]:
        async with gate:
            return one, await judge(tools, one, faq_names)

    return list(await asyncio.gather(*(judged(one) for one in asked)))


def read_faq_names(path: Path) -> dict[str, str]:
    """The id of each FAQ question in a file of lines `{id, questions}`."""
    rows = [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
    return {question: str(row["id"]) for row in rows for question in row["questions"]}


def problems(rows: Sequence[Row]) -> list[str]:
    """A line for each answer something is wrong with."""
    return [
        f"{one.problem}  {row.asked.qid}  {row.asked.text}  ->  {' '.join(one.text.split())[:SAID]}  {list(one.cited)}"
        for row in rows
        if (one := row.judged) is not None and one.problem
    ]
