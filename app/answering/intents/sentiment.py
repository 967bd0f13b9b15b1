"""How a turn sounds, from words that praise or scold; what is denied counts for nothing."""

import re

from app.answering.intents.domain import Sentiment
from app.answering.language import plain

_BAD = re.compile(
    r"垃圾|太烂|真烂|糟糕|糟透|骗子|骗人|骗我|差劲|太差|很差|恶劣|失望|生气|气死|愤怒|恼火|烦死|烦人|坑人|坑爹|黑心|无语|受够|破玩意|什么破|不负责|没人管|"
    r"投诉|举报|曝光|消协|12315|差评|假货|太慢|慢死|离谱|过分|忍无可忍|傻[逼xX]|妈的|滚|废物|恶心|糊弄|推诿|踢皮球|再也不|(?:有没有|没有?|不讲)良心|"
    r"\b(?:terrible|horrible|awful|worst|angry|furious|disappoint\w*|ridiculous|unacceptable|useless|garbage|rubbish|scam\w*|"
    r"lying|liars?|cheat\w*|disgust\w*|hate|pathetic|frustrat\w*|annoy\w*|complain\w*|fuck\w*|shit\w*|bullshit|stupid|idiots?|"
    r"fed up|sick of|waste of|rip ?off|never again)\b"
)
_GOOD = re.compile(
    r"谢谢|感谢|太好了|很好|真好|满意|喜欢|给力|棒|点赞|好评|完美|开心|不错|贴心|辛苦了|厉害|"
    r"\b(?:thanks?|thank you|great|good|excellent|awesome|perfect|love|happy|satisfied|amazing|helpful|"
    r"appreciate\w*|nice|wonderful)\b"
)
_DENIED = re.compile(
    r"(?:不|没|没有|别|不是|不太|不怎么|不算)\s*(?:太|很|怎么|那么)?(?:满意|喜欢|好|不错|开心|给力|棒|生气|失望|差|投诉)"
    r"|\b(?:not|n't|isn't|wasn't|never|no)\s+(?:\w+\s+)?(?:good|great|happy|satisfied|helpful|nice|angry|bad|terrible)\b"
)
_SHOUTED = re.compile(r"[!！]{2,}|[?？!！]{3,}")


def sentiment_of(text: str) -> Sentiment:
    """Negative outweighs positive: who thanks and complains complains."""
    said = plain(text)
    denied = _DENIED.findall(said)
    kept = _DENIED.sub(" ", said)
    bad = len(_BAD.findall(kept)) + sum(
        not re.search(r"生气|失望|投诉|差$|angry|bad|terrible", found) for found in denied
    )
    good = len(_GOOD.findall(kept))
    if bad and (bad >= good or _SHOUTED.search(text)):
        return Sentiment.NEGATIVE
    return Sentiment.POSITIVE if good else Sentiment.NEUTRAL
