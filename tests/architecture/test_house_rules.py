"""The house keeps its shape: sizes, doors, who may use which framework, guards on every route."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from fastapi import APIRouter
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
SQL_FILES = re.compile(
    r"(tables|store)\.py$|/store/|kernel/(database|single)\.py$|^migrations/|^app/commands/migrate\.py$"
)
COMMITTING = ("app/kernel/database.py", "app/commands/migrate.py")
WEB_FILES = re.compile(r"(routes|pages|access)\.py$|/routes/|/pages/|main\.py$|kernel/(web|errors)\.py$|^app/bench/")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return parts[1] if len(parts) > 2 else ""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_a_file_has_at_most_400_lines_and_begins_with_a_sentence() -> None:
    assert [name_of(path) for path in SOURCES if path.read_text("utf-8").count("\n") > 400] == []
    assert [name_of(path) for path in SOURCES if not ast.get_docstring(tree_of(path))] == []


def test_a_function_has_at_most_60_lines() -> None:
    too_long = [
        f"{name_of(path)} {node.name}: {node.end_lineno - node.lineno + 1}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= 60
        and not (name_of(path).startswith("migrations/") and node.name == "upgrade")
    ]
    assert too_long == []


def test_other_rooms_come_in_by_the_door() -> None:
    inside = re.compile(r"^app\.(\w+)\.(tables|store|service)(\.|$)")
    trespasses = [
        f"{name_of(path)}: {name}"
        for path in SOURCES
        for name in imports_of(path)
        if (match := inside.match(name)) and match[1] in ROOMS and match[1] != room_of(path)
    ]
    assert trespasses == []


def test_frameworks_are_used_where_they_belong() -> None:
    """SQL is written in tables and stores, the web framework stays in routes and pages, one file commits."""
    strays: list[str] = []
    for path in SOURCES:
        name, frameworks = name_of(path), {i.split(".")[0] for i in imports_of(path)}
        if "sqlalchemy" in frameworks and not SQL_FILES.search(name):
            strays.append(f"{name}: sqlalchemy")
        if "fastapi" in frameworks and not WEB_FILES.search(name):
            strays.append(f"{name}: fastapi")
        if ".commit()" in path.read_text("utf-8") and name not in COMMITTING:
            strays.append(f"{name}: commits")
    assert strays == []


def routes_of(routers: Iterable[APIRouter]) -> Iterator[APIRoute]:
    """Every route, also of routers that are part of another one."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield route
            else:
                yield from routes_of([route.original_router])  # type: ignore[attr-defined]  # an included router


def marks_of(route: APIRoute, mark: str) -> set[str]:
    """What the dependencies of a route say of themselves."""
    found: set[str] = set()

    def walk(dependant: object) -> None:
        if said := getattr(getattr(dependant, "call", None), mark, None):
            found.add(said)
        for child in getattr(dependant, "dependencies", []):
            walk(child)

    walk(route.dependant)
    return found


def test_every_route_names_its_guard_or_says_public() -> None:
    routes = list(routes_of(ROUTERS))
    unguarded = [f"{sorted(r.methods)} {r.path}" for r in routes if not marks_of(r, "kefu_guard")]
    assert len(routes) > 400 and not unguarded


# What anybody may fetch as often as they like: nothing is written, hashed, drawn or asked of anybody else for it.
CHEAP = {
    *("/healthz", "/readyz", "/docs", "/metrics", "/", "/widget", "/widget.js"),
    *("/set-password", "/sign-in", "/company/logo.svg", "/sources/{token}"),
}


def test_whatever_a_stranger_may_call_is_limited_by_address_or_cheap() -> None:
    public = [route for route in routes_of(ROUTERS) if "public" in marks_of(route, "kefu_guard")]
    unlimited = {route.path for route in public if not marks_of(route, "kefu_allowance")}
    assert unlimited == CHEAP
    assert {method for route in public if route.path in CHEAP for method in route.methods} == {"GET"}
