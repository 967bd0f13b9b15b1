"""The demo company's order service: a process of its own that Kefu's tools call, as a real company's would be."""

from app.demo.orders.domain import ORDERS_FILE, Place, keep_place, read_place

__all__ = ["ORDERS_FILE", "Place", "keep_place", "read_place"]
