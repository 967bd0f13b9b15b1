"""Wire shapes of drafts: their state, and what they would change."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from app.kernel.texts import has_text, text
from app.kernel.wire import Wire
from app.knowledge.document_schemas import DocumentProblem
from app.knowledge.domain import NewChunk
from app.knowledge.drafts.domain import Change, DraftRecord, DraftState, Group
from app.knowledge.drafts.service import Seen, Shown
from app.knowledge.editing.domain import Passage
from app.knowledge.parsing.schemas import ParseSettingsIn

Number = Annotated[int, Field(ge=0, le=2_000_000_000)]
MOST_DROPPED = 100


class DraftAccepted(Wire):
    """A draft that is being read; follow `job_id`."""

    document_id: UUID
    job_id: UUID


class SeenBody(Wire):
    """What the comparison was made with, as the draft told it."""

    version: Number
    edits: Number

    def seen(self) -> Seen:
        """As the domain has it."""
        return Seen(self.version, self.edits)


class PresentChunk(Wire):
    """A passage search has now. by_hand: somebody changed it; disabled: it is not found at present."""

    chunk_id: UUID
    position: int
    heading_path: list[str]
    page: int | None
    text: str
    by_hand: bool
    disabled: bool

    @classmethod
    def of(cls, one: Passage) -> Self:
        """From the domain."""
        return cls(
            chunk_id=one.id,
            position=one.position,
            heading_path=list(one.heading_path),
            page=one.page,
            text=one.text,
            by_hand=one.origins is not None,
            disabled=one.disabled_at is not None,
        )


class DraftChunk(Wire):
    """A passage the draft would bring. parent: the number of the larger one it is found for."""

    position: int
    kind: str
    heading_path: list[str]
    page: int | None
    text: str
    parent: int | None

    @classmethod
    def of(cls, one: NewChunk) -> Self:
        """From the domain."""
        shown = {name: getattr(one, name) for name in cls.model_fields if name != "heading_path"}
        return cls(heading_path=list(one.heading_path), **shown)


class GroupView(Wire):
    """Present passages and what would stand in their place."""

    number: int
    change: Literal["same", "recut", "changed", "gone", "new"]
    before: list[PresentChunk]
    after: list[DraftChunk]

    @classmethod
    def of(cls, number: int, group: Group) -> Self:
        """From the domain."""
        return cls(
            number=number,
            change=group.change.value,
            before=[PresentChunk.of(one) for one in group.before],
            after=[DraftChunk.of(one) for one in group.after],
        )


class LostWork(Wire):
    """Hand work that would be lost: the passage as it was parsed, and as somebody left it."""

    chunk_id: UUID
    heading_path: list[str]
    original_text: str
    text: str
    disabled: bool
    by: str

    @classmethod
    def of(cls, one: Passage) -> Self:
        """From the domain."""
        return cls(
            chunk_id=one.id,
            heading_path=list(one.heading_path),
            original_text=one.original_text or one.text,
            text=one.text,
            disabled=one.disabled_at is not None,
            by=one.edited_by or one.disabled_by or "",
        )


class DraftView(Wire):
    """A draft. `counts`: groups by what becomes of them; `present`, `total`: passages now and then.

    `outdated`: newer bytes came or are coming, so it can only be discarded. Of the hand work that would be lost
    (`lost_total`) the first are told. `low_pages`: pages whose scan was hard to read; `unread_pages`: not read.
    """

    document_id: UUID
    settings: ParseSettingsIn
    state: DraftState
    error: DocumentProblem | None
    job_id: UUID | None
    outdated: bool
    version: int
    edits: int
    created_by: str
    created_at: datetime
    present: int = 0
    total: int = 0
    counts: dict[str, int] = {}
    unread_pages: int = 0
    low_pages: list[int] = []
    hand_kept: int = 0
    lost_total: int = 0
    lost: list[LostWork] = []

    @classmethod
    def of(cls, shown: Shown, locale: str) -> Self:
        """From the domain."""
        draft, comparison, parsed = shown.draft, shown.comparison, shown.parsed
        view = cls(
            document_id=draft.document_id,
            settings=ParseSettingsIn(**draft.parse_settings.as_json()),
            state=DraftState(draft.state),
            error=_problem(draft, locale),
            job_id=draft.job_id,
            outdated=shown.outdated,
            version=shown.seen.version,
            edits=shown.seen.edits,
            created_by=draft.created_by,
            created_at=draft.created_at,
        )
        if comparison is not None and parsed is not None:
            view.present = sum(len(group.before) for group in comparison.groups)
            view.total = sum(len(group.after) for group in comparison.groups)
            view.counts = comparison.counts()
            view.unread_pages = parsed.unread_pages
            view.low_pages = [int(page) for page in parsed.report.get("ocr", {}).get("low_pages", [])]
            view.hand_kept, view.lost_total = len(comparison.kept), len(comparison.dropped)
            view.lost = [LostWork.of(one) for one in comparison.dropped[:MOST_DROPPED]]
        return view


def _problem(draft: DraftRecord, locale: str) -> DocumentProblem | None:
    if draft.error_code is None:
        return None
    key = f"errors.{draft.error_code}"
    key = key if has_text(key) else "errors.internal_error"
    return DocumentProblem(code=draft.error_code, message=text(key, locale, **(draft.error_values or {})))


class GroupPage(Wire):
    """Some groups in order; `next` is the number to go on behind."""

    items: list[GroupView]
    next: int | None

    @classmethod
    def of(cls, shown: Shown, changes: set[Change], after: int, limit: int) -> Self:
        """Those of the wanted kinds behind the group `after`."""
        groups = shown.comparison.groups if shown.comparison else ()
        wanted = [(number, group) for number, group in enumerate(groups) if group.change in changes and number > after]
        items = [GroupView.of(number, group) for number, group in wanted[:limit]]
        return cls(items=items, next=items[-1].number if len(wanted) > limit else None)
