"""What identifies a person in a text, in Chinese and English: found by shape and check digits, masked by kind.

One set of recognisers for the whole product: logs, traces, exports, training data and answers use it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a value is."""

    EMAIL = "email"
    ID_NUMBER = "id_number"
    CARD_NUMBER = "card_number"
    PHONE = "phone"
    PLATE = "plate"
    ADDRESS = "address"


MASKS: dict[str, dict[str, str]] = {
    "zh": {
        "email": "〔邮箱〕",
        "id_number": "〔证件号〕",
        "card_number": "〔卡号〕",
        "phone": "〔电话〕",
        "plate": "〔车牌〕",
        "address": "〔地址〕",
    },
    "en": {
        "email": "[email]",
        "id_number": "[id number]",
        "card_number": "[card number]",
        "phone": "[phone]",
        "plate": "[plate]",
        "address": "[address]",
    },
}


@dataclass(frozen=True)
class Personal:
    """One value, where it stands, and what it is."""

    start: int
    end: int
    kind: Kind
    value: str


# Wide forms of digits, letters and marks, one character for one, so that places stay what they are.
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2013: "-", 0x2014: "-"}
_NOT_IN_WORD, _NOT_BEFORE_WORD = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_GAP = r"[ -]?"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_HAN_RUN = r"[\u4e00-\u9fff]"
_PLACE = rf"{_HAN_RUN}{{1,8}}?(?:省|自治区|特别行政区|市|自治州|地区|盟)"
_ROAD = (
    rf"{_HAN_RUN}{{1,10}}(?:路|街|大道|大街|巷|弄|胡同|里|村|镇|道)"
    r"\s?[\d一二三四五六七八九十百]{1,5}\s?(?:号|弄|巷)(?!楼?(?:门店|线|公告|文))"
)
_REST = (
    rf"(?:院|楼|栋|幢|座|单元|室|层|小区|大厦|花园|{_HAN_RUN}{{1,12}}(?:小区|大厦|花园|公寓|广场|家园|苑|城))"
    r"|\s?[\dA-Za-z一二三四五六七八九十-]{1,6}\s?(?:号楼|号院|号|栋|幢|座|单元|室|层|楼)"
)


def _is_card(value: str) -> bool:
    """Luhn's check digit, so that order numbers stay readable."""
    digits = [int(char) for char in reversed(value) if char.isdigit()]
    if not 15 <= len(digits) <= 19 or digits[-1] not in (3, 4, 5, 6) or len(set(digits)) == 1:
        return False
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_id_number(value: str) -> bool:
    """The mod 11-2 check character of a Chinese identity number, and a birthday that exists."""
    bare = re.sub(r"[ -]", "", value).upper()
    month, day = int(bare[10:12]), int(bare[12:14])
    if not (1 <= month <= 12 and 1 <= day <= 31 and bare[6:8] in ("19", "20")):
        return False
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(bare, _WEIGHTS, strict=False)) % 11] == bare[17]


def _is_ssn(value: str) -> bool:
    """The shape of a US social security number that may be given out."""
    area, group, serial = re.split(r"[ -]", value)
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _is_foreign_phone(value: str) -> bool:
    return 8 <= sum(char.isdigit() for char in value) <= 15


def _fits(value: str) -> bool:
    return True


