"""The values of a call: checked against their schemas, the customer's id filled in, put where the server wants them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from app.answering.tools.domain import Parameter, Tool, ToolSpec
from app.answering.tools.ports import Request

HIDDEN = "••••"
LONGEST_VALUE = 4_000


class BadArguments(Exception):
    """Values that do not fit; `problems` says for each name what is wrong, in words for a model or for staff."""

    def __init__(self, problems: dict[str, str]):
        super().__init__("; ".join(f"{name}: {why}" for name, why in problems.items()))
        self.problems = problems


def schema_of(spec: ToolSpec) -> dict[str, Any]:
    """The JSON schema of what customer or model give; the customer's id is no part of it."""
    return {
        "type": "object",
        "properties": {one.name: described(one) for one in spec.wanted},
        "required": [one.name for one in spec.wanted if one.required],
        "additionalProperties": False,
    }


def described(parameter: Parameter) -> dict[str, Any]:
    """A parameter's schema, with its choices and what it is."""
    schema = dict(parameter.schema_)
    if parameter.choices:
        schema["enum"] = [one.value for one in parameter.choices]
    if "description" not in schema and (label := parameter.label.read("en")):
        schema["description"] = label
    return schema


def check(spec: ToolSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values, as they are, when they fit. Raises BadArguments."""
    from jsonschema import Draft202012Validator  # only where tools are used

    problems: dict[str, str] = {}
    for error in Draft202012Validator(schema_of(spec)).iter_errors(dict(given)):
        where = ".".join(str(part) for part in error.absolute_path) or "arguments"
        problems.setdefault(where, error.message[:200])
    for name, value in given.items():
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            problems.setdefault(name, "too long")
    if problems:
        raise BadArguments(problems)
    return dict(given)


def complete(spec: ToolSpec, given: Mapping[str, Any], user_id: str | None) -> dict[str, Any]:
    """The checked values with those that are ours: fixed ones, and the signed-in customer's id. Raises BadArguments."""
    whole = check(spec, given)
    for one in spec.parameters:
        if one.customer:
            if user_id is None:
                raise BadArguments({one.name: "nobody is signed in"})
            whole[one.name] = user_id
        elif one.fixed is not None:
            whole[one.name] = one.fixed
    return whole


def masked(spec: ToolSpec, whole: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the audit and the trace keep them."""
    hidden = {one.name for one in spec.parameters if one.masked}
    return {name: HIDDEN if name in hidden else value for name, value in whole.items()}


def request_for(tool: Tool, whole: Mapping[str, Any], key: str | None) -> Request:
    """The HTTP request of a call. Raises BadArguments for a value that cannot stand in an address or a header."""
    spec = tool.spec
    path, query, body = spec.path, {}, {}
    headers = {"Accept": "application/json"}
    for one in spec.parameters:
        if one.name not in whole:
            continue
        value = whole[one.name]
        if one.place == "path":
            path = path.replace("{" + one.name + "}", _in_path(one.name, value))
        elif one.place == "query":
            query[one.name] = _plain(value)
        elif one.place == "header":
            headers[one.name] = _in_header(one.name, value)
        else:
            body[one.name] = value
    for header, secret in tool.source.secrets.items():
        headers[header] = secret or ""
    if key is not None and spec.idempotency_header:
        headers[spec.idempotency_header] = key
    data = None
    if body or spec.method in ("POST", "PUT", "PATCH"):
        data = orjson.dumps(body)
        headers["Content-Type"] = "application/json"
    url = tool.source.base_url.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
    return Request(spec.method, url, headers, data)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int | float)
        else orjson.dumps(value).decode()
    )


def _in_path(name: str, value: Any) -> str:
    plain = _plain(value)
    if not plain or set(plain) <= {"."}:
        raise BadArguments({name: "cannot stand in an address"})
    return quote(plain, safe="")


def _in_header(name: str, value: Any) -> str:
    plain = _plain(value)
    if not plain.isprintable() or not plain.isascii():
        plain = quote(plain, safe=" ")
    return plain
