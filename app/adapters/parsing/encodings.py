"""Bytes to text, whatever old encoding they are in, and never mojibake on purpose."""

import codecs

from charset_normalizer import from_bytes

from app.adapters.parsing.blocks import Unreadable

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GB_FAMILY = frozenset({"gb2312", "gbk", "gb18030", "hz"})
BIG5_FAMILY = frozenset({"big5", "big5hkscs", "cp950"})
PROBE_BYTES = 256 * 1024


def decode(data: bytes, declared: str | None = None) -> str:
    """The text: by byte order mark, as UTF-8, as declared, else as detected. Raises Unreadable."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    for name in ("utf-8", declared):
        text = _strict(data, name)
        if text is not None:
            return text
    return _nearly_utf8(data) or _detected(data)


def _strict(data: bytes, name: str | None) -> str | None:
    if not name:
        return None
    try:
        return data.decode(_widest(name))
    except (LookupError, UnicodeDecodeError):
        return None


def _widest(name: str) -> str:
    """The superset an encoding belongs to: writers of GB2312 and Big5 seldom keep to it."""
    plain = name.lower().replace("-", "").replace("_", "")
    if plain in GB_FAMILY:
        return "gb18030"
    return "cp950" if plain in BIG5_FAMILY else name


def _nearly_utf8(data: bytes) -> str | None:
    """UTF-8 with a few broken bytes, as after a cut or a careless merge."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    foreign = sum(1 for character in text if character > "\x7f") - broken
    return text if broken * 50 <= foreign else None


def _detected(data: bytes) -> str:
    found = from_bytes(data[:PROBE_BYTES]).best()
    if found is None:
        raise Unreadable("document_encoding_unknown")
    text = _strict(data, found.encoding)
    return text if text is not None else data.decode(_widest(found.encoding), errors="replace")
