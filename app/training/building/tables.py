"""The table of dataset builds; how far one is stands in its job."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class DatasetBuildRow(Table):
    """One order for the next version of a dataset, and the version that came of it."""

    __tablename__ = "dataset_build"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    job_id: Mapped[UUID]
    dataset_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("dataset_version.id", name="fk_dataset_build_dataset_id")
    )
    created_by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
