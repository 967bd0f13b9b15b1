"""The README's table of search: every public set by every channel and by plain BM25.

`python -m tests.evaluation.figures DATA_DIR [SET ...]` works in a data folder of its own, so it finds search as a new
installation has it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import get_args

from app.commands.eval_retrieval import (
    Channel,
    ask_all,
    evaluate_baseline,
    evaluate_retrieval,
    figures,
    read_corpus,
    read_questions,
)
from app.commands.workplace import with_switchboard
from app.knowledge import SearchTools, add_scratch_texts, scratch_base
from app.wiring import Switchboard
from tests.evaluation.convert import convert_all

# set: imported as FAQs, measured again with its texts cut into passages
SETS = {
    "docqa_zh": (False, True),
    "faq_zh_health": (True, False),
    "faq_zh_product": (False, False),
    "faq_en_banking": (True, False),
    "faq_en_clinc": (True, False),
}
COLUMNS = ("recall@1", "recall@5", "recall@10", "mrr@10", "refusal_auroc", "false_answer", "false_refusal")
FITTED = ("fitted_false_answer", "fitted_false_refusal")


def row(name: str, how: str, found: dict[str, float]) -> str:
    """One line of the table."""
    cells = [f"{found[key]:.3f}" if key in found else "" for key in (*COLUMNS, *FITTED)]
    return f"| {name} | {how} | " + " | ".join(cells) + " |"


def head() -> Iterator[str]:
    """The two lines above."""
    names = ("set", "ranked by", *COLUMNS, *FITTED)
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)


async def measure(board: Switchboard, folder: Path, faq: bool, split: bool) -> Iterator[str]:
    """The lines of one set."""
    tools = board.tools[SearchTools]
    texts = list(read_corpus(folder / "corpus.jsonl", faq))
    questions = list(read_questions(folder / "queries.jsonl", folder / "qrels.jsonl"))
    rows = [row(folder.name, "plain bigram BM25", evaluate_baseline(texts, questions))]
    async with scratch_base(tools) as base_id:
        names = await add_scratch_texts(tools, base_id, texts)
        channel: Channel
        for channel in reversed(get_args(Channel)):
            started = perf_counter()
            outcomes = await ask_all(tools, base_id, names, questions, channel)
            rows.append(row(folder.name, channel, figures(outcomes, perf_counter() - started)))
    if split:
        found = await evaluate_retrieval(tools, texts, questions, split=True)
        rows.append(row(folder.name, "fused, cut into passages", found))
    return iter(rows)


def main(data: Path, wanted: list[str]) -> None:
    """Prints the table, each set as soon as it is measured."""

    async def work(board: Switchboard) -> None:
        print("\n".join(head()), flush=True)
        for name in wanted:
            for line in await measure(board, out / name, *SETS[name]):
                print(line, flush=True)

    with TemporaryDirectory() as folder:
        out = Path(folder) / "sets"
        convert_all(data, out)
        with_switchboard(Path(folder) / "kefu", work)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(SETS))
