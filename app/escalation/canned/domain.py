"""The words of canned replies: what one is, which variables it may hold, and how they are filled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

VARIABLES = ("customer.name", "customer.tier", "agent.name", "company.name", "order_no", "today")
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_ORDER = re.compile(r"(?<![A-Za-z0-9-])(?:[A-Za-z]{2,4}-?\d{4}(?:-\d{2,8})+|[A-Za-z]{2,4}-?\d{6,18})(?![A-Za-z0-9-])")


@dataclass(frozen=True)
class CannedContent:
    """What is edited: `text` may hold variables such as {{customer.name}}."""

    title: str
    text: str
    shared: bool


@dataclass(frozen=True)
class Canned:
    """One canned reply; `owner_id` is None for everybody's. `initials` and `version` are kept by the room."""

    id: UUID
    title: str
    text: str
    owner_id: UUID | None
    initials: str
    uses: int
    version: int
    updated_by: str
    updated_at: datetime

    @property
    def shared(self) -> bool:
        """Whether everybody has it."""
        return self.owner_id is None


@dataclass(frozen=True)
class Filled:
    """The text for one customer; `missing` are variables nothing is known for, which stay in it as they are."""

    text: str
    missing: tuple[str, ...]


def unknown_variables(text: str) -> list[str]:
    """The variables in a text that do not exist, in order."""
    return list(dict.fromkeys(name for name in _VARIABLE.findall(text) if name not in VARIABLES))


def fill(text: str, values: Mapping[str, str | None]) -> Filled:
    """Puts what is known into its places."""
    missing: dict[str, None] = {}

    def put(found: re.Match[str]) -> str:
        value = values.get(found[1])
        if value:
            return value
        missing[found[1]] = None
        return "{{" + found[1] + "}}"

    return Filled(_VARIABLE.sub(put, text), tuple(missing))


def order_number_in(text: str) -> str | None:
    """The last thing in a text that looks like an order's number: NB-2605-1187, SF14208836."""
    found = _ORDER.findall(text)
    return found[-1] if found else None
