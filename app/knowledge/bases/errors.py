"""What can go wrong with bases."""

from app.kernel.errors import Conflict, Invalid


class BaseNameTaken(Conflict):
    """Another base has that name."""

    code = "base_name_taken"


class BaseChanged(Conflict):
    """Somebody else changed the base meanwhile; the problem carries it as it is now."""

    code = "base_changed"


class BaseInUse(Conflict):
    """There is something in the base; the problem says how much."""

    code = "base_in_use"


class DefaultBaseStays(Conflict):
    """What names no base goes into this one, so it cannot be deleted."""

    code = "default_base_stays"


class BaseNeedsTier(Invalid):
    """A base for tiers names at least one."""

    code = "base_needs_tier"
