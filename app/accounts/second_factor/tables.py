"""Tables of the second factor: the sealed secret, recovery codes, half-done sign-ins, who must have one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class SecondFactorRow(Table):
    """One account's authenticator. confirmed_at: unset until a code was typed; last_step: no code up to it again."""

    __tablename__ = "second_factor"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class RecoveryCodeRow(Table):
    """One recovery code, by its digest; gone once it was used."""

    __tablename__ = "recovery_code"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)


class PendingSignInRow(Table):
    """A right password whose code is still to come; the browser holds the ticket, the row its digest."""

    __tablename__ = "pending_sign_in"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class SecondFactorRoleRow(Table):
    """A role nobody signs in to without a second factor."""

    __tablename__ = "second_factor_role"

    role: Mapped[str] = mapped_column(Text, primary_key=True)
