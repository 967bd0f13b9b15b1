"""Markdown, plain text and e-mail to blocks."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from markdown_it import MarkdownIt

from app.adapters.parsing.blocks import Block, Reading, heading, paragraph
from app.adapters.parsing.encodings import decode
from app.adapters.parsing.markup import read_html

FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*\r?\n", re.S)
FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.M)
NUMBERED = re.compile(r"^(第[一二三四五六七八九十百零\d]+[章节篇部条]|[一二三四五六七八九十]+、|\d+(\.\d+)+\s)")
LONGEST_HEADING = 40
SENTENCE_END = tuple("。！？；，,.!?;:：")
META_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)


def read_markdown(data: bytes) -> Reading:
    """CommonMark with tables; the front matter gives the title and is not text."""
    source = decode(data)
    title = ""
    if front := FRONT_MATTER.match(source):
        source = source[front.end() :]
        if found := FRONT_TITLE.search(front[1]):
            title = found[1]
    reading = read_html(MarkdownIt("commonmark").enable("table").render(source), whole_page=False)
    reading.title = title
    return reading


def read_page(data: bytes) -> Reading:
    """An HTML page, decoded as it declares itself where that fits the bytes."""
    declared = META_CHARSET.search(data[:4096])
    return read_html(decode(data, declared[1].decode("ascii") if declared else None))


def read_text(data: bytes) -> Reading:
    """Plain text: blank lines part paragraphs, numbered short lines are headings."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    reading = Reading()
    for part in re.split(r"\n\s*\n", text):
        reading.blocks += _paragraphs(part)
    return reading


def _paragraphs(part: str) -> list[Block]:
    blocks: list[Block] = []
    gathered: list[str] = []
    for line in part.split("\n"):
        plain = line.strip()
        if len(plain) <= LONGEST_HEADING and NUMBERED.match(plain) and not plain.endswith(SENTENCE_END):
            blocks += paragraph("\n".join(gathered))
            gathered = []
            blocks += heading(plain, 1 if plain.startswith("第") else 2)
        else:
            gathered.append(line.rstrip())
    return blocks + paragraph("\n".join(gathered))


def read_mail(data: bytes) -> Reading:
    """A message: subject, who wrote to whom and when, the body, and the names of what was attached."""
    message = message_from_bytes(data, policy=policy.default)
    reading = _body(message)
    reading.title = _header(message, "subject")
    envelope = [f"{name.capitalize()}: {value}" for name in ("from", "to", "date") if (value := _header(message, name))]
    names = [str(part.get_filename()) for part in message.iter_attachments() if part.get_filename()]
    head = heading(reading.title, 1) + paragraph("\n".join(envelope))
    tail = paragraph("Attachments: " + ", ".join(names)) if names else []
    reading.blocks = [*head, *reading.blocks, *tail]
    return reading


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""


def _body(message: EmailMessage) -> Reading:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return Reading()
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else str(part.get_payload()).encode("utf-8", "surrogateescape")
    text = decode(content, part.get_content_charset())
    if part.get_content_type() == "text/html":
        return read_html(text)
    reading = Reading()
    for piece in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        reading.blocks += paragraph(piece)
    return reading
