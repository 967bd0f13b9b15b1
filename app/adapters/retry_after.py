"""How long a server asks to be left alone: its Retry-After, in seconds or as a date, believed up to a bound."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 60.0


def asked_to_wait_s(header: str | None) -> float | None:
    """Seconds from now, at most LONGEST_S; None where nothing was asked, or nothing that can be read."""
    if header is None or not header.strip():
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            when = parsedate_to_datetime(header)
        except ValueError:
            return None
        seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    return min(LONGEST_S, max(0.0, seconds)) if seconds == seconds else None
