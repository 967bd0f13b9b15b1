"""Reads the demo company's documents as plain text, each by its slug such as `zh/warranty`."""

import re
from functools import cache

from app.demo import FOLDER

SHEETS = {
    "zh/logistics-timetable": ["logistics-timetable"],
    "zh/stores-and-prices": ["stores", "prices", "repair-prices"],
}
FIGURE = re.compile(r"\d+(?:[.:]\d+)*")


@cache
def document_text(slug: str) -> str:
    """The source text of a document."""
    language, name = slug.split("/")
    if slug in SHEETS:
        return "\n".join((FOLDER / "sources" / language / f"{sheet}.csv").read_text("utf-8") for sheet in SHEETS[slug])
    candidates = [
        FOLDER / "sources" / language / f"{name}.md",
        FOLDER / "documents" / language / f"{name}.md",
        FOLDER / "documents" / language / f"{name}.csv",
    ]
    return next(path for path in candidates if path.is_file()).read_text("utf-8")


def figures(text: str) -> set[str]:
    """Every number in a text, thousands separators left out."""
    return set(FIGURE.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text)))
