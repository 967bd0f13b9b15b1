"""Trying a change of what can be found: a scratch base beside the live ones, and without what it would replace."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.kernel.database import Database
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import Audience
from app.knowledge.options import Trial
from app.knowledge.store.eligibility import Reader
from app.knowledge.store.references import base_choices
from app.knowledge.store.search import Found


async def beside_live(
    database: Database, trial: Trial | None, base_ids: Sequence[UUID] | None, reader: Reader
) -> tuple[Sequence[UUID] | None, Reader]:
    """The bases and the reader of a search that also reads a trial's base; live ones stay as restricted as they are."""
    if trial is None:
        return base_ids, reader
    async with database.reading() as session:
        live = [base.id for base in await base_choices(session)] if base_ids is None else list(base_ids)
    return [*live, trial.base_id], replace(reader, audiences=[*reader.audiences, Audience.SCRATCH.value])


def without_replaced(found: Found, trial: Trial | None, canonicals: Sequence[str]) -> Found:
    """Leaves out what a trial replaces; its own curated answer takes the place of an exact match."""
    if trial is None or trial.instead_of is None:
        return found
    rows = [row for row in found.rows if trial.instead_of not in (row["id"], row["faq_id"])]
    faq = found.faq
    if faq is not None and faq["exact_faq_id"] == trial.instead_of:
        faq = next((_as_exact(row) for row in rows if _asks(row, trial, canonicals)), None)
    return replace(found, rows=rows, faq=faq)


def _asks(row: Any, trial: Trial, canonicals: Sequence[str]) -> bool:
    return row["base_id"] == trial.base_id and row["question"] and canonical_text(row["question"]) in canonicals


def _as_exact(row: Any) -> dict[str, Any]:
    return {
        "exact_faq_id": row["faq_id"],
        "exact_base_id": row["base_id"],
        "exact_question": row["question"],
        "exact_answer": row["text"],
    }
