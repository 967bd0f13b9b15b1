"""Tools: calls to a company's own systems, what each is for, and which of its values comes from where."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from app.answering.domain import Language, Proposal
from app.kernel.wire import CleanText, VisibleText, Wire

NAME = r"^[a-z][a-z0-9_]{0,63}$"
HEADER = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$"
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
# A repetition of a repetition can take longer than the world lasts on a text made for it.
_RUNAWAY = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]")
CONFIRM_WITHIN_S = 15 * 60


class Effect(StrEnum):
    """Whether a tool only tells, or changes something and so needs the customer's click."""

    READING = "reading"
    WRITING = "writing"


class SourceKind(StrEnum):
    """How a tool is reached."""

    HTTP = "http"
    MCP_HTTP = "mcp_http"
    MCP_STDIO = "mcp_stdio"


class Twin(Wire):
    """The same words in both languages; an empty half is read from the other."""

    zh: Annotated[CleanText, Field(max_length=4_000)] = ""
    en: Annotated[CleanText, Field(max_length=4_000)] = ""

    def read(self, language: Language) -> str:
        """The words a customer of this language reads."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


def _safe_pattern(pattern: str | None) -> str | None:
    if pattern is None or not pattern:
        return None
    if _RUNAWAY.search(pattern):
        raise ValueError("a repetition inside a repetition")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, Field(max_length=200), AfterValidator(_safe_pattern)]
ShortText = Annotated[CleanText, Field(max_length=200)]


class Choice(Wire):
    """One value a parameter may have; `words` are what customers say for it."""

    value: ShortText
    label: Twin = Twin()
    words: Annotated[list[ShortText], Field(max_length=30)] = []


class Options(Wire):
    """Where a missing value can be chosen from: the list `items` in the result of a reading tool.

    value: the field that is the value; label: further fields shown beside it.
    """

    tool: Annotated[str, Field(pattern=NAME)]
    items: ShortText
    value: ShortText
    label: Annotated[list[ShortText], Field(max_length=4)] = []


class Parameter(Wire):
    """One value of a call. customer: the signed-in customer's id, filled by us and by nobody else.

    fixed: always this. pattern: finds the value in what a customer writes. masked: audited without its value.
    """

    name: Annotated[VisibleText, Field(max_length=100)]
    place: Literal["path", "query", "header", "body"] = "query"
    schema_: Annotated[dict[str, Any], Field(alias="schema")] = {"type": "string"}
    required: bool = True
    customer: bool = False
    masked: bool = False
    fixed: Annotated[CleanText, Field(max_length=500)] | None = None
    label: Twin = Twin()
    ask: Twin = Twin()
    pattern: Pattern | None = None
    choices: Annotated[list[Choice], Field(max_length=50)] = []
    options: Options | None = None

    @property
    def asked_for(self) -> bool:
        """Whether customer or model give this value."""
        return not self.customer and self.fixed is None


class ToolSpec(Wire):
    """Everything staff set about a tool. `when` and `examples` say what it is for; `keep` and `mask` are dotted
    paths into its answer (`orders[].phone`): what is kept (nothing named: all of it) and what is masked.

    template: the answer, Jinja over `result`, `arguments`. refusals: sentences by the code of a 4xx answer.
    """

    name: Annotated[str, Field(pattern=NAME)]
    title: Twin = Twin()
    when: Annotated[CleanText, Field(max_length=1_000)] = ""
    examples: Annotated[list[Annotated[VisibleText, Field(max_length=200)]], Field(max_length=100)] = []
    effect: Effect = Effect.READING
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: Annotated[CleanText, Field(max_length=500)] = ""
    parameters: Annotated[list[Parameter], Field(max_length=40)] = []
    keep: Annotated[list[ShortText], Field(max_length=100)] = []
    mask: Annotated[list[ShortText], Field(max_length=100)] = []
    template: Twin = Twin()
    refusals: Annotated[dict[ShortText, Twin], Field(max_length=50)] = {}
    timeout_s: Annotated[float, Field(ge=0.2, le=30)] = 5.0
    retries: Annotated[int, Field(ge=0, le=3)] = 1
    idempotency_header: Annotated[str, Field(pattern=HEADER)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [one.name for one in self.parameters]
        if len(set(names)) != len(names):
            raise ValueError("two parameters have one name")
        if sum(one.customer for one in self.parameters) > 1:
            raise ValueError("only one parameter can be the customer's id")
        if set(_PLACEHOLDER.findall(self.path)) != {one.name for one in self.parameters if one.place == "path"}:
            raise ValueError("the placeholders of the path are not its path parameters")
        if any(one.place == "header" and not re.match(HEADER, one.name) for one in self.parameters):
            raise ValueError("no header has such a name")
        return self

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.effect is Effect.WRITING

    @property
    def needs_customer(self) -> bool:
        """Whether only a signed-in customer can use it."""
        return self.writes or any(one.customer for one in self.parameters)

    @property
    def wanted(self) -> list[Parameter]:
        """The values customer or model give, required ones first."""
        return sorted((one for one in self.parameters if one.asked_for), key=lambda one: not one.required)

    def heading(self, language: Language) -> str:
        """What people call it."""
        return self.title.read(language) or self.name


@dataclass(frozen=True)
class Source:
    """A server tools are called at. secrets: header (stdio: variable) to value, opened; None: cannot be opened.

    command: of a stdio server. origin: `demo`, or empty.
    """

    id: UUID
    kind: SourceKind
    name: str
    base_url: str
    command: tuple[str, ...] = ()
    secrets: dict[str, str | None] = field(default_factory=dict)
    origin: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True)
class Tool:
    """A tool of a source; `version` counts its changes."""

    id: UUID
    source: Source
    spec: ToolSpec
    enabled: bool
    version: int
    updated_by: str = ""
    updated_at: datetime | None = None


class Ending(StrEnum):
    """How a call went: done, refused by the service for a reason of its own, failed, or begun and nobody knows."""

    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Called:
    """A call and its end. result: chosen and masked, of a refusal what the service said. reason: a stable code."""

    ending: Ending
    status: int | None
    ms: float
    result: Any = None
    reason: str | None = None
    tries: int = 1


class Verdict(StrEnum):
    """What became of a confirmation."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Confirmation:
    """A proposal as it was stored, and what became of it."""

    proposal: Proposal
    conversation_id: UUID
    answer_id: UUID
    verdict: Verdict
