"""Embedded PostgreSQL and Redis for a machine that has neither; the door of this folder."""

from app.adapters.embedded.child import StoreUnavailable, last_lines, spawn
from app.adapters.embedded.postgres import installed_binaries
from app.adapters.embedded.stores import Addresses, Stores, Wanted, start_stores

__all__ = [
    "Addresses",
    "StoreUnavailable",
    "Stores",
    "Wanted",
    "installed_binaries",
    "last_lines",
    "spawn",
    "start_stores",
]
