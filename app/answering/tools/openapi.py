"""Tools out of an OpenAPI 3 document: each operation a draft that staff look over before it is switched on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urljoin

import orjson
import yaml
from pydantic import ValidationError

from app.answering.tools.domain import Effect, Parameter, ToolSpec, Twin
from app.answering.tools.errors import NotOpenApi

LARGEST = 4 * 1024 * 1024
MOST_OPERATIONS, DEEPEST = 200, 8
METHODS: dict[str, Literal["GET", "POST", "PUT", "PATCH", "DELETE"]] = {
    "get": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
}
_CUSTOMER = re.compile(r"^(?:x[-_])?(?:customer|user|member|account|buyer)[-_]?(?:id|no|number)?$", re.IGNORECASE)
_KEY = re.compile(r"idempotency", re.IGNORECASE)
_SECRET = re.compile(r"^(?:authorization|x-api-key|api[-_]key|cookie)$", re.IGNORECASE)


@dataclass(frozen=True)
class Imported:
    """What a document says: where the server is, its operations as drafts, and what could not be taken over."""

    title: str
    base_url: str
    drafts: tuple[ToolSpec, ...]
    problems: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)


class _NoAliases(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML ships no types
    """Plain values only: a document that refers to itself could grow without end."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise NotOpenApi(why="YAML aliases")
        return super().compose_node(parent, index)


def read_openapi(text: str, address: str = "") -> Imported:
    """address: where the document came from, for servers named relative to it. Raises NotOpenApi."""
    document = _parsed(text)
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise NotOpenApi(why="openapi: 3.x")
    paths = document.get("paths")
    if not isinstance(paths, dict) or not paths:
        raise NotOpenApi(why="paths")
    drafts: list[ToolSpec] = []
    problems: list[str] = []
    fields: dict[str, tuple[str, ...]] = {}
    for method, path, operation, shared in list(_operations(paths))[:MOST_OPERATIONS]:
        try:
            draft = _draft(document, method, path, operation, shared)
        except (ValidationError, ValueError, TypeError, AttributeError) as error:
            why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            problems.append(f"{method.upper()} {path}: {why}"[:200])
            continue
        names = {one.name for one in drafts}
        if draft.name in names:
            number = next(n for n in range(2, MOST_OPERATIONS + 2) if f"{draft.name}_{n}" not in names)
            draft = draft.model_copy(update={"name": f"{draft.name[:58]}_{number}"})
        drafts.append(draft)
        fields[draft.name] = tuple(_fields(document, operation))
    info = document.get("info")
    title = str(info.get("title", "")) if isinstance(info, dict) else ""
    return Imported(title[:200], _server(document, address), tuple(drafts), tuple(problems), fields)


def _parsed(text: str) -> Any:
    if len(text.encode()) > LARGEST:
        raise NotOpenApi(why=f"> {LARGEST // 1024 // 1024} MiB")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return yaml.load(text, Loader=_NoAliases)  # noqa: S506  # a SafeLoader that also refuses aliases
    except (yaml.YAMLError, RecursionError, ValueError):
        raise NotOpenApi(why="JSON, YAML") from None


def _operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], list[Any]]]:
    for path, item in paths.items():
        if isinstance(item, dict):
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    shared = item.get("parameters")
                    yield method, str(path), item[method], shared if isinstance(shared, list) else []


def _server(document: Mapping[str, Any], address: str) -> str:
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else {}
    url = str(first.get("url", "")) if isinstance(first, dict) else ""
    whole = urljoin(address, url) if address else url
    return whole.rstrip("/") if whole.startswith(("http://", "https://")) else ""


