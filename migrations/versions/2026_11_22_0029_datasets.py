"""Datasets: material to review, the recipe, where each row of a version comes from, erased conversations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/training/material/tables.py, and those of datasets in app/training/tables.py."""
    op.create_table(
        "training_import",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("shape", sa.Text, nullable=False),
        sa.Column("mapping", JSONB, nullable=False),
        sa.Column("is_base", sa.Boolean, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("known", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("refusals", JSONB, nullable=False),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_table(
        "training_material",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("pair_sha256", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("history", JSONB, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column(
            "import_id",
            sa.Uuid,
            sa.ForeignKey("training_import.id", ondelete="CASCADE", name="fk_training_material_import_id"),
        ),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("conversation_id", sa.Uuid),
        sa.Column("message_id", sa.Uuid),
        sa.Column("said_by", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("decided_at", moment),
        sa.UniqueConstraint("pair_sha256", name="uq_training_material_pair"),
    )
    op.create_index("ix_training_material_state", "training_material", ["state", "id"])
    op.create_index("ix_training_material_conversation_id", "training_material", ["conversation_id"])
    op.create_table(
        "training_opinion",
        sa.Column(
            "material_id",
            sa.Uuid,
            sa.ForeignKey("training_material.id", ondelete="CASCADE", name="fk_training_opinion_material_id"),
            primary_key=True,
        ),
        sa.Column("staff_id", sa.Uuid, primary_key=True),
        sa.Column("staff_name", sa.Text, nullable=False),
        sa.Column("accept", sa.Boolean, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "dataset_recipe",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("recipe", JSONB, nullable=False),
        sa.Column("reviewers", sa.Integer, nullable=False),
        sa.Column("changed_by_name", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_dataset_recipe_one_row"),
    )
    op.create_table(
        "dataset_row",
        sa.Column(
            "dataset_id",
            sa.Uuid,
            sa.ForeignKey("dataset_version.id", ondelete="CASCADE", name="fk_dataset_row_dataset_id"),
            primary_key=True,
        ),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_id", sa.Uuid, nullable=False),
        sa.Column("conversation_id", sa.Uuid),
        sa.Column("split", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("approved_at", moment),
    )
    op.create_index("ix_dataset_row_conversation_id", "dataset_row", ["conversation_id"])
    op.create_table(
        "training_erasure",
        sa.Column("conversation_id", sa.Uuid, primary_key=True),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
    )


def downgrade() -> None:
    """Drops them."""
    for table in (
        "training_erasure",
        "dataset_row",
        "dataset_recipe",
        "training_opinion",
        "training_material",
        "training_import",
    ):
        op.drop_table(table)
