"""The house keeps its shape: sizes, doors, who may use which framework, guards on every route."""

import ast
import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from app.main import ROUTERS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(p for top in ("app", "workers", "migrations") for p in (ROOT / top).rglob("*.py"))
ROOMS = [
    "accounts",
    "jobs",
    "model_registry",
    "knowledge",
    "answering",
    "evaluation",
    "conversations",
    "escalation",
    "feedback",
    "training",
    "analytics",
]
SQL_FILES = re.compile(r"(tables|store)\.py$|/store/|kernel/database\.py$|^migrations/|^app/commands/migrate\.py$")
WEB_FILES = re.compile(r"(routes|pages|access)\.py$|/routes/|/pages/|main\.py$|kernel/(web|errors)\.py$|^app/bench/")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_has_at_most_400_lines_and_begins_with_a_sentence(path: Path) -> None:
    source = path.read_text("utf-8")
    assert source.count("\n") <= 400
    assert ast.get_docstring(ast.parse(source)), "the first line says what this module owns"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_has_at_most_60_lines(path: Path) -> None:
    too_long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= 60
        and not (name_of(path).startswith("migrations/") and node.name == "upgrade")
    ]
    assert not too_long


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_other_rooms_come_in_by_the_door(path: Path) -> None:
    own = path.relative_to(ROOT).parts[1] if len(path.relative_to(ROOT).parts) > 2 else ""
    inside = re.compile(r"^app\.(\w+)\.(tables|store|service)(\.|$)")
    trespasses = [
        name for name in imports_of(path) if (match := inside.match(name)) and match[1] in ROOMS and match[1] != own
    ]
    assert not trespasses


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_frameworks_are_used_where_they_belong(path: Path) -> None:
    name, imported = name_of(path), imports_of(path)
    if any(i.split(".")[0] == "sqlalchemy" for i in imported):
        assert SQL_FILES.search(name), "SQL is written in tables and stores"
    if any(i.split(".")[0] == "fastapi" for i in imported):
        assert WEB_FILES.search(name), "the web framework stays in routes and pages"
    assert ".commit()" not in path.read_text("utf-8") or name in (
        "app/kernel/database.py",
        "app/commands/migrate.py",
    )


def guards_of(route: APIRoute) -> set[str]:
    found: set[str] = set()

    def walk(dependant: object) -> None:
        call = getattr(dependant, "call", None)
        if guard := getattr(call, "kefu_guard", None):
            found.add(guard)
        for child in getattr(dependant, "dependencies", []):
            walk(child)

    walk(route.dependant)
    return found


def test_every_route_names_its_guard_or_says_public() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    unguarded = [f"{sorted(r.methods)} {r.path}" for r in routes if not guards_of(r)]
    assert routes and not unguarded