# Order matters: what an earlier one has taken, a later one does not see. Hotlines (400, 800) belong to companies.
_RECOGNISERS: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        Kind.EMAIL,
        re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?![\w@])", re.ASCII),
        _fits,
    ),
    (
        Kind.ID_NUMBER,
        re.compile(rf"{_NOT_IN_WORD}[1-9]\d{{5}}{_GAP}(?:19|20)\d{{6}}{_GAP}\d{{3}}[\dXx]{_NOT_BEFORE_WORD}"),
        _is_id_number,
    ),
    (Kind.ID_NUMBER, re.compile(rf"{_NOT_IN_WORD}\d{{3}}-\d{{2}}-\d{{4}}{_NOT_BEFORE_WORD}"), _is_ssn),
    (Kind.CARD_NUMBER, re.compile(rf"{_NOT_IN_WORD}\d(?:{_GAP}\d){{12,18}}{_NOT_BEFORE_WORD}"), _is_card),
    (
        Kind.PHONE,
        re.compile(rf"{_NOT_IN_WORD}(?:(?:\+|00)?86{_GAP})?1[3-9]\d(?:{_GAP}\d{{4}}){{2}}{_NOT_BEFORE_WORD}"),
        _fits,
    ),
    (
        Kind.PHONE,
        re.compile(rf"{_NOT_IN_WORD}(?:\(0\d{{2,3}}\)\s?|0\d{{2,3}}[- ])[2-8]\d{{6,7}}{_NOT_BEFORE_WORD}"),
        _fits,
    ),
    (
        Kind.PHONE,
        re.compile(
            r"(?<![0-9A-Za-z+])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,5}(?:[ .-]?\d{2,5}){1,4}(?![0-9A-Za-z])"
        ),
        _is_foreign_phone,
    ),
    (
        Kind.PHONE,
        re.compile(rf"{_NOT_IN_WORD}\(?(?![48]00)[2-9]\d{{2}}\)?[ .-][2-9]\d{{2}}[ .-]\d{{4}}{_NOT_BEFORE_WORD}"),
        _fits,
    ),
    (
        Kind.PLATE,
        re.compile(
            rf"[{_PROVINCES}][A-HJ-NP-Z][ ·.]?(?:[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]|[A-HJ-NP-Z0-9]{{6}})"
            r"(?![0-9A-Za-z])"
        ),
        lambda value: sum(char.isdigit() for char in value) >= 2,
    ),
    (
        Kind.ADDRESS,
        re.compile(rf"(?:{_PLACE}){{0,3}}(?:{_HAN_RUN}{{1,8}}?(?:区|县|旗|镇|街道))?{_ROAD}(?:{_REST}){{0,4}}"),
        _fits,
    ),
    (
        Kind.ADDRESS,
        re.compile(
            r"(?<![0-9A-Za-z])\d{1,5}\s+(?:[NSEW]\.?\s+)?(?:[A-Z][a-z]+\s+){1,3}"
            r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Square)\b\.?"
            r"(?:,?\s+(?:Apt|Suite|Unit|Flat|#)\.?\s*\w{1,6})?"
        ),
        _fits,
    ),
)
# What an address needs nearby to be somebody's: shops and warehouses have addresses that everybody may know.
_LED_TO = re.compile(
    r"[\u4e00-\u9fff]{0,6}?(?:寄到|送货到|送到|发到|寄往|送往|发往|寄给|住在|家在|位于|地址是|地址为|地址|改到|改成|在|是)+"
)
_SIGN = re.compile(r"[\d@]|[A-Z][A-Z0-9]{4}|[号弄]")


def find_personal(text: str, kinds: Iterable[Kind] | None = None) -> list[Personal]:
    """Each personal value in order of place; values never overlap."""
    if not _SIGN.search(text):
        return []
    plain = text.translate(_WIDE)
    wanted = None if kinds is None else frozenset(kinds)
    found: list[Personal] = []
    for kind, pattern, fits in _RECOGNISERS:
        if wanted is not None and kind not in wanted:
            continue
        for match in pattern.finditer(plain):
            start, end = match.span()
            if kind is Kind.ADDRESS and (led := _LED_TO.match(match[0])):
                start += led.end()
            if fits(match[0]) and not any(one.start < end and start < one.end for one in found):
                found.append(Personal(start, end, kind, text[start:end]))
    return sorted(found, key=lambda one: one.start)


def personal_values(text: str) -> dict[str, str]:
    """Each personal value in a text with its kind."""
    return {one.value: one.kind.value for one in find_personal(text)}


def without_personal_values(text: str, locale: str = "") -> str:
    """The text with a mask for each of them; without a locale, in the language of the text."""
    return mask_personal(text, locale or ("zh" if re.search(r"[\u3400-\u9fff]", text) else "en"))


def masks_for(locale: str) -> dict[str, str]:
    """The mask of each kind in a language."""
    return MASKS["en" if locale.startswith("en") else "zh"]


def mask_personal(text: str, locale: str = "zh-CN", keep: str = "") -> str:
    """The text with a mask in place of each personal value; what `keep` says too, such as a published text, stays."""
    found = find_personal(text)
    if not found:
        return text
    masks, known = masks_for(locale), bare(keep) if keep else ""
    pieces, at = [], 0
    for one in found:
        if known and bare(one.value) in known:
            continue
        pieces += [text[at : one.start], masks[one.kind]]
        at = one.end
    return "".join([*pieces, text[at:]])


def bare(text: str) -> str:
    """A text without blanks and hyphens, half-width and in lower case: numbers written in groups are one."""
    return re.sub(r"[\s-]", "", text.translate(_WIDE)).casefold()
