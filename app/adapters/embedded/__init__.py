"""Embedded PostgreSQL and Redis for a machine that has neither; the door of this folder."""

from app.adapters.embedded.child import StoreUnavailable
from app.adapters.embedded.stores import Addresses, Stores, start_stores

__all__ = ["Addresses", "StoreUnavailable", "Stores", "start_stores"]
