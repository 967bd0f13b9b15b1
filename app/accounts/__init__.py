"""Accounts: staff, sessions, API keys, audit. Others use principals, permissions and `record_audit`."""

from app.accounts.audit.service import Verdict, seal_trail, verify_trail
from app.accounts.audit.store import Entry as AuditEntry
from app.accounts.audit.store import list_about as audit_about
from app.accounts.company import Company, Hours, load_company
from app.accounts.domain import Permission, Principal, Role, Staff, may
from app.accounts.keys.service import create_api_key
from app.accounts.second_factor.service import FactorTools, reset_by_email
from app.accounts.service import (
    AccountTools,
    create_staff,
    find_principal,
    list_staff,
    record_audit,
    remove_staff,
    sign_in,
)

__all__ = [
    "AccountTools",
    "AuditEntry",
    "Company",
    "FactorTools",
    "Hours",
    "Permission",
    "Principal",
    "Role",
    "Staff",
    "Verdict",
    "audit_about",
    "create_api_key",
    "create_staff",
    "find_principal",
    "list_staff",
    "load_company",
    "may",
    "record_audit",
    "remove_staff",
    "reset_by_email",
    "seal_trail",
    "sign_in",
    "verify_trail",
]
