"""What a turn names outright: order numbers, phone numbers, e-mail addresses, products; by their shapes alone."""

import re

from app.answering.language import plain
from app.answering.names import names_in

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MOBILE = re.compile(r"(?<![\dA-Za-z])(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)")
_PHONE = re.compile(r"(?<![\dA-Za-z])(\+\d{1,3}[- ]?\d[\d -]{6,12}\d|0\d{2,3}-\d{7,8})(?!\d)")
# After its own name any code will do; alone it must be long or begin with letters.
_NAMED_ORDER = re.compile(
    r"(?:订单号?|单号|运单号?|快递单号|order(?: (?:number|no\.?|id))?|tracking(?: number)?)"
    r"\s*(?:是|为|is|:|：|#|＃)?\s*#?"
    r"([A-Za-z]{0,4}[-]?\d[\dA-Za-z-]{4,29})",
    re.IGNORECASE,
)
_ORDER = re.compile(r"(?<![\dA-Za-z])([A-Z]{1,4}-?\d{8,20}|\d{10,20})(?![\dA-Za-z])")


def slots_of(text: str) -> dict[str, str]:
    """The slots a text fills; the first of each."""
    found: dict[str, str] = {}
    rest = text
    if email := _EMAIL.search(rest):
        found["email"] = email[0]
        rest = rest.replace(email[0], " ")
    if named := _NAMED_ORDER.search(rest):
        found["order_number"] = named[1].upper()
        rest = rest.replace(named[1], " ")
    if phone := _MOBILE.search(rest) or _PHONE.search(rest):
        found["phone"] = re.sub(r"[ -]", "", phone[1])
        rest = rest.replace(phone[0], " ")
    if "order_number" not in found and (alone := _ORDER.search(rest)):
        found["order_number"] = alone[1].upper()
        rest = rest.replace(alone[1], " ")
    products = [name for name in names_in(rest) if any(mark.isdigit() for mark in name) or " " in name]
    if products and len(plain(products[0])) <= 40:
        found["product"] = products[0]
    return found
