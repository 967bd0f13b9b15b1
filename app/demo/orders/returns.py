"""Return requests of the demo shop, kept in one file: asked for twice under one key, made once."""

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from app.demo.orders.domain import RETURN_DAYS, Order

RETURNS_FILE = "demo-returns.json"


@dataclass(frozen=True)
class Return:
    """A request to send goods back; `key` is the caller's, under which it is made once."""

    number: str
    order_number: str
    customer_id: str
    reason: str
    note: str
    asked_on: str
    pickup_on: str
    key: str

    def as_json(self) -> dict[str, str]:
        """As the service tells it."""
        told = {name: value for name, value in asdict(self).items() if name not in ("key", "number")}
        return {"return_number": self.number, **told}


class NotReturnable(Exception):
    """The order cannot be sent back; the text is a stable code."""


class Returns:
    """Everything asked for so far."""

    def __init__(self, folder: Path):
        self._path = folder / RETURNS_FILE
        kept = json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else []
        self._rows = [Return(**row) for row in kept]

    def of(self, customer_id: str) -> list[Return]:
        """A customer's requests, newest first."""
        return [row for row in reversed(self._rows) if row.customer_id == customer_id]

    def ask(self, order: Order, reason: str, note: str, key: str, today: date) -> Return:
        """Raises NotReturnable: not delivered yet, too late, or asked for already."""
        known = next(
            (row for row in self._rows if key and row.key == key and row.customer_id == order.customer_id), None
        )
        if known is not None:
            return known
        if order.delivered_days_ago is None:
            raise NotReturnable("not_delivered")
        if order.delivered_days_ago > RETURN_DAYS:
            raise NotReturnable("too_late")
        if any(row.order_number == order.number for row in self._rows):
            raise NotReturnable("asked_already")
        made = Return(
            f"RT{today:%y%m%d}{len(self._rows) + 1:04d}",
            order.number,
            order.customer_id,
            reason,
            note,
            today.isoformat(),
            (today + timedelta(1)).isoformat(),
            key,
        )
        self._rows.append(made)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps([asdict(row) for row in self._rows], ensure_ascii=False), encoding="utf-8")
        draft.replace(self._path)
        return made
