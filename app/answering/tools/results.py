"""What a server answered: only the fields staff chose, some of them masked, put into words by the tool's template."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.answering.domain import Language
from app.answering.screen import neutralise
from app.answering.tools.domain import ToolSpec

LONGEST_VALUE, LONGEST_ANSWER, MOST_ITEMS, DEEPEST = 500, 6_000, 100, 12
Path = tuple[str, ...]


def path_of(written: str) -> Path:
    """`orders[].phone` as its steps; a list's items are the step `[]`."""
    return tuple(step for step in written.replace("[]", ".[].").split(".") if step)


def kept(value: Any, paths: Sequence[str]) -> Any:
    """The value with only what the paths name; no path keeps everything."""
    if not paths:
        return value
    return _kept(value, [path_of(path) for path in paths])


def _kept(value: Any, paths: list[Path]) -> Any:
    if any(not path for path in paths):
        return value
    if isinstance(value, list):
        inner = [path[1:] for path in paths if path[0] == "[]"]
        return [_kept(item, inner) for item in value] if inner else []
    if isinstance(value, dict):
        wanted: dict[str, list[Path]] = {}
        for path in paths:
            wanted.setdefault(path[0], []).append(path[1:])
        return {name: _kept(value[name], rest) for name, rest in wanted.items() if name in value}
    return None


def hidden(value: Any, paths: Sequence[str]) -> Any:
    """The value with what the paths name masked: its last characters stay, as on a receipt."""
    for path in paths:
        value = _hidden(value, path_of(path))
    return value


def _hidden(value: Any, path: Path) -> Any:
    if not path:
        return _mask(value)
    if isinstance(value, list):
        return [_hidden(item, path[1:] if path[0] == "[]" else path) for item in value]
    if isinstance(value, dict) and path[0] in value:
        return {**value, path[0]: _hidden(value[path[0]], path[1:])}
    return value


def _mask(value: Any) -> Any:
    if value is None:
        return None
    plain = str(value)
    shown = plain[-4:] if len(plain) >= 8 else ""
    head = plain[:3] if len(plain) >= 11 else ""
    return head + "*" * min(len(plain) - len(shown) - len(head), 8) + shown


def bounded(value: Any, depth: int = 0) -> Any:
    """The value without endless lists, depths and texts."""
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        return {str(name)[:100]: bounded(inner, depth + 1) for name, inner in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, list):
        return [bounded(item, depth + 1) for item in value[:MOST_ITEMS]]
    return value[: LONGEST_VALUE * 4] if isinstance(value, str) else value


def harmless(value: Any) -> str:
    """One value inside an answer: one line, no link, no tag, no mark of a model's own, of bounded length."""
    if value is None:
        return ""
    plain = re.sub(r"\s+", " ", neutralise(str(value)))
    plain = plain.replace("](", "] (").replace("<", "‹").replace(">", "›").replace("|", "｜").replace("`", "'")
    return plain[:LONGEST_VALUE]


class TemplateBroken(Exception):
    """A template that cannot be read, or does not fit the answer it is for; the text says why."""


_WORKSHOP = ImmutableSandboxedEnvironment(autoescape=False, finalize=harmless, undefined=StrictUndefined)


@lru_cache(maxsize=512)
def _compiled(source: str) -> Any:
    try:
        return _WORKSHOP.from_string(source)
    except TemplateError as error:
        raise TemplateBroken(str(error)[:200]) from error


def check_template(source: str) -> None:
    """Raises TemplateBroken when it cannot be read."""
    if source:
        _compiled(source)


def render(source: str, facts: Mapping[str, Any]) -> str:
    """Raises TemplateBroken."""
    try:
        said: str = _compiled(source).render(**facts)
    except TemplateBroken:
        raise
    except Exception as error:  # a template may do anything to values it did not expect
        raise TemplateBroken(f"{type(error).__name__}: {error}"[:200]) from error
    return re.sub(r"\n{3,}", "\n\n", said).strip()[:LONGEST_ANSWER]


def in_words(spec: ToolSpec, language: Language, result: Any, arguments: Mapping[str, Any]) -> str:
    """The answer to the customer; without a template, or where it fails, the fields one by one."""
    template = spec.template.read(language)
    if template:
        try:
            said = render(template, {"result": result, "arguments": dict(arguments)})
            if said:
                return said
        except TemplateBroken:
            pass
    return listed(result)


def listed(value: Any, depth: int = 0) -> str:
    """Fields and values as a list in markdown."""
    indent = "  " * depth
    if isinstance(value, dict):
        lines = []
        for name, inner in value.items():
            nested = isinstance(inner, dict | list) and inner
            lines.append(
                f"{indent}- {harmless(name)}:" + (f"\n{listed(inner, depth + 1)}" if nested else f" {harmless(inner)}")
            )
        return "\n".join(lines)
    if isinstance(value, list):
        return "\n".join(
            f"{indent}- {harmless(item)}" if not isinstance(item, dict) else listed(item, depth) for item in value
        )
    return indent + harmless(value)
