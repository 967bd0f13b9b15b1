"""Recognises messages that are nothing but a greeting, thanks, a goodbye, or the question who is speaking."""

import re
from typing import Literal

from app.answering.language import plain

Kind = Literal["greeting", "thanks", "bye", "who", "fine", "unclear"]

_CALL = (
    r"(?:亲|客服|小助手|助手|老板|小姐姐|大家|各位|呀|啊|哦|哈|呢|吗|么|啦|吧|嘛|们|there|everyone|all|"
    r"team|bot|kefu|again)*"
)
_PATTERNS: dict[Kind, str] = {
    "greeting": (
        r"(?:您好|你好|你们好|哈喽|哈罗|嗨|hi+|hello+|hey+|hallo|yo|早上好|上午好|中午好|下午好|晚上好|"
        r"早安|早|在吗|在么|在不在|在不|您在吗|你在吗|"
        r"good (?:morning|afternoon|evening|day)|greetings|howdy|how are you(?: doing)?(?: today)?|"
        r"what'?s up|nihao|ni hao)+"
    ),
    "thanks": (
        r"(?:非常|太|十分|真的|多|好的|好|ok|嗯|okay|great|perfect|cool|got it|oh|many|so|"
        r"that'?s (?:great|perfect|helpful))*"
        r"(?:谢谢|感谢|多谢|谢了|谢啦|辛苦了?|麻烦了?|太感谢|3q|thx|thanks?|thank you|thank u|ty|"
        r"much appreciated|appreciate it|cheers)+"
        r"(?:您|你|你们|了|啦|哦|啊|的帮助|解答|的回答|very much|so much|a lot|for (?:your|the) help|"
        r"a bunch|again|very helpful)*"
    ),
    "bye": (
        r"(?:好的|好|ok|那|okay|thanks|谢谢|没事了|没有了|没了|没别的了|不用了|that'?s all|nothing else|"
        r"that is all|no more questions)*"
        r"(?:再见|拜拜|拜|回见|下次见|88|bye+|goodbye|see you(?: later| soon)?|see ya|good night|"
        r"晚安|that'?s all|没事了|没问题了|没有了|没有其他问题了|nothing else)+"
    ),
    "who": (
        r"(?:请问)?(?:你|您)(?:到底)?(?:是|叫)(?:谁|什么|什么名字|不是)*(?:机器人|真人|人工|人|ai|"
        r"人工智能|活人|真的人)?(?:还是)?(?:机器人|真人|人工|人|ai)?"
        r"|(?:你|您)是(?:由)?(?:谁|哪家(?:公司)?)(?:做|造|开发|训练)?的|谁(?:做|造|开发|训练)(?:了|的)?(?:你|您)(?:的)?"
        r"|who (?:made|built|created|trained|developed) (?:you|u)"
        r"|who (?:are|r) (?:you|u)|what'?s your name|what is your name|are you (?:a |an )?(?:real |actual |"
        r"live |human )*(?:human|person|bot|robot|ai|machine|chatbot|agent)"
        r"(?: or (?:a |an )?(?:real |actual )?(?:human|person|bot|robot|ai|machine))?|你会(?:做)?什么|"
        r"你能(?:做|干|帮我做)?什么|你可以做什么|你有什么功能|what can you do|how can you help(?: me)?"
    ),
    "fine": (
        r"(?:好的?|好吧|行|行吧|ok|okay|okey|k|嗯|哦|噢|明白了?|知道了|了解了?|收到|懂了|可以|对|"
        r"是的?|got it|i see|understood|alright|all right|sure|fine|great|perfect|cool|nice|yes|yeah|"
        r"yep)+"
    ),
}
# Blanks are taken out of text and patterns alike: "thank you so much" and 谢 谢 are both one run of letters.
_compiled: dict[Kind, re.Pattern[str]] = {
    kind: re.compile(rf"(?:{pattern}){_CALL}".replace(" ", "")) for kind, pattern in _PATTERNS.items()
}
_ORNAMENT = re.compile(r"[^\w']+")
_LONGEST = 40


def small_talk(text: str) -> Kind | None:
    """The kind of small talk a whole message is, or None when it says anything else."""
    if len(text) > 2 * _LONGEST:
        return None
    bare = _ORNAMENT.sub("", plain(text))
    if not bare:
        if not text.strip():
            return None
        return "unclear" if any(mark in text for mark in "?？") else "greeting"
    if len(bare) > _LONGEST:
        return None
    return next((kind for kind, pattern in _compiled.items() if pattern.fullmatch(bare)), None)
