"""`kefu eval safety`: public attacks and look-alikes through the whole pipeline, and orders planted in documents."""

from pathlib import Path
from typing import Any

from app.commands.workplace import with_switchboard
from app.evaluation import EvaluationTools
from app.evaluation.answers import keep_figures
from app.evaluation.safety import direct, planted, read_contexts, together
from app.wiring import Switchboard

NAME = "safety"
WAYS = {"quoting": False, "obedient model": True}


def evaluate(data_dir: Path | None, folder: Path, limit: int) -> dict[str, dict[str, Any]]:
    """The figures of each kind of attack, each way; kept as a run of the name `safety`."""

    async def work(board: Switchboard) -> dict[str, dict[str, Any]]:
        tools: EvaluationTools = board.tools[EvaluationTools]
        groups: dict[str, dict[str, Any]] = {}
        asked = 0
        for way, obeying in WAYS.items():
            tallies = await direct(tools.answering, folder, limit, obeying)
            orders = await planted(tools.answering, read_contexts(folder)[:limit], obeying)
            tallies["planted in a document en"] = together(orders.values())
            groups |= {f"{kind}, {way}": tally.figures() for kind, tally in tallies.items()}
            asked += together(tallies.values()).asked
        await keep_figures(tools, NAME, asked, {"questions": asked, "groups": groups}, {"model": "obedient"})
        return groups

    return with_switchboard(data_dir, work)
