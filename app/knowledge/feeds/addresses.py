"""Addresses on the web: one spelling each, patterns to take or leave them, and the file name a page is taken in by."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from app.knowledge.document_errors import DocumentOldFormat
from app.knowledge.feeds.errors import FetchFailed
from app.knowledge.file_types import BY_EXTENSION, better_format

LONGEST = 900
"""Characters; longer addresses are no documents, and a document's source has to hold it."""
TRACKING = re.compile(r"^(utm_\w+|gclid|fbclid|spm|from_source)$", re.I)
HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
SAFE = "/:@!$&'()*+,;=~-._%"
EXTENSIONS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "text/markdown": "md",
    "text/x-markdown": "md",
    "text/csv": "csv",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "message/rfc822": "eml",
}
TOLD_BY_NAME = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain", "application/zip"})
OLD_OFFICE = {
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.ms-outlook": "msg",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
}


def plain_url(address: str) -> str:
    """One spelling of a web address: no fragment, no default port, no tracking marks. Raises FetchFailed."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii") if not _is_bracketed(parts.netloc) else ""
        host = host or (f"[{parts.hostname}]" if parts.hostname else "")
        port = parts.port
    except (ValueError, UnicodeError):
        raise FetchFailed("fetch_address_invalid") from None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not HOST.fullmatch(host) or "@" in parts.netloc:
        raise FetchFailed("fetch_address_invalid")
    if port is not None and port != {"http": 80, "https": 443}[scheme]:
        host = f"{host}:{port}"
    query = parts.query
    if "utm_" in query or "clid" in query or "spm" in query or "from_source" in query:
        query = urlencode([(n, v) for n, v in parse_qsl(query, keep_blank_values=True) if not TRACKING.match(n)])
    found = urlunsplit((scheme, host, quote(parts.path or "/", safe=SAFE), quote(query, safe=SAFE + "?"), ""))
    if len(found) > LONGEST:
        raise FetchFailed("fetch_address_invalid")
    return found


def _is_bracketed(netloc: str) -> bool:
    return netloc.rpartition("@")[2].startswith("[")


def joined(base: str, link: str) -> str | None:
    """The address a link leads to; None when it leads to no page."""
    try:
        return plain_url(urljoin(base, link.strip()))
    except (FetchFailed, ValueError):
        return None


def host_of(address: str) -> str:
    """Host and port, as one site has them."""
    return urlsplit(address).netloc.lower()


def origin_of(address: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def path_of(address: str) -> str:
    """Path and query: what patterns and robots.txt speak about."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def fits(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` occurs; `$` at its end means the end. Takes time linear in the text."""
    at_end = pattern.endswith("$")
    head, *rest = (pattern[:-1] if at_end else pattern).split("*")
    if not text.startswith(head):
        return False
    at = len(head)
    for number, piece in enumerate(rest):
        if at_end and number == len(rest) - 1:
            return len(text) - len(piece) >= at and text.endswith(piece)
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return at == len(text) if at_end else True


def wanted(text: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a path or address is to be taken: some include fits, or there is none; and no exclude fits.

    A pattern beginning with `/` or `*` or `http` is matched from the beginning, any other one anywhere.
    """

    def any_of(patterns: Sequence[str]) -> bool:
        return any(fits(p if p.startswith(("/", "*", "http")) else f"*{p}", text) for p in patterns)

    return (not include or any_of(include)) and not any_of(exclude)


def url_wanted(address: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """The same for a web address; patterns may speak of its path or of the whole."""
    whole = [p for p in include if p.startswith("http")]
    paths = [p for p in include if not p.startswith("http")]
    path = unquote(path_of(address))
    taken = not include or (whole and wanted(address, whole, ())) or (paths and wanted(path, paths, ()))
    left = any(wanted(address if p.startswith("http") else path, [p], ()) for p in exclude)
    return bool(taken) and not left


def takes_document(address: str, media_type: str) -> bool:
    """Whether something of this type can become a document. Raises DocumentOldFormat for what could be saved anew."""
    old = OLD_OFFICE.get(media_type)
    if old is not None:
        raise DocumentOldFormat(extension=old, better=better_format(old))
    return file_extension(address, media_type) is not None


def file_extension(address: str, media_type: str) -> str | None:
    """The extension a page is taken in under: by its type, or by its name where the type says nothing."""
    own = PurePosixPath(unquote(urlsplit(address).path)).suffix.lower().lstrip(".")
    if media_type in TOLD_BY_NAME and own in BY_EXTENSION:
        return own
    return EXTENSIONS.get(media_type)


def file_name_of(address: str, media_type: str) -> str:
    """A file name for a page: the last part of its path with the extension of its type."""
    path = PurePosixPath(unquote(urlsplit(address).path))
    extension = file_extension(address, media_type) or "html"
    stem = path.stem if path.suffix else path.name
    return f"{stem or urlsplit(address).hostname or 'page'}.{extension}"
