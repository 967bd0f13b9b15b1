"""The README tells what the code can do: every setting, command and make verb, and nothing that is gone."""

import re
from pathlib import Path
from typing import get_args

import pytest
import typer
from pydantic.fields import FieldInfo

from app.accounts import Role
from app.cli import app
from app.conversations.domain import TRANSITIONS, Happening, Lifecycle, Owner
from app.kernel.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
HANDS_BEGIN, HANDS_END = "<!-- transitions: made from app/conversations/domain.py -->", "<!-- end of transitions -->"
BEGIN, END = "<!-- environment: made from app/kernel/settings.py -->", "<!-- end of environment -->"


def shown_default(field: FieldInfo) -> str:
    if field.default is None:
        return "unset"
    if isinstance(field.default, bool):
        return "true" if field.default else "false"
    return f"`{field.default}`" if str(field.default) else "empty"


def environment_table() -> str:
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        literals = [value for value in get_args(field.annotation) if isinstance(value, str)]
        choices = f" One of {', '.join(f'`{value}`' for value in literals)}." if literals else ""
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown_default(field)} | {field.description}{choices} |")
    return "\n".join(rows)


def transition_table() -> str:
    """Rows are what may happen, columns what a conversation is; a cell says what it becomes."""
    states = list(dict.fromkeys(state for moves in TRANSITIONS.values() for state in moves))
    order = sorted(states, key=lambda state: (list(Lifecycle).index(state[1]), list(Owner).index(state[0])))
    rows = [
        "| | " + " | ".join(f"{owner} {lifecycle}" for owner, lifecycle in order) + " |",
        "|---" * (len(order) + 1) + "|",
    ]
    for happening, moves in TRANSITIONS.items():
        cells = []
        for state in order:
            target = moves.get(state)
            same = target == state and happening is not Happening.TRANSFERRED
            cells.append("–" if target is None else "same" if same else f"{target[0]} {target[1]}")
        rows.append(f"| `{happening}` | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def verbs(group: object, before: str = "kefu") -> list[str]:
    commands = getattr(group, "commands", None)
    return [before] if commands is None else [v for n, c in commands.items() for v in verbs(c, f"{before} {n}")]


def make_verbs() -> list[str]:
    makefile = ROOT / "Makefile"
    return re.findall(r"^([a-z][a-z-]*):.*##", makefile.read_text("utf-8"), re.M) if makefile.exists() else []


def test_every_setting_stands_in_the_readme_as_the_code_has_it() -> None:
    table = README.split(BEGIN)[1].split(END)[0].strip()
    assert table == environment_table(), "run: python -m tests.architecture.test_readme"


def test_how_conversations_change_hands_stands_in_the_readme_as_the_code_has_it() -> None:
    table = README.split(HANDS_BEGIN)[1].split(HANDS_END)[0].strip()
    assert set(TRANSITIONS) == set(Happening)
    assert table == transition_table(), "run: python -m tests.architecture.test_readme"


@pytest.mark.parametrize("verb", verbs(typer.main.get_command(app)))
def test_every_command_stands_in_the_readme(verb: str) -> None:
    assert f"`{verb}`" in README


@pytest.mark.parametrize("verb", make_verbs() or ["help"])
def test_every_make_verb_stands_in_the_readme(verb: str) -> None:
    assert f"`make {verb}`" in README


@pytest.mark.parametrize("role", Role)
def test_every_role_stands_in_the_readme(role: Role) -> None:
    assert f"| `{role.value}` |" in README


def test_every_variable_and_path_the_readme_names_exists() -> None:
    settings = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(re.findall(r"\bKEFU_[A-Z_]+\b", README)) <= settings
    named = re.findall(r"`((?:app|workers|tests|frontend|migrations)/[\w/.]+)`", README)
    assert named and [path for path in named if not (ROOT / path).exists()] == []


if __name__ == "__main__":
    made = ((BEGIN, END, environment_table()), (HANDS_BEGIN, HANDS_END, f"\n{transition_table()}\n"))
    for begin, end, table in made:
        head, tail = README.split(begin)[0], README.split(end)[1]
        README = f"{head}{begin}\n{table}\n{end}{tail}"
    (ROOT / "README.md").write_text(README, "utf-8")
