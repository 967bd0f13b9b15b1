"""The words of queues: groups, how conversations come to people, and whose turn it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from uuid import UUID

DEFAULT_GROUP = UUID("00000000-0000-7000-8000-000000000001")


class Mode(StrEnum):
    """How a group's conversations come to its people."""

    PICK = "pick"
    AUTO = "auto"
    OFFER = "offer"


class Priority(IntEnum):
    """How soon somebody should come; each is a head start in the line, so that nobody waits for ever."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3


HEAD_START = {
    Priority.LOW: timedelta(minutes=-10),
    Priority.NORMAL: timedelta(),
    Priority.HIGH: timedelta(minutes=10),
    Priority.URGENT: timedelta(minutes=30),
}


def turn_at(queued_at: datetime, priority: Priority) -> datetime:
    """The moment by which the line is ordered: whoever came longer ago than the head start stays ahead."""
    return queued_at - HEAD_START[priority]


@dataclass(frozen=True)
class GroupSettings:
    """What a group is for and how it works; an empty list means all. Without members it is everybody's."""

    name: str
    mode: Mode = Mode.PICK
    accept_within_s: int = 30
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    position: int = 0
    members: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Group:
    """A group as it stands."""

    id: UUID
    settings: GroupSettings
    is_default: bool
    revision: int
    waiting: int = 0
    longest_since: datetime | None = None
    member_names: dict[UUID, str] = field(default_factory=dict)

    def is_open_to(self, staff_id: UUID) -> bool:
        """Whether somebody of the staff serves here."""
        return not self.settings.members or staff_id in self.settings.members

    def fits(self, locale: str, channel: str, tier: str | None) -> bool:
        """Whether a customer's conversation belongs here."""
        wanted = self.settings
        return (
            (not wanted.languages or locale in wanted.languages)
            and (not wanted.channels or channel in wanted.channels)
            and (not wanted.tiers or tier in wanted.tiers)
        )


def choose_group(groups: Iterable[Group], locale: str, channel: str, tier: str | None) -> Group:
    """The first group in order that a conversation belongs to; the default one takes what no other does."""
    ordered: Sequence[Group] = sorted(groups, key=lambda group: (group.is_default, group.settings.position, group.id))
    fitting = (group for group in ordered if group.is_default or group.fits(locale, channel, tier))
    return next(fitting)
