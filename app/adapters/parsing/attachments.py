"""The files attached to a mail, one by one; pictures inside its text are not among them."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from app.adapters.parsing.archives import escapes
from app.adapters.parsing.unpack import ARCHIVES, LARGEST_ENTRY, Entry

MOST_ATTACHMENTS = 100


def attachments(data: bytes) -> Iterator[Entry]:
    """Every attachment with a name, or the code for which it was refused. An archive or a mail in a mail is."""
    message = message_from_bytes(data, policy=policy.default)
    seen: set[str] = set()
    for part in message.iter_attachments():
        if part.get_content_disposition() != "attachment":
            continue
        name = _name(part)
        if len(seen) == MOST_ATTACHMENTS:
            yield Entry(name, code="document_too_complex")
            return
        yield _judged(part, name, seen)
        seen.add(name)


def _name(part: EmailMessage) -> str:
    try:
        named = str(part.get_filename() or "")
    except (ValueError, LookupError, AttributeError, TypeError):  # what the mail parser raises for broken headers
        named = ""
    return named.replace("\\", "/").replace("\x00", "").strip() or part.get_content_type().replace("/", ".")


def _judged(part: EmailMessage, name: str, seen: set[str]) -> Entry:
    if escapes(name):
        return Entry(name, code="archive_path")
    if part.get_content_maintype() == "message" or name.lower().endswith((*ARCHIVES, ".eml")):
        return Entry(name, code="archive_nested")
    if name in seen:
        return Entry(name, code="archive_twice")
    found = part.get_payload(decode=True)
    if not isinstance(found, bytes):
        return Entry(name, code="document_broken")
    return Entry(name, found) if len(found) <= LARGEST_ENTRY else Entry(name, code="document_too_large")
