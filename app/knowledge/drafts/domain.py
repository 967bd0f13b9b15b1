"""A draft, and what it would change: the present passages beside the new ones, group by group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.knowledge.domain import NewChunk
from app.knowledge.drafts.likeness import linked
from app.knowledge.editing.domain import KeptWork, Passage, origin_of
from app.knowledge.parsed import ParseSettings


class DraftState(StrEnum):
    """Where a draft stands."""

    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class DraftRecord:
    """One draft as others see it."""

    id: UUID
    document_id: UUID
    version_number: int
    settings: dict[str, Any]
    state: str
    job_id: UUID | None
    error_code: str | None
    error_values: dict[str, Any] | None
    blob_key: str
    created_by: str
    created_at: datetime

    @property
    def parse_settings(self) -> ParseSettings:
        """What it was read with."""
        return ParseSettings.of(self.settings)


class Change(StrEnum):
    """What becomes of a group: `recut`: the same words in other passages; `changed`: other words."""

    SAME = "same"
    RECUT = "recut"
    CHANGED = "changed"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Group:
    """Present passages, and those that would stand in their place."""

    change: Change
    before: tuple[Passage, ...]
    after: tuple[NewChunk, ...]


@dataclass(frozen=True)
class Comparison:
    """Every group in order, and the hand work that would stay (`kept`) and be lost (`dropped`)."""

    groups: tuple[Group, ...]
    kept: tuple[Passage, ...]
    dropped: tuple[Passage, ...]

    def counts(self) -> dict[str, int]:
        """How many groups there are of each kind."""
        found = dict.fromkeys((change.value for change in Change), 0)
        for group in self.groups:
            found[group.change] += 1
        return found


def compare(before: Sequence[Passage], work: KeptWork) -> Comparison:
    """The present passages beside those of a draft with the hand work that still fits."""
    left = [origin_of(one.kind, one.heading_path, one.text) for one in before]
    right = [origin_of(one.kind, one.heading_path, one.text) for one in work.chunks]
    groups: list[Group] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs = zip(before[i:i_end], work.chunks[j:j_end], strict=True)
            groups += [Group(Change.SAME, (old,), (new,)) for old, new in pairs]
        else:
            groups += _between(before[i:i_end], work.chunks[j:j_end])
    return Comparison(tuple(groups), work.kept, work.dropped)


def _between(before: Sequence[Passage], after: Sequence[NewChunk]) -> Iterable[Group]:
    """Two stretches without an equal passage, in groups of those that share their words."""
    for olds, news in linked([one.text for one in before], [one.text for one in after]):
        old, new = tuple(before[n] for n in olds), tuple(after[n] for n in news)
        if not old or not new:
            yield Group(Change.GONE if old else Change.NEW, old, new)
        else:
            same = _bare(one.text for one in old) == _bare(one.text for one in new)
            yield Group(Change.RECUT if same else Change.CHANGED, old, new)


def _bare(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())
