"""Traces kept from before they were masked when stored: mobile and identity numbers, cards and e-mail leave them."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

SECTIONS = ("question", "prompt", "check", "said_before_failure", "cached", "steps")
_ALONE = r"(?<![0-9A-Za-z.-])"
_END = r"(?![0-9A-Za-z])"
MASKED = (
    (r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+", "[email]"),
    (rf"{_ALONE}[1-9][0-9]{{16}}[0-9Xx]{_END}", "[id number]"),
    (rf"{_ALONE}[3-6][0-9]{{14,18}}{_END}", "[card number]"),
    (rf"{_ALONE}([+]?86[- ]?)?1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}{_END}", "[phone]"),
)


def upgrade() -> None:
    """Only where there is anything to mask, section by section; passages keep the company's own numbers."""
    for section in SECTIONS:
        masked = f"(trace -> '{section}')::text"
        for pattern, mask in MASKED:
            masked = f"regexp_replace({masked}, '{pattern}', '{mask}', 'g')"
        found = "|".join(pattern for pattern, _ in MASKED)
        op.execute(
            f"""UPDATE answer_trace SET trace = trace || jsonb_build_object('{section}', ({masked})::jsonb)
            WHERE trace ? '{section}' AND (trace -> '{section}')::text ~ '{found}'"""
        )


def downgrade() -> None:
    """What was masked stays so."""
