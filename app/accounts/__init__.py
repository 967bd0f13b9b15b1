"""Accounts: staff, sessions, API keys, audit. Others use principals, permissions and `record_audit`."""

from app.accounts.domain import Permission, Principal, Role, Staff
from app.accounts.service import (
    AccountTools,
    create_api_key,
    create_staff,
    find_principal,
    record_audit,
    remove_staff,
    sign_in,
)

__all__ = [
    "AccountTools",
    "Permission",
    "Principal",
    "Role",
    "Staff",
    "create_api_key",
    "create_staff",
    "find_principal",
    "record_audit",
    "remove_staff",
    "sign_in",
]
