"""Keys, tokens and passwords: things no message should hold, found by their shape."""

import re

_KEY = (
    r"sk-[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|AIza[0-9A-Za-z_-]{30,}|LTAI[0-9A-Za-z]{12,}|glpat-[\w-]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"
    r"|(?<![0-9A-Za-z])(?=[0-9A-Za-z+/_-]*\d)(?=[0-9A-Za-z+/_-]*[A-Za-z])[0-9A-Za-z+/_-]{32,}={0,2}"
)
_PRIVATE = r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
_TOLD = (
    r"(?:(?<![A-Za-z])(?:password|passwd|pwd|api[_ -]?key|access[_ -]?token|secret(?:[_ -]?key)?)"
    r"|密码|口令|密钥|验证码)"
    r"\s*(?:is|was|为|是|:|：|=)\s*[\"'“”「]?(?P<value>(?=[!-~]*\d)[!-~]{4,})"
)
SECRET = re.compile(rf"(?P<key>{_PRIVATE}|{_KEY})|{_TOLD}", re.IGNORECASE)
_SIGN = re.compile(r"\d")


def find_secrets(text: str) -> list[tuple[int, int]]:
    """Where the secrets stand."""
    if not _SIGN.search(text) and "PRIVATE KEY" not in text:
        return []
    found = []
    for match in SECRET.finditer(text):
        found.append(match.span("key") if match["key"] else match.span("value"))
    return found


def without_secrets(text: str, mask: str) -> str:
    """The text with a mask in place of each."""
    pieces, at = [], 0
    for start, end in find_secrets(text):
        pieces += [text[at:start], mask]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text
