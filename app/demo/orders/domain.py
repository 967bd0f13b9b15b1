"""Orders of the demo company: who bought what, where the parcel is, and what may still be returned."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

ORDERS_FILE = "demo-orders.json"
RETURN_DAYS = 7
Status = Literal["processing", "shipped", "out_for_delivery", "delivered"]


@dataclass(frozen=True)
class Place:
    """Where the service listens, what its callers must show, and the secret it vouches for customers with.

    told: the address Kefu's tools were last pointed at.
    """

    port: int
    key: str
    visitor_secret: str
    told: str = ""

    @property
    def url(self) -> str:
        """Its address on this machine."""
        return f"http://127.0.0.1:{self.port}"


def read_place(folder: Path) -> Place | None:
    """What was kept, if anything."""
    try:
        return Place(**json.loads((folder / ORDERS_FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def keep_place(folder: Path, port: int, *, told: str | None = None) -> Place:
    """Keeps the port; keys are made once. Readable by this user alone."""
    known = read_place(folder) or Place(port, secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    place = replace(known, port=port, told=known.told if told is None else told)
    draft = folder / (ORDERS_FILE + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(place), file)
    draft.replace(folder / ORDERS_FILE)
    return place


@dataclass(frozen=True)
class Item:
    """A line of an order; price in yuan."""

    name: str
    quantity: int
    price: int


@dataclass(frozen=True)
class Order:
    """One order; days_ago: when it was placed, delivered_days_ago: when it arrived, if it did."""

    number: str
    customer_id: str
    days_ago: int
    status: Status
    items: tuple[Item, ...]
    phone: str
    city: tuple[str, str]
    tracking: str | None = None
    delivered_days_ago: int | None = None

    @property
    def total(self) -> int:
        """What was paid, in yuan."""
        return sum(item.price * item.quantity for item in self.items)

    def as_json(self, today: date) -> dict[str, Any]:
        """As the service tells it."""
        delivered = None if self.delivered_days_ago is None else today - timedelta(self.delivered_days_ago)
        return {
            "order_number": self.number,
            "placed_on": (today - timedelta(self.days_ago)).isoformat(),
            "status": self.status,
            "items": [asdict(item) for item in self.items],
            "total": self.total,
            "currency": "CNY",
            "phone": self.phone,
            "delivered_on": delivered.isoformat() if delivered else None,
            "returnable_until": (delivered + timedelta(RETURN_DAYS)).isoformat() if delivered else None,
        }


@dataclass(frozen=True)
class Shopper:
    """A customer of the demo shop."""

    id: str
    name_zh: str
    name_en: str


SHOPPERS = (Shopper("U10001", "李雷", "Li Lei"), Shopper("U10002", "韩梅梅", "Han Meimei"))


def demo_orders(today: date) -> dict[str, Order]:
    """Orders as they stand today; the numbers carry the day they were placed."""

    def number(days_ago: int, nth: int) -> str:
        return f"ND{(today - timedelta(days_ago)):%y%m%d}{nth:04d}"

    rows = [
        Order(
            number(2, 1), "U10001", 2, "shipped", (Item("Nova Buds 2", 1, 499),), "13812345678",
            ("杭州", "Hangzhou"), "SF1402026110018",
        ),
        Order(
            number(6, 7), "U10001", 6, "delivered", (Item("Orbit 3", 1, 899), Item("USB-C 编织线 1.5 m", 2, 39)),
            "13812345678", ("杭州", "Hangzhou"), "SF1402026106207", 3,
        ),
        Order(
            number(40, 3), "U10001", 40, "delivered", (Item("Comet 65W", 1, 169),), "13812345678",
            ("杭州", "Hangzhou"), "YT7720261013003", 37,
        ),
        Order(
            number(0, 12), "U10002", 0, "processing", (Item("Orbit Band", 1, 299),), "13987654321",
            ("成都", "Chengdu"),
        ),
        Order(
            number(3, 9), "U10002", 3, "out_for_delivery", (Item("Comet 10000", 1, 129),), "13987654321",
            ("成都", "Chengdu"), "SF1402026110709",
        ),
    ]  # fmt: skip
    return {order.number: order for order in rows}


STEPS: tuple[tuple[int, str, str], ...] = (
    (0, "已揽收", "Picked up by the courier"),
    (1, "已到达中转中心", "Arrived at the sorting centre"),
    (1, "已到达派送网点", "Arrived at the local depot"),
    (2, "正在派送", "Out for delivery"),
    (3, "已签收", "Delivered"),
)
REACHED: dict[str, int] = {"processing": 0, "shipped": 2, "out_for_delivery": 4, "delivered": 5}


def delivery_of(order: Order, now: datetime) -> dict[str, Any]:
    """Where a parcel is: its steps so far, newest last, and when it should arrive."""
    reached = REACHED[order.status]
    shipped = now.date() - timedelta(max(order.days_ago - 1, 0))
    last = now.date() - timedelta(order.delivered_days_ago) if order.delivered_days_ago is not None else now.date()
    return {
        "order_number": order.number,
        "status": order.status,
        "carrier": ("顺丰速运" if (order.tracking or "").startswith("SF") else "圆通速递") if order.tracking else None,
        "tracking_number": order.tracking,
        "expected_on": None if order.status in ("delivered", "processing") else (now.date() + timedelta(1)).isoformat(),
        "city": {"zh": order.city[0], "en": order.city[1]},
        "events": [
            {"on": min(shipped + timedelta(after), last).isoformat(), "zh": zh, "en": en}
            for after, zh, en in STEPS[:reached]
        ],
    }
