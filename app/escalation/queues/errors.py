"""What can go wrong with queues."""

from app.kernel.errors import Conflict, Invalid


class QueueNameTaken(Conflict):
    """Another group has that name."""

    code = "queue_name_taken"


class QueueChanged(Conflict):
    """Somebody else changed the group meanwhile; the problem carries it as it is now."""

    code = "queue_changed"


class DefaultQueueStays(Conflict):
    """What belongs to no other group goes into this one, so it cannot be deleted."""

    code = "default_queue_stays"


class UnknownMember(Invalid):
    """A member is nobody of the staff, or may not serve at the desk."""

    code = "unknown_member"
