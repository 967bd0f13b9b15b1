"""Shapes on the wire that several ways of signing in share."""

from typing import Literal
from uuid import UUID

from app.accounts.domain import Role, SignedIn
from app.kernel.wire import Wire


class User(Wire):
    """The signed-in person."""

    user_id: UUID
    name: str
    role: Role


class Session(Wire):
    """A session: send `csrf_token` as X-CSRF-Token with every write."""

    csrf_token: str
    user: User


class Unfinished(Wire):
    """The password was right, and a code is still to come; `enrol`: an authenticator has to be set up first."""

    ticket: str
    step: Literal["code", "enrol"]


def session_of(opened: SignedIn) -> Session:
    """A fresh session as the contract shows it."""
    staff = opened.staff
    return Session(csrf_token=opened.csrf_token, user=User(user_id=staff.id, name=staff.name, role=staff.role))
