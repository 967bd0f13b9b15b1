"""Service levels: business calendars, policies and clocks; opening hours move from the service rules to a calendar."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)
DEFAULT_CALENDAR = "00000000-0000-7000-8000-0000000000ca"

# The hours somebody set become the default calendar; what only the company file says stays there.
_MINUTES = "(split_part({clock}, ':', 1)::int * 60 + split_part({clock}, ':', 2)::int)"
_HOURS = f"""INSERT INTO business_calendar (id, name, timezone, week, days, revision, changed_by, changed_at)
    SELECT '{DEFAULT_CALENDAR}', 'default', rules #>> '{{hours,timezone}}', (
        SELECT jsonb_agg(CASE WHEN rules #> '{{hours,days}}' @> to_jsonb(day) THEN
            jsonb_build_array(jsonb_build_array({_MINUTES.format(clock="rules #>> '{hours,open}'")},
                {_MINUTES.format(clock="rules #>> '{hours,close}'")})) ELSE '[]' END ORDER BY day)
        FROM generate_series(1, 7) AS day), '[]', 1, changed_by, changed_at
    FROM service_rules WHERE rules ? 'hours' AND jsonb_array_length(rules #> '{{hours,days}}') > 0
    ORDER BY version DESC LIMIT 1"""
_REPLY_BY = """UPDATE service_rules SET rules = rules - 'hours'
    || jsonb_build_object('reply_by', rules #>> '{hours,reply_by}') WHERE rules ? 'hours'"""
_BACK = f"""UPDATE service_rules SET rules = rules - 'reply_by' || jsonb_build_object('hours', jsonb_build_object(
    'timezone', coalesce((SELECT timezone FROM business_calendar WHERE id = '{DEFAULT_CALENDAR}'), 'Asia/Shanghai'),
    'days', '[1, 2, 3, 4, 5]'::jsonb, 'open', '09:00', 'close', '18:00', 'reply_by', rules ->> 'reply_by'))"""


def upgrade() -> None:
    """The tables of app/escalation/calendars/tables.py and app/escalation/sla/tables.py."""
    op.create_table(
        "business_calendar",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("week", JSONB, nullable=False),
        sa.Column("days", JSONB, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.execute(_HOURS)
    op.execute(_REPLY_BY)
    op.create_table(
        "sla_policies",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("policies", JSONB, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.create_table(
        "sla_clock",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conversation_id", sa.Uuid, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("modes", JSONB, nullable=False),
        sa.Column("group_id", sa.Uuid, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("tier", sa.Text),
        sa.Column("policy_id", sa.Uuid),
        sa.Column("policy_name", sa.Text, nullable=False),
        sa.Column("target_s", sa.Integer),
        sa.Column("used_s", sa.Integer, nullable=False),
        *(sa.Column(name, moment, nullable=name != "started_at") for name in ("started_at", "due_at", "warn_at")),
        *(sa.Column(name, moment) for name in ("warned_at", "breached_at", "ended_at")),
        sa.Column("outcome", sa.Text),
        sa.Column("reached", sa.Boolean, nullable=False),
        sa.Column("marks", JSONB, nullable=False),
        sa.Column("stale", sa.Boolean, nullable=False),
    )
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_sla_clock_open", "sla_clock", ["conversation_id", "kind"], unique=True, postgresql_where=still_open
    )
    op.create_index("ix_sla_clock_due_at", "sla_clock", ["due_at", "conversation_id"], postgresql_where=still_open)
    unwarned = sa.text("ended_at IS NULL AND warned_at IS NULL")
    op.create_index("ix_sla_clock_warn_at", "sla_clock", ["warn_at"], postgresql_where=unwarned)
    stale = sa.text("stale AND ended_at IS NULL")
    op.create_index("ix_sla_clock_stale", "sla_clock", ["id"], postgresql_where=stale)
    op.create_index("ix_sla_clock_ended_at", "sla_clock", ["ended_at"])
    op.create_index("ix_sla_clock_conversation_id", "sla_clock", ["conversation_id"])


def downgrade() -> None:
    """Clocks, policies and calendars go; the rules get plain hours back."""
    op.execute(_BACK)
    for table in ("sla_clock", "sla_policies", "business_calendar"):
        op.drop_table(table)
