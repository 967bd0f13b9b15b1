"""Who may do what: roles, permissions and the principal a request acts as."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The four kinds of staff, each allowed what the one before is, and more."""

    INTEGRATOR = "integrator"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Permission(StrEnum):
    """Everything a route may ask for, as room:thing:action."""

    ACCOUNTS_AUDIT_READ = "accounts:audit:read"
    ACCOUNTS_CUSTOMER_ERASE = "accounts:customer:erase"
    ACCOUNTS_KEY_WRITE = "accounts:key:write"
    ACCOUNTS_STAFF_WRITE = "accounts:staff:write"
    ANALYTICS_READ = "analytics:figures:read"
    ANSWERING_COMPLETION_CREATE = "answering:completion:create"
    ANSWERING_GUARD_READ = "answering:guard:read"
    ANSWERING_GUARD_WRITE = "answering:guard:write"
    ANSWERING_INTENT_READ = "answering:intent:read"
    ANSWERING_INTENT_WRITE = "answering:intent:write"
    ANSWERING_PROMPT_READ = "answering:prompt:read"
    ANSWERING_PROMPT_WRITE = "answering:prompt:write"
    ANSWERING_TOOL_READ = "answering:tool:read"
    ANSWERING_TOOL_WRITE = "answering:tool:write"
    CONVERSATIONS_CUSTOMER_WRITE = "conversations:customer:write"
    CONVERSATIONS_READ = "conversations:thread:read"
    CONVERSATIONS_TRACE_READ = "conversations:trace:read"
    EVALUATION_READ = "evaluation:question:read"
    EVALUATION_WRITE = "evaluation:question:write"
    FEEDBACK_CORRECTION_PROPOSE = "feedback:correction:propose"
    FEEDBACK_CORRECTION_REVIEW = "feedback:correction:review"
    DESK_SERVE = "desk:conversation:serve"
    DESK_SUPERVISE = "desk:conversation:supervise"
    JOBS_CANCEL = "jobs:job:cancel"
    JOBS_READ = "jobs:job:read"
    KNOWLEDGE_READ = "knowledge:document:read"
    KNOWLEDGE_SEARCH = "knowledge:passage:search"
    KNOWLEDGE_WRITE = "knowledge:document:write"
    MODELS_READ = "models:version:read"
    MODELS_WRITE = "models:version:write"
    TRAINING_READ = "training:run:read"
    TRAINING_WRITE = "training:run:write"


_INTEGRATOR = frozenset(
    {
        Permission.ANSWERING_COMPLETION_CREATE,
        Permission.CONVERSATIONS_CUSTOMER_WRITE,
        # without the right to read conversations it shows figures and ways, and nobody's words
        Permission.CONVERSATIONS_TRACE_READ,
        Permission.KNOWLEDGE_SEARCH,
        Permission.MODELS_READ,
    }
)
_AGENT = _INTEGRATOR | {
    Permission.CONVERSATIONS_READ,
    Permission.EVALUATION_READ,
    Permission.DESK_SERVE,
    Permission.FEEDBACK_CORRECTION_PROPOSE,
    Permission.KNOWLEDGE_READ,
    Permission.JOBS_READ,
}
_SUPERVISOR = _AGENT | {
    Permission.ANALYTICS_READ,
    Permission.ANSWERING_GUARD_READ,
    Permission.ANSWERING_INTENT_READ,
    Permission.ANSWERING_PROMPT_READ,
    Permission.ANSWERING_TOOL_READ,
    Permission.EVALUATION_WRITE,
    Permission.DESK_SUPERVISE,
    Permission.FEEDBACK_CORRECTION_REVIEW,
    Permission.TRAINING_READ,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.INTEGRATOR: _INTEGRATOR,
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: frozenset(Permission),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether a role grants a permission."""
    return permission in GRANTS[role]


@dataclass(frozen=True)
class Principal:
    """Who acts: a person of the staff (with the session it came by) or an API key (perhaps narrowed to scopes)."""

    id: UUID
    kind: str
    name: str
    role: Role
    csrf_token: str | None = None
    scopes: frozenset[Permission] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role of this principal grants a permission, and its scopes leave it."""
        return permission in GRANTS[self.role] and (self.scopes is None or permission in self.scopes)


@dataclass(frozen=True)
class Staff:
    """One account of the staff."""

    id: UUID
    email: str
    name: str
    role: Role
    disabled: bool = False


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the cookie's token is told once, only its digest is kept."""

    token: str
    csrf_token: str
    staff: Staff
    max_age_s: int


@dataclass(frozen=True)
class FactorNeeded:
    """The password was right; what is missing is a code, or first an authenticator (`enrol`)."""

    ticket: str
    enrol: bool
