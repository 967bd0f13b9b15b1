"""What can be told of a turn by its shape, in any trade: what it asks or wishes, whose thing it is, how it sounds."""

import re

from app.answering.intents.sentiment import sentiment_of
from app.answering.intents.slots import slots_of
from app.answering.language import plain
from app.answering.near_match import kind_asked
from app.answering.small_talk import small_talk
from app.answering.wants_person import speaks_of_persons, wants_person

_MARKS = {
    "wishes": r"我要|我想(?!问|知道|了解|请教)|帮我|给我|替我|麻烦|^请(?!问)|要求|申请"
    r"|\bplease\b|^(?:i want|i need|i would like|i'd like|let me|get me|give me|(?:can|could) you)\b",
    "own": r"我的|我(?:昨天|前天|今天|上周|上个月|刚|刚刚)?(?:买|下)的|\b(?:my|mine)\b|\bi (?:ordered|bought)\b",
    "order": r"订单|单子|单号|快递|包裹|物流|派送|\b(?:orders?|parcels?|packages?|delivery|shipments?|tracking)\b",
    "back": r"退|换|返修|\b(?:refunds?|returns?|exchange|replace\w*|repair|money back|send back|swap)\b",
    "change": r"改|取消|撤销|换成|备注|\b(?:cancel|change|update|hold|reschedule|instead)\b",
    "trade": r"保修|发票|运费|优惠|积分|会员|付款|支付|保价|型号|说明书|账[户号]"
    r"|\b(?:warranty|invoice|shipping|coupon|points|payment|account|manual|model|discount)\b",
}
_marks = {name: re.compile(pattern) for name, pattern in _MARKS.items()}


def shape_of(text: str) -> list[str]:
    """The marks of a turn, as words for the classifier."""
    said = plain(text)
    found = [name for name, pattern in _marks.items() if pattern.search(said)]
    asked = kind_asked(said)
    chat = small_talk(text)
    mood = sentiment_of(text).value
    found += [f"asks {asked}"] if asked else ["asks nothing"]
    found += [f"chats {chat}"] if chat else []
    found += [f"sounds {mood}"] if mood != "neutral" else []
    found += ["wants a person"] if wants_person(text) else ["speaks of persons"] if speaks_of_persons(text) else []
    return found + [f"names {slot}" for slot in slots_of(text)]
