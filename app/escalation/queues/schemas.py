"""Shapes of queues on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from app.escalation.queues.domain import Group, GroupSettings, Mode
from app.kernel.texts import LOCALES
from app.kernel.wire import Moment, VisibleText, Wire

Label = Annotated[VisibleText, Field(max_length=50)]


def _known(languages: list[str]) -> list[str]:
    if not set(languages) <= set(LOCALES):
        raise ValueError("an unknown language")
    return languages


class QueueForm(Wire):
    """A group: whose conversations come to it (an empty list means all), how, and who serves in it."""

    name: Annotated[VisibleText, Field(max_length=60)]
    mode: Annotated[Mode, Field(description="pick: people take them; auto: given at once; offer: to be accepted")] = (
        Mode.PICK
    )
    accept_within_s: Annotated[int, Field(strict=True, ge=10, le=600)] = 30
    languages: Annotated[list[str], Field(max_length=10), AfterValidator(_known)] = []
    channels: Annotated[list[Label], Field(max_length=50)] = []
    tiers: Annotated[list[Label], Field(max_length=50)] = []
    position: Annotated[int, Field(strict=True, ge=0, le=1000)] = 0
    members: Annotated[list[UUID], Field(max_length=1000, description="Nobody named: everybody")] = []

    def settings(self) -> GroupSettings:
        """What the form says."""
        return GroupSettings(
            self.name.strip(),
            self.mode,
            self.accept_within_s,
            tuple(dict.fromkeys(self.languages)),
            tuple(dict.fromkeys(self.channels)),
            tuple(dict.fromkeys(self.tiers)),
            self.position,
            tuple(sorted(set(self.members))),
        )


class DefaultQueueForm(QueueForm):
    """The default group has no name of its own."""

    name: Annotated[str, Field(max_length=60)] = ""


class MemberView(Wire):
    """Somebody who serves in a group."""

    staff_id: UUID
    name: str


class QueueView(Wire):
    """A group with its members and how many wait."""

    queue_id: UUID
    name: str
    is_default: bool
    mode: Mode
    accept_within_s: int
    languages: list[str]
    channels: list[str]
    tiers: list[str]
    position: int
    members: list[MemberView]
    waiting: int
    longest_since: Moment | None
    revision: int

    @classmethod
    def of(cls, group: Group) -> "QueueView":
        """The view of a group."""
        settings = group.settings
        return cls(
            queue_id=group.id,
            name=settings.name,
            is_default=group.is_default,
            mode=settings.mode,
            accept_within_s=settings.accept_within_s,
            languages=list(settings.languages),
            channels=list(settings.channels),
            tiers=list(settings.tiers),
            position=settings.position,
            members=[MemberView(staff_id=id, name=name) for id, name in group.member_names.items()],
            waiting=group.waiting,
            longest_since=group.longest_since,
            revision=group.revision,
        )
