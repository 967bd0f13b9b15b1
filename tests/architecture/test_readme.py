"""The README tells what the code can do: every setting, command and make verb, and nothing that is gone."""

import re
from pathlib import Path
from typing import get_args

import pytest
import typer
from pydantic.fields import FieldInfo

from app.accounts import Role
from app.cli import app
from app.kernel.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
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


def verbs(group: object, before: str = "kefu") -> list[str]:
    commands = getattr(group, "commands", None)
    return [before] if commands is None else [v for n, c in commands.items() for v in verbs(c, f"{before} {n}")]


def make_verbs() -> list[str]:
    makefile = ROOT / "Makefile"
    return re.findall(r"^([a-z][a-z-]*):.*##", makefile.read_text("utf-8"), re.M) if makefile.exists() else []


def test_every_setting_stands_in_the_readme_as_the_code_has_it() -> None:
    table = README.split(BEGIN)[1].split(END)[0].strip()
    assert table == environment_table(), "run: python -m tests.architecture.test_readme"


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
    head, tail = README.split(BEGIN)[0], README.split(END)[1]
    (ROOT / "README.md").write_text(f"{head}{BEGIN}\n{environment_table()}\n{END}{tail}", "utf-8")
