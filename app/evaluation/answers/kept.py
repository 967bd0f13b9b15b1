"""Figures measured at once, without rows of their own, kept and compared like any other run."""

from collections.abc import Mapping
from typing import Any

from app.evaluation.answers import store
from app.evaluation.answers.domain import AnswerRun
from app.evaluation.answers.runs import get_run
from app.evaluation.domain import Cause, RunState
from app.evaluation.tools import EvaluationTools
from app.kernel.ids import new_id


async def keep_figures(
    tools: EvaluationTools, name: str, questions: int, figures: Mapping[str, Any], settings: Mapping[str, Any]
) -> AnswerRun:
    """A finished run under a name, compared with the last of it."""
    run_id = new_id()
    async with tools.database.transaction() as session:
        values = {"name": name, "cause": Cause.COMMAND.value, "state": RunState.RUNNING.value}
        await store.add_run(session, run_id, (), **values, settings=dict(settings), created_by_name="")
        before = await store.last_run(session, name, run_id)
        ended = {"questions": questions, "done": questions, "figures": dict(figures)}
        await store.end_run(
            session, run_id, RunState.DONE, compared_with=before.id if before is not None else None, **ended
        )
    return await get_run(tools, run_id)
