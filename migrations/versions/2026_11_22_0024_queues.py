"""Queues: groups with their members, agents at work, the line of those who wait, who served whom, what needs a look."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)
DEFAULT_GROUP = "00000000-0000-7000-8000-000000000001"


def _conversation() -> sa.Column[object]:
    key = sa.ForeignKey("conversation.id", ondelete="CASCADE")
    return sa.Column("conversation_id", sa.Uuid, key, primary_key=True)


def upgrade() -> None:
    """The tables of app/escalation/queues, presence and assignment, and the index behind the desk's lists."""
    op.create_table(
        "desk_group",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("accept_within_s", sa.Integer, nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("channels", JSONB, nullable=False),
        sa.Column("tiers", JSONB, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_index("uq_desk_group_default", "desk_group", ["is_default"], unique=True, postgresql_where="is_default")
    op.create_table(
        "desk_group_member",
        sa.Column("group_id", sa.Uuid, sa.ForeignKey("desk_group.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True),
    )
    op.create_table(
        "desk_agent",
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("state_at", moment, nullable=False),
        sa.Column("seen_at", moment),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("missed", sa.Integer, nullable=False),
        sa.Column("last_assigned_at", moment),
    )
    op.create_table(
        "line_entry",
        _conversation(),
        sa.Column("group_id", sa.Uuid, sa.ForeignKey("desk_group.id"), nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("skill", sa.Text),
        sa.Column("queued_at", moment),
        sa.Column("turn_at", moment),
        sa.Column("told_position", sa.Integer),
        sa.Column("wanted_agent_id", sa.Uuid),
        sa.Column("declined", JSONB, nullable=False),
        sa.Column("offered_to", sa.Uuid),
        sa.Column("offered_until", moment),
        sa.Column("message_left_at", moment),
        sa.Column("contact", sa.Text),
        sa.Column("agent_id", sa.Uuid),
        sa.Column("assigned_at", moment),
        sa.Column("first_reply_at", moment),
    )
    op.create_index(
        "ix_line_entry_waiting",
        "line_entry",
        ["group_id", "turn_at", "conversation_id"],
        postgresql_where="state = 'waiting'",
    )
    op.create_index("ix_line_entry_served", "line_entry", ["agent_id"], postgresql_where="state = 'served'")
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "conversation_id", sa.Uuid, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("group_id", sa.Uuid),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("queued_at", moment),
        sa.Column("at", moment, nullable=False),
        sa.Column("first_reply_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("ended_how", sa.Text),
    )
    op.create_index("ix_assignment_at", "assignment", ["at"])
    op.create_index("ix_assignment_user_id", "assignment", ["user_id", "at"], postgresql_where="user_id IS NOT NULL")
    op.create_table(
        "conversation_attention",
        _conversation(),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_index(
        "ix_conversation_desk", "conversation", ["owner", sa.text("last_message_at DESC"), sa.text("id DESC")]
    )
    op.add_column("desk_note", sa.Column("to_id", sa.Uuid))
    op.execute(
        f"""INSERT INTO desk_group (id, name, is_default, mode, accept_within_s, languages, channels, tiers, position,
            revision, created_at)
        VALUES ('{DEFAULT_GROUP}', '', true, 'pick', 30, '[]', '[]', '[]', 0, 1, now())"""
    )
    # Those who are in line, or with a person, when this version comes keep their places.
    op.execute(
        f"""INSERT INTO line_entry (conversation_id, group_id, state, priority, queued_at, turn_at, declined, agent_id)
        SELECT id, '{DEFAULT_GROUP}', CASE owner WHEN 'queue' THEN 'waiting' ELSE 'served' END, 1, queued_at, queued_at,
            '[]', agent_id
        FROM conversation WHERE owner IN ('queue', 'agent')"""
    )


def downgrade() -> None:
    """Drops them all."""
    op.drop_column("desk_note", "to_id")
    op.drop_index("ix_conversation_desk", "conversation")
    for table in (
        "conversation_attention",
        "assignment",
        "line_entry",
        "desk_agent",
        "desk_group_member",
        "desk_group",
    ):
        op.drop_table(table)
