"""SQL of the registry: servers and the tools at them. Secrets leave it sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from app.answering.tools.domain import Source, SourceKind, Tool, ToolSpec
from app.answering.tools.tables import ToolCallRow, ToolRow, ToolSourceRow
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id


class NameTaken(Exception):
    """Another row has this name."""


def _source(row: ToolSourceRow) -> Source:
    return Source(
        row.id,
        SourceKind(row.kind),
        row.name,
        row.base_url,
        tuple(row.command),
        dict(row.secrets),
        row.origin,
        row.created_at,
    )


def _tool(row: ToolRow, source: Source) -> Tool:
    spec = ToolSpec.model_validate(row.spec)
    return Tool(row.id, source, spec, row.enabled, row.version, row.updated_by, row.updated_at)


def as_row(spec: ToolSpec) -> dict[str, Any]:
    """A tool's settings as they are stored."""
    return spec.model_dump(mode="json", by_alias=True)


async def list_sources(session: Session) -> list[Source]:
    """Every server by name; secrets sealed."""
    rows = await session.scalars(select(ToolSourceRow).order_by(ToolSourceRow.name))
    return [_source(row) for row in rows]


async def find_source(session: Session, source_id: UUID) -> Source | None:
    """A server, secrets sealed."""
    row = await session.get(ToolSourceRow, source_id)
    return None if row is None else _source(row)


async def source_named(session: Session, name: str) -> Source | None:
    """A server by its name, secrets sealed."""
    row = (await session.scalars(select(ToolSourceRow).where(ToolSourceRow.name == name))).one_or_none()
    return None if row is None else _source(row)


async def _written(session: Session) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise NameTaken from error


async def add_source(session: Session, source: Source, by: str) -> None:
    """A new server; `source.secrets` are sealed already. Raises NameTaken."""
    session.add(
        ToolSourceRow(
            id=source.id,
            kind=source.kind.value,
            name=source.name,
            base_url=source.base_url,
            command=list(source.command),
            secrets=dict(source.secrets),
            origin=source.origin,
            created_by=by,
        )
    )
    await _written(session)


async def change_source(session: Session, source_id: UUID, **values: Any) -> None:
    """Sets columns of a server. Raises NameTaken."""
    try:
        await session.execute(update(ToolSourceRow).where(ToolSourceRow.id == source_id).values(**values))
    except IntegrityError as error:
        raise NameTaken from error


async def remove_source(session: Session, source_id: UUID) -> None:
    """Takes a server away with its tools."""
    await session.execute(delete(ToolSourceRow).where(ToolSourceRow.id == source_id))


async def list_tools(session: Session, *, enabled: bool | None = None) -> list[Tool]:
    """Every tool with its server, by name."""
    sources = {source.id: source for source in await list_sources(session)}
    query = select(ToolRow).order_by(ToolRow.name)
    if enabled is not None:
        query = query.where(ToolRow.enabled.is_(enabled))
    return [_tool(row, sources[row.source_id]) for row in await session.scalars(query)]


async def find_tool(session: Session, tool_id: UUID, *, lock: bool = False) -> Tool | None:
    """A tool with its server; `lock` until the transaction ends."""
    row = await session.get(ToolRow, tool_id, with_for_update=lock)
    if row is None:
        return None
    source = await find_source(session, row.source_id)
    assert source is not None, "a foreign key"
    return _tool(row, source)


async def add_tool(session: Session, source_id: UUID, spec: ToolSpec, enabled: bool, by: str) -> UUID:
    """A new tool. Raises NameTaken."""
    tool_id = new_id()
    session.add(
        ToolRow(
            id=tool_id,
            source_id=source_id,
            name=spec.name,
            enabled=enabled,
            spec=as_row(spec),
            version=1,
            updated_by=by,
        )
    )
    await _written(session)
    return tool_id


async def change_tool(session: Session, tool: Tool, spec: ToolSpec, enabled: bool, by: str) -> None:
    """Its next version. Raises NameTaken."""
    values = {"name": spec.name, "spec": as_row(spec), "enabled": enabled, "version": tool.version + 1}
    try:
        await session.execute(
            update(ToolRow).where(ToolRow.id == tool.id).values(**values, updated_by=by, updated_at=now())
        )
    except IntegrityError as error:
        raise NameTaken from error


async def remove_tool(session: Session, tool_id: UUID) -> None:
    """Takes a tool away; its calls stay."""
    await session.execute(delete(ToolRow).where(ToolRow.id == tool_id))


_FIGURES = text(
    """SELECT tool_id, count(*), count(*) FILTER (WHERE ending = 'ok'),
        count(*) FILTER (WHERE ending IN ('failed', 'unknown')),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY ms), max(at)
    FROM tool_call WHERE at > :since GROUP BY tool_id"""
)


async def call_figures(session: Session, since: datetime) -> dict[UUID, tuple[int, int, int, float, datetime]]:
    """By tool: calls, of them done, of them failed, median ms, the last one."""
    rows = await session.execute(_FIGURES, {"since": since})
    return {row[0]: (row[1], row[2], row[3], row[4], row[5]) for row in rows}


async def calls_of(session: Session, tool_id: UUID, limit: int) -> Sequence[ToolCallRow]:
    """Its last calls, newest first."""
    query = select(ToolCallRow).where(ToolCallRow.tool_id == tool_id).order_by(ToolCallRow.id.desc()).limit(limit)
    return (await session.scalars(query)).all()