def _draft(
    document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any], shared: list[Any]
) -> ToolSpec:
    parameters: dict[str, Parameter] = {}
    key: str | None = None
    for listed in [*shared, *(operation.get("parameters") or [])]:
        told = _resolved(document, listed)
        name, place = str(told.get("name", "")), told.get("in")
        if place == "header" and _KEY.search(name):
            key = name
        elif place in ("path", "query", "header") and not (place == "header" and _SECRET.match(name)):
            parameters[name] = _parameter(document, name, place, told, bool(told.get("required")) or place == "path")
    body = _resolved(document, _json_body(operation))
    required = body.get("required") if isinstance(body.get("required"), list) else []
    for name, schema in (body.get("properties") or {}).items():
        told = {"schema": schema, **_resolved(document, schema)}
        parameters.setdefault(str(name), _parameter(document, str(name), "body", told, name in (required or [])))
    summary = str(operation.get("summary") or operation.get("operationId") or path)
    return ToolSpec(
        name=name_of(str(operation.get("operationId") or f"{method}_{path}")),
        title=Twin(zh=summary[:200], en=summary[:200]),
        when=str(operation.get("description") or summary)[:1_000],
        effect=Effect.READING if method == "get" else Effect.WRITING,
        method=METHODS[method],
        path=path,
        parameters=list(parameters.values()),
        retries=1 if method == "get" else 0,
        idempotency_header=key,
    )


def _json_body(operation: Mapping[str, Any]) -> dict[str, Any]:
    content = (operation.get("requestBody") or {}).get("content") or {}
    return dict((content.get("application/json") or {}).get("schema") or {})


def _parameter(
    document: Mapping[str, Any], name: str, place: Any, told: Mapping[str, Any], required: bool
) -> Parameter:
    schema = _flat(document, told.get("schema") or {"type": "string"})
    words = str(told.get("description") or "")[:200]
    pattern = schema.get("pattern") if isinstance(schema.get("pattern"), str) else None
    values: dict[str, Any] = {
        "name": name,
        "place": place,
        "schema": schema,
        "required": required,
        "customer": bool(_CUSTOMER.match(name)),
        "label": {"zh": words or name, "en": words or name},
    }
    if pattern and pattern.strip("^$"):
        values["pattern"] = pattern.removeprefix("^").removesuffix("$")
    if isinstance(schema.get("enum"), list):
        values["choices"] = [{"value": str(one)} for one in schema.pop("enum")[:50] if one is not None]
    try:
        return Parameter.model_validate(values)
    except ValidationError:
        return Parameter.model_validate({k: v for k, v in values.items() if k != "pattern"})


def _resolved(document: Mapping[str, Any], value: Any, depth: int = 0) -> dict[str, Any]:
    """A part of the document, wherever it is written; references to other files are nothing."""
    if not isinstance(value, dict) or depth > DEEPEST:
        return {}
    reference = value.get("$ref")
    if not isinstance(reference, str):
        return value
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    return _resolved(document, found, depth + 1) if reference.startswith("#/") else {}


def _flat(document: Mapping[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """A schema with its references written out, as deep as a call's value can sensibly be."""
    whole = dict(_resolved(document, schema))
    if depth > DEEPEST:
        return {}
    kept: dict[str, Any] = {}
    for name, value in whole.items():
        if name == "properties" and isinstance(value, dict):
            kept[name] = {inner: _flat(document, one, depth + 1) for inner, one in value.items()}
        elif name == "items":
            kept[name] = _flat(document, value, depth + 1)
        elif name in ("anyOf", "oneOf", "allOf") and isinstance(value, list):
            kept[name] = [_flat(document, one, depth + 1) for one in value]
        elif name not in ("example", "examples", "xml", "externalDocs", "discriminator", "title"):
            kept[name] = value
    return kept


def _fields(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[str]:
    """What a good answer has in it, as paths to choose from."""
    responses = operation.get("responses") or {}
    good = next((_resolved(document, r) for code, r in responses.items() if str(code).startswith("2")), {})
    schema = ((good.get("content") or {}).get("application/json") or {}).get("schema")
    yield from _paths(_flat(document, schema or {}), "")


def _paths(schema: Mapping[str, Any], before: str, depth: int = 0) -> Iterator[str]:
    if depth > 3:
        return
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        yield from _paths(schema["items"], before + "[]", depth + 1)
    for name, inner in (schema.get("properties") or {}).items():
        path = f"{before}.{name}" if before else str(name)
        yield path
        if isinstance(inner, dict):
            yield from _paths(inner, path, depth + 1)


def name_of(written: str) -> str:
    """A tool's name out of any other: lower case, digits and underscores."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", written)
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return (plain if plain[:1].isalpha() else f"call_{plain}")[:64].rstrip("_") or "call"
