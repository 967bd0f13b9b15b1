"""What the proof did, how long each step took, and what was measured: printed as the tables of the README."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Diary:
    """Steps with their seconds and a note each, and tables to print beside them."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, float, str]] = []
        self._tables: list[str] = []
        self.note = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times a step; what it sets as `note` stands beside it."""
        self.note = ""
        began = time.monotonic()
        yield
        self._steps.append((name, time.monotonic() - began, self.note))

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table of its own."""
        lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
        self._tables.append("\n".join("| " + " | ".join(line) + " |" for line in lines))

    def __str__(self) -> str:
        steps = [[name, f"{seconds:.0f} s", note] for name, seconds, note in self._steps]
        self.table(("step", "time", "what came of it"), steps)
        return "\n\n".join(self._tables)
