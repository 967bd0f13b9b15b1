"""Passages that were found by a part of them: what an answer is written from is the whole."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from app.kernel.database import Database
from app.knowledge.domain import Hit
from app.knowledge.parsing.store import Part, parts_of


async def whole_passages(database: Database, hits: Sequence[Hit], parents: Mapping[UUID, int]) -> list[Hit]:
    """The hits with the text of the passage they are part of, each passage once. `parents`: by chunk."""
    wanted = {(hit.document_id, parents[hit.chunk_id]) for hit in hits if hit.document_id and hit.chunk_id in parents}
    if not wanted:
        return list(hits)
    async with database.reading() as session:
        parts = await parts_of(session, [(document_id, parent) for document_id, parent in wanted if document_id])
    together: dict[tuple[UUID, int], list[Part]] = defaultdict(list)
    for part in parts:
        together[part.document_id, part.parent].append(part)
    seen: set[tuple[UUID, int]] = set()
    found: list[Hit] = []
    for hit in hits:
        if hit.document_id is None or hit.chunk_id not in parents:
            found.append(hit)
            continue
        key = (hit.document_id, parents[hit.chunk_id])
        if key not in seen:
            seen.add(key)
            found.append(replace(hit, text=joined(together[key]) or hit.text))
    return found


def joined(parts: Sequence[Part]) -> str:
    """The parts in their order, with the blank that parted them."""
    text = ""
    end: int | None = None
    for part in parts:
        gap = 0 if end is None else part.char_start - end
        text += ("" if gap <= 0 else "\n" if gap == 1 else "\n\n") + part.text
        end = part.char_end
    return text
