"""Wire shapes of chunks and their history."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.kernel.wire import VisibleText, Wire
from app.knowledge.document_schemas import BoxView
from app.knowledge.editing.domain import LONGEST_TEXT, Passage, PastState
from app.knowledge.ports import Measured

ChunkText = Annotated[VisibleText, Field(max_length=LONGEST_TEXT)]
Path = Annotated[list[Annotated[VisibleText, Field(max_length=200)]], Field(max_length=12)]
Revision = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ChunkView(Wire):
    """One passage of a document. `char_start`, `char_end`: code points in the document's plain text.

    `by_hand`: somebody changed its words; `original_text` is what the file says, null for one that was added.
    `answers`: how many answers quoted it, ever.
    """

    chunk_id: UUID
    document_id: UUID
    position: int
    heading_path: list[str]
    page: int | None
    text: str
    kind: str
    char_start: int
    char_end: int
    boxes: list[BoxView]
    revision: int
    by_hand: bool
    original_text: str | None
    edited_at: datetime | None
    edited_by: str | None
    disabled_at: datetime | None
    disabled_by: str | None
    answers: int = 0

    @classmethod
    def of(cls, passage: Passage, answers: int = 0) -> Self:
        """The passage as the contract shows it."""
        own = ("chunk_id", "heading_path", "boxes", "by_hand", "original_text", "answers")
        return cls(
            chunk_id=passage.id,
            heading_path=list(passage.heading_path),
            boxes=[BoxView(**box) for box in passage.boxes],
            by_hand=passage.origins is not None,
            original_text=passage.text if passage.origins is None else passage.original_text,
            answers=answers,
            **{name: getattr(passage, name) for name in cls.model_fields if name not in own},
        )


class EditForm(Wire):
    """New words for a chunk. `revision`: the one the editor saw."""

    revision: Revision
    text: ChunkText
    heading_path: Path | None = None


class AddForm(Wire):
    """A chunk written by hand. `after`: the chunk it shall stand behind, null for the beginning."""

    text: ChunkText
    heading_path: Path | None = None
    after: UUID | None = None


class SplitForm(Wire):
    """Where to cut, in code points of the chunk's text."""

    revision: Revision
    at: Annotated[int, Field(ge=1, le=LONGEST_TEXT)]


class MergeForm(Wire):
    """The revisions of the chunk and of the next one, as the editor saw them."""

    revision: Revision
    next_revision: Revision


class StateForm(Wire):
    """The revision the editor saw, where that matters."""

    revision: Revision | None = None


class RollBackForm(Wire):
    """The revision to go back to, and the one the editor saw."""

    revision: Revision
    to: Revision


class SplitResult(Wire):
    """Both halves."""

    items: list[ChunkView]


class ChunkCreated(Wire):
    """The chunk that was added."""

    chunk_id: UUID
    chunk: ChunkView


class FailedQuestion(Wire):
    """A regression question that does not pass now."""

    question_id: UUID
    text: str
    problems: list[str]


class CheckResult(Wire):
    """The regression questions as search answers them now."""

    questions: int
    passed: int
    failed: list[FailedQuestion]

    @classmethod
    def of(cls, measured: Measured) -> Self:
        """The run as the contract shows it."""
        failed = [
            FailedQuestion(question_id=row.question_id, text=row.text, problems=list(row.problems))
            for row in measured.rows
            if not row.passed
        ]
        return cls(questions=measured.questions, passed=measured.questions - len(failed), failed=failed)


class PastView(Wire):
    """A chunk under an earlier revision, and the action that ended it."""

    revision: int
    action: str
    text: str
    heading_path: list[str]
    by: str
    at: datetime

    @classmethod
    def of(cls, state: PastState) -> Self:
        """The state as the contract shows it."""
        return cls(
            **{name: getattr(state, name) for name in cls.model_fields if name != "heading_path"},
            heading_path=list(state.heading_path),
        )


class PastList(Wire):
    """The latest first; the present state is not in it."""

    items: list[PastView]
