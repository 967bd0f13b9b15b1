"""SQL of prompting: versions of templates, drafts, and how answers end."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Select, delete, func, select, update

from app.answering.domain import Language
from app.answering.prompting.domain import AnswerSettings, Example, PromptText, PromptVersion, TemplateName
from app.answering.prompting.tables import AnswerSettingsRow, PromptVersionRow
from app.kernel.clock import now
from app.kernel.database import Session

ACTIVE: Final = "active"
DRAFT: Final = "draft"
RETIRED: Final = "retired"


async def versions_in(session: Session, states: Sequence[str]) -> list[PromptVersion]:
    """Every template's version in one of some states."""
    rows = await session.scalars(select(PromptVersionRow).where(PromptVersionRow.state.in_(states)))
    return [_version(row) for row in rows]


async def version_in(session: Session, name: TemplateName, language: Language, state: str) -> PromptVersion | None:
    """A template's active version or its draft."""
    row = await session.scalar(_of(name, language).where(PromptVersionRow.state == state))
    return None if row is None else _version(row)


async def find_version(session: Session, name: TemplateName, language: Language, number: int) -> PromptVersion | None:
    """A version by its number."""
    row = await session.scalar(_of(name, language).where(PromptVersionRow.number == number))
    return None if row is None else _version(row)


async def list_versions(session: Session, name: TemplateName, language: Language, limit: int) -> list[PromptVersion]:
    """The newest first, the draft among them."""
    rows = await session.scalars(_of(name, language).order_by(PromptVersionRow.number.desc()).limit(limit))
    return [_version(row) for row in rows]


async def add_draft(
    session: Session, name: TemplateName, language: Language, text: PromptText, note: str, created_by: str
) -> None:
    """A draft under the next number."""
    highest = await session.scalar(
        select(func.max(PromptVersionRow.number)).where(
            PromptVersionRow.name == name, PromptVersionRow.language == language
        )
    )
    session.add(
        PromptVersionRow(
            name=name,
            language=language,
            number=(highest or 0) + 1,
            body=text.body,
            examples=[example.as_dict() for example in text.examples],
            note=note,
            state=DRAFT,
            created_by=created_by,
        )
    )
    await session.flush()


async def change_draft(session: Session, draft: PromptVersion, text: PromptText, note: str, created_by: str) -> None:
    """Other words in a draft; its revision rises."""
    await session.execute(
        update(PromptVersionRow)
        .where(PromptVersionRow.id == draft.id)
        .values(
            body=text.body,
            examples=[example.as_dict() for example in text.examples],
            note=note,
            created_by=created_by,
            created_at=now(),
            revision=draft.revision + 1,
        )
    )


async def drop_draft(session: Session, draft: PromptVersion) -> None:
    """Throws a draft away."""
    await session.execute(delete(PromptVersionRow).where(PromptVersionRow.id == draft.id))


async def put_in_force(
    session: Session, name: TemplateName, language: Language, version: PromptVersion | None, by: str
) -> None:
    """Makes a version the active one, or with None none, which means the built-in one."""
    await session.execute(
        update(PromptVersionRow)
        .where(PromptVersionRow.name == name, PromptVersionRow.language == language, PromptVersionRow.state == ACTIVE)
        .values(state=RETIRED)
    )
    if version is not None:
        await session.execute(
            update(PromptVersionRow)
            .where(PromptVersionRow.id == version.id)
            .values(state=ACTIVE, activated_by=by, activated_at=now())
        )


async def answer_settings(session: Session) -> tuple[int, AnswerSettings]:
    """How answers end, and the number of that setting; 0 while nobody changed it."""
    row = await session.scalar(select(AnswerSettingsRow).order_by(AnswerSettingsRow.number.desc()).limit(1))
    return (0, AnswerSettings()) if row is None else (row.number, AnswerSettings.from_dict(row.values))


async def add_answer_settings(session: Session, number: int, settings: AnswerSettings, created_by: str) -> None:
    """Other settings from now on."""
    session.add(AnswerSettingsRow(number=number, values=settings.as_dict(), created_by=created_by))
    await session.flush()


def _of(name: TemplateName, language: Language) -> Select[PromptVersionRow]:
    return select(PromptVersionRow).where(PromptVersionRow.name == name, PromptVersionRow.language == language)


def _version(row: PromptVersionRow) -> PromptVersion:
    return PromptVersion(
        row.id,
        row.name,
        row.language,
        row.number,
        PromptText(row.body, tuple(Example.from_dict(one) for one in row.examples)),
        row.note,
        row.state,
        row.revision,
        row.created_by,
        row.created_at,
        row.activated_by,
        row.activated_at,
    )
