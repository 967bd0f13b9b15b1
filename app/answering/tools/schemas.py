"""Wire shapes of the registry of tools."""

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, Field

from app.answering.tools.domain import HEADER, Called, Source, SourceKind, Tool, ToolSpec
from app.answering.tools.service import NewSource
from app.answering.tools.tables import ToolCallRow
from app.kernel.wire import CleanText, VisibleText, Wire


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query):
        raise ValueError("must be an address of a server, without credentials and without a query")
    return value.rstrip("/")


WebAddress = Annotated[CleanText, Field(max_length=500), AfterValidator(_web_address)]
Header = Annotated[str, Field(pattern=HEADER)]
Secret = Annotated[VisibleText, Field(max_length=4_000)]


class SourceBody(Wire):
    """A server. secrets: header (stdio: environment variable) to value; left out, they stay as they are."""

    kind: SourceKind = SourceKind.HTTP
    name: Annotated[VisibleText, Field(max_length=100)]
    base_url: WebAddress = ""
    command: Annotated[CleanText, Field(max_length=100)] = ""
    secrets: Annotated[dict[Header, Secret], Field(max_length=10)] | None = None

    def source(self) -> NewSource:
        """To the domain."""
        return NewSource(self.kind, self.name, self.base_url, self.command, self.secrets)


class SourceView(Wire):
    """A server as staff see it; of its secrets only the names. unlocked: none of them was sealed with another key."""

    source_id: UUID
    kind: SourceKind
    name: str
    base_url: str
    command: str
    secrets: list[str]
    origin: str

    @classmethod
    def of(cls, source: Source) -> "SourceView":
        """From the domain."""
        return cls(
            source_id=source.id,
            kind=source.kind,
            name=source.name,
            base_url=source.base_url,
            command=" ".join(source.command),
            secrets=sorted(source.secrets),
            origin=source.origin,
        )


class Figures(Wire):
    """A week of calls."""

    calls: int
    done: int
    failed: int
    median_ms: float
    last_at: datetime

    @classmethod
    def of(cls, week: tuple[int, int, int, float, datetime]) -> "Figures":
        """From the domain."""
        return cls(calls=week[0], done=week[1], failed=week[2], median_ms=week[3], last_at=week[4])


class ToolView(Wire):
    """A tool; `version` is what a change is made from."""

    tool_id: UUID
    source_id: UUID
    enabled: bool
    version: int
    spec: ToolSpec
    updated_by: str
    updated_at: datetime | None
    week: Figures | None = None

    @classmethod
    def of(cls, tool: Tool, week: tuple[int, int, int, float, datetime] | None = None) -> "ToolView":
        """From the domain."""
        return cls(
            tool_id=tool.id,
            source_id=tool.source.id,
            enabled=tool.enabled,
            version=tool.version,
            spec=tool.spec,
            updated_by=tool.updated_by,
            updated_at=tool.updated_at,
            week=Figures.of(week) if week else None,
        )


class ToolList(Wire):
    """Every server and every tool. commands: the MCP servers an operator allows to be started."""

    sources: list[SourceView]
    items: list[ToolView]
    commands: list[str]


class ToolsBody(Wire):
    """Tools of one server, as drafts of an import or filled in by hand."""

    source_id: UUID
    specs: Annotated[list[ToolSpec], Field(min_length=1, max_length=200)]
    enabled: bool = False


class AddedTools(Wire):
    """The new tools."""

    tool_ids: list[UUID]


class AddedSource(Wire):
    """The new server."""

    source_id: UUID


class ToolBody(Wire):
    """A tool's settings; `version` is the one they were made from."""

    version: Annotated[int, Field(ge=1)]
    enabled: bool
    spec: ToolSpec


class OpenApiBody(Wire):
    """An OpenAPI 3 document, or where it is."""

    document: Annotated[CleanText, Field(max_length=4 * 1024 * 1024)] = ""
    url: WebAddress = ""


class DraftsView(Wire):
    """What a document or an MCP server offers. fields: by tool, what its answers have in them."""

    title: str
    base_url: str
    drafts: list[ToolSpec]
    problems: list[str]
    fields: dict[str, list[str]]


class TryBody(Wire):
    """A call from the test box, for one customer."""

    arguments: dict[str, Any]
    user_id: Annotated[CleanText, Field(max_length=200)] | None = None


class AnswerWords(Wire):
    """What customers would read."""

    zh: str
    en: str


class TriedView(Wire):
    """How a call went, and what a customer would be told."""

    ending: str
    status: int | None
    reason: str | None
    ms: float
    tries: int
    arguments: dict[str, Any]
    result: Any
    problems: dict[str, str] = {}
    answer: AnswerWords


class PhraseBody(Wire):
    """What a customer might write."""

    text: Annotated[VisibleText, Field(max_length=500)]


class PhraseView(Wire):
    """The tool a phrase is most like. sure: whether it would be used; values: found in the phrase."""

    tool: str | None
    score: float
    sure: bool
    values: dict[str, Any]


class CallView(Wire):
    """One call, as it was noted."""

    call_id: UUID
    by: Literal["customer", "staff", "test"]
    user_id: str | None
    conversation_id: UUID | None
    confirmed: bool
    arguments: dict[str, Any]
    ending: str
    status: int | None
    reason: str | None
    tries: int
    ms: float
    at: datetime

    @classmethod
    def of(cls, row: ToolCallRow) -> "CallView":
        """From its row."""
        kind = row.actor.partition(":")[0]
        return cls(
            call_id=row.id,
            by="customer" if kind == "customer" else "staff" if kind == "staff" else "test",
            user_id=row.user_id,
            conversation_id=row.conversation_id,
            confirmed=row.confirmation_id is not None,
            arguments=row.arguments,
            ending=row.ending,
            status=row.status,
            reason=row.reason,
            tries=row.tries,
            ms=row.ms,
            at=row.at,
        )


class CallList(Wire):
    """The last calls of a tool, newest first."""

    items: list[CallView]


def told(called: Called) -> dict[str, Any]:
    """How a call went, for the test box."""
    return {
        "ending": called.ending.value,
        "status": called.status,
        "reason": called.reason,
        "ms": called.ms,
        "tries": called.tries,
        "result": called.result,
    }
