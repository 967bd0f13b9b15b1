"""What no answer shows, whoever wrote it down: keys and tokens, numbers of identity papers and of cards."""

import re
from functools import lru_cache

from app.kernel.personal import Kind, find_personal, masks_for

_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?<![0-9A-Za-z])(?:sk-[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|AIza[0-9A-Za-z_-]{30,}|LTAI[0-9A-Za-z]{12,}|glpat-[\w-]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"
)
_PERHAPS = re.compile(r"PRIVATE KEY|sk-|AKIA|gh[pousr]_|xox|AIza|LTAI|glpat-|eyJ|[0-9０-９](?:[ -]?[0-9０-９Xx]){13}")
_NEVER = frozenset({Kind.ID_NUMBER, Kind.CARD_NUMBER})
_HIDDEN = {"zh": "〔已隐藏〕", "en": "[hidden]"}


@lru_cache(maxsize=4096)
def hide(text: str) -> tuple[str, int]:
    """The text with a mask for each such thing, and how many there were."""
    if not _PERHAPS.search(text):
        return text, 0
    locale = "zh" if re.search(r"[\u3400-\u9fff]", text) else "en"
    spans = [(*match.span(), _HIDDEN[locale]) for match in _KEY.finditer(text)]
    masks = masks_for(locale)
    spans += [(one.start, one.end, masks[one.kind]) for one in find_personal(text) if one.kind in _NEVER]
    pieces, at, count = [], 0, 0
    for start, end, mask in sorted(spans):
        if start >= at:
            pieces += [text[at:start], mask]
            at, count = end, count + 1
    return "".join([*pieces, text[at:]]), count
