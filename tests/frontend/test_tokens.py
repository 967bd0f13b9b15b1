"""The design's colours: every text colour can be read on every ground it stands on, in both themes."""

import re

import pytest

from app.conversations.accent import contrast
from app.kernel.web import FRONTEND

SOURCES = FRONTEND / "src"
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (SOURCES / "shared" / "tokens.css").read_text("utf-8")
    )
}
GROUNDS = ["surface", "bg", "sunken", "hover"]
TEXTS = ["text", "text-2", "text-3", "accent", "danger", "warn", "ok", "info", "agent"]
PAIRS = [
    *((text, ground, 4.5) for text in TEXTS for ground in GROUNDS),
    *((text, f"{text}-wash", 4.5) for text in ["danger", "warn", "ok", "info"]),
    ("accent", "wash", 4.5),
    ("text", "wash", 4.5),
    ("text-2", "wash", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-hover", 4.5),
    ("on-danger", "danger", 4.5),
    ("text", "mark", 4.5),
    ("text-2", "mark", 4.5),
    *(("control", ground, 3) for ground in ["surface", "bg", "sunken"]),
    *((owner, "surface", 3) for owner in ["bot", "queue", "agent", "none", "c1", "c2", "c3", "c4", "c5", "c6"]),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_a_colour_reads_on_its_ground(text: str, ground: str, least: float, theme: int) -> None:
    assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= least


def test_no_colour_is_written_outside_the_tokens() -> None:
    found = [
        f"{path.relative_to(SOURCES)}: {line.strip()}"
        for path in [*SOURCES.rglob("*.css"), *SOURCES.rglob("*.ts")]
        if path.name not in ("tokens.css", "widget.ts")  # the launcher stands on pages of others, which have no tokens
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"(?<![\w&`\"'{(/])#(?!000\b)[0-9a-fA-F]{3,8}\b(?!\w|-)", line)
    ]
    assert found == []
