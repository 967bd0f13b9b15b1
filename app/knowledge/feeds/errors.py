"""What can be wrong with a source, and with one address of it."""

from typing import Any

from app.kernel.errors import AppError, Conflict, Invalid


class FeedRunning(Conflict):
    """The source is being read right now; a second reading would only get in its way."""

    code = "feed_running"


class FeedChanged(Conflict):
    """Somebody else changed the source since it was opened."""

    code = "feed_changed"


class FeedNameTaken(Conflict):
    """Another source has this name."""

    code = "feed_name_taken"


class FeedFoundNothing(AppError):
    """A source that had documents shows none: most likely it is not reachable, so nothing was taken away."""

    code, status = "feed_found_nothing", 422


class FeedUnreachable(AppError):
    """The address a source begins at could not be read."""

    code, status = "feed_unreachable", 422


class FetchFailed(Invalid):
    """An address could not be read; `code` is the instance's own, `values` fill its sentence."""

    def __init__(self, code: str, **values: Any):
        self.code = code  # type: ignore[misc]  # one class for every way an address can fail
        super().__init__(**values)


FETCH_CODES = (
    "fetch_address_invalid",
    "fetch_address_refused",
    "fetch_port_refused",
    "fetch_name_unknown",
    "fetch_unreachable",
    "fetch_insecure",
    "fetch_timeout",
    "fetch_too_large",
    "fetch_redirects",
    "fetch_type_refused",
    "fetch_status",
    "fetch_gone",
    "fetch_broken",
    "fetch_robots",
    "fetch_robots_unreachable",
    "fetch_noindex",
    "sitemap_broken",
    "sitemap_entities",
    "feed_elsewhere",
    "feed_too_deep",
    "feed_canonical",
    "feed_many_gone",
    "feed_marked",
    "feed_kept",
    "feed_deleted",
    "feed_same_content",
    "folder_no_roots",
    "folder_outside",
    "folder_missing",
    "folder_link_outside",
    "folder_unreadable",
    "folder_name",
)
"""Stable codes of single addresses; each has its sentence."""
