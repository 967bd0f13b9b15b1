"""What the scripted model says and how badly it behaves: set for the process, and overruled by marks in a question."""

import re
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

Fault = Literal[
    "none", "cut", "hang", "garbage", "html", "bad_json", "huge_line", "error_event", "no_stream", "empty", "thinking"
]
_MARK = re.compile(r"@@(\w+)(?:=(.*?))?@@", re.DOTALL)
_FIRST_SOURCE = re.compile(
    r"^\[1\][^\n]*\n+(.+?)(?=^\[2\]|^【客户的问题】|^CUSTOMER'S QUESTION|\Z)", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Script:
    """Pace, length and faults. `status` other than 200 refuses (all questions, or the first
    `times`), with `retry_after` as that header; `after` is the token at which a fault strikes."""

    first_token_ms: float = 20.0
    rate: float = 200.0
    tokens: int = 100
    fault: Fault = "none"
    after: int = 5
    status: int = 200
    times: int = 0
    retry_after: str = ""
    say: str = ""
    call: str = ""
    models: str = "scripted"

    def for_request(self, asked: str) -> "Script":
        """This script as the marks in a question want it: `@@fault=cut@@`, `@@status=503@@`, `@@say=…@@`."""
        wanted: dict[str, Any] = {}
        kinds = {field.name: field.type for field in fields(self)}
        for name, value in _MARK.findall(asked):
            if name in kinds:
                wanted[name] = _as(str(kinds[name]), value)
        return replace(self, **wanted) if wanted else self


def _as(kind: str, value: str) -> float | int | str:
    if "float" in kind:
        return float(value)
    return int(value) if "int" in kind else value


def pieces(script: Script, asked: str) -> list[str]:
    """The answer in tokens: the given words, else the first source of the prompt over and over, cited at the end."""
    if script.say:
        return [script.say[i : i + 2] for i in range(0, len(script.say), 2)]
    source = _FIRST_SOURCE.search(asked)
    words = re.sub(r"\s+", " ", source[1]).strip() if source else ""
    words = words or "I have nothing to quote from. "
    count = max(1, script.tokens - 1)
    size = max(1, min(4, len(words) // count or 1))
    endless = words + " "
    while len(endless) < count * size:
        endless += words + " "
    return [endless[i * size : (i + 1) * size] for i in range(count)] + [" [1]"]
