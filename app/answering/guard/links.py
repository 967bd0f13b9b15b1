"""Links in a text and the hosts they lead to, with or without a scheme."""

import re
from collections.abc import Collection

_ENDINGS = (
    "com|cn|net|org|io|top|xyz|info|biz|ru|cc|me|co|app|dev|site|online|shop|club|vip|link|live|store|edu|gov|hk|tw|uk"
    "|de|fr|jp|us|eu|example|test"
)
_REST = r"[^\s<>\"'（）()，。；、！？\]】」]"
LINK = re.compile(
    rf"(?:[a-z][a-z0-9+.-]{{1,15}}://|www\.){_REST}+|data:[a-z]+/[^\s)]+|javascript:[^\s)]+"
    rf"|(?<![@\w.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_ENDINGS})(?![\w-])(?:[:/?]{_REST}*)?",
    re.IGNORECASE,
)
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?([a-z0-9.-]+)", re.IGNORECASE)


def host_of(link: str) -> str:
    """The host a link leads to, in lower case; empty for what leads to none."""
    found = _HOST.match(link)
    named = found is not None and not link.casefold().startswith(("data:", "javascript:"))
    return found[1].casefold().strip(".").removeprefix("www.") if found is not None and named else ""


def hosts_in(text: str) -> frozenset[str]:
    """Every host a text links to."""
    return frozenset(host for host in (host_of(link) for link in LINK.findall(text)) if host)


def may_lead_to(host: str, allowed: Collection[str]) -> bool:
    """Whether a host, or a domain above it, is on the list."""
    parts = host.split(".")
    return any(".".join(parts[at:]) in allowed for at in range(len(parts) - 1)) if host else False
