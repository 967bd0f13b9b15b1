"""Writes the rows of a version in the layouts other tools read."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import orjson


class Layout(StrEnum):
    """The layouts of an export; `rows` is our own, with prompt, completion, source and split."""

    ROWS = "rows"
    OPENAI = "openai"
    SHAREGPT = "sharegpt"
    ALPACA = "alpaca"
    CHATGLM = "chatglm"


_SHAREGPT = {"system": "system", "user": "human", "assistant": "gpt"}


def export(data: bytes, layout: Layout, split: str | None = None) -> Iterator[bytes]:
    """JSON lines; `split` None: all rows."""
    for line in data.splitlines():
        row = orjson.loads(line)
        if layout is not Layout.ROWS and "prompt" not in row:
            continue  # plain text of a document is no conversation
        if split is None or row.get("split", "train") == split:
            yield (line if layout is Layout.ROWS else orjson.dumps(_in(layout, row))) + b"\n"


def _in(layout: Layout, row: dict[str, Any]) -> dict[str, Any]:
    messages = [*row["prompt"], *row["completion"]]
    if layout is Layout.OPENAI:
        return {"messages": messages}
    if layout is Layout.CHATGLM:
        return {"conversations": messages}
    if layout is Layout.SHAREGPT:
        return {"conversations": [{"from": _SHAREGPT[turn["role"]], "value": turn["content"]} for turn in messages]}
    spoken = [turn["content"] for turn in row["prompt"] if turn["role"] != "system"]
    system = "\n".join(turn["content"] for turn in row["prompt"] if turn["role"] == "system")
    history = [[spoken[at], spoken[at + 1]] for at in range(0, len(spoken) - 2, 2)]
    return {
        "instruction": spoken[-1],
        "input": "",
        "output": row["completion"][-1]["content"],
        "system": system,
        "history": history,
    }
