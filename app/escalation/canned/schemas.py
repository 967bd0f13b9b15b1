"""Wire shapes of canned replies."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field

from app.escalation.canned.domain import Canned, CannedContent
from app.kernel.wire import Moment, VisibleText, Wire

Title = Annotated[VisibleText, AfterValidator(str.strip), Field(max_length=80)]


class CannedForm(Wire):
    """A canned reply; `text` may hold {{customer.name}} and the other variables that exist."""

    title: Title
    text: Annotated[VisibleText, Field(max_length=4_000)]
    shared: bool = False

    def content(self) -> CannedContent:
        """To the domain."""
        return CannedContent(self.title, self.text, self.shared)


class CannedChange(CannedForm):
    """`version` is the one the editor saw."""

    version: Annotated[int, Field(ge=1)]


class CannedView(Wire):
    """One canned reply; `initials` are what it is found by beside its words."""

    canned_id: UUID
    title: str
    text: str
    shared: bool
    initials: str
    uses: int
    version: int
    updated_by: str
    updated_at: Moment

    @classmethod
    def of(cls, canned: Canned) -> Self:
        """From the domain."""
        return cls(
            canned_id=canned.id,
            title=canned.title,
            text=canned.text,
            shared=canned.shared,
            initials=canned.initials,
            uses=canned.uses,
            version=canned.version,
            updated_by=canned.updated_by,
            updated_at=canned.updated_at,
        )


class CannedList(Wire):
    """What you may use, best match first, and the variables that exist."""

    items: list[CannedView]
    variables: list[str]


class FilledView(Wire):
    """The text for one customer; `missing` variables stay in it as they are."""

    text: str
    missing: list[str]
