"""Recognises a customer who asks for a person, in any wording, without taking 人工智能 for one."""

import re
from functools import lru_cache

from app.answering.language import plain

_MANNERS_ZH = (
    r"(?:请|麻烦|可以|能不能|可不可以|能否|能|帮我|帮忙|给我|我要|我想要|我想|我需要|我|你|您|快点|赶紧|"
    r"直接|还是|就|先|再|给|帮|下|一下|那|好吧|好的|算了|不行)*"
)
_STAFF_ZH = (
    r"(?:人工客服|人工服务|人工坐席|人工座席|客服人员|工作人员|真人客服|在线客服|人工|真人|活人|客服|"
    r"坐席|座席|专员|接线员|话务员|客服小姐姐|经理|主管|负责人|店长|领导|老板|管事的|售后人员)"
)
_ENDING_ZH = (
    r"(?:吧|吗|么|呢|啊|呀|嘛|哦|了|来|聊|聊聊|聊天|说|说话|说说|谈|沟通|对话|服务|处理|解答|解决|回答|"
    r"接待|帮我|帮忙|一下|好吗|行吗|行不行|可以吗|可不可以|谢谢|快|快点|哪里|在哪|在吗)*"
)

_WANTS_ZH = (
    # the bare word, with any courtesy around it
    rf"^{_MANNERS_ZH}(?:人工|真人|活人|人工客服|人工服务|真人客服|转人|客服|接线员|话务员)+{_ENDING_ZH}$",
    rf"^(?:7x24|24小时)?{_STAFF_ZH}+(?:联系我一下|在哪里?|呢|急|快|快点|谢谢|来|介入|联系我|，|,|啊|呀|吗|在吗)+$",
    r"^(?:转)?0$|^zrg$",
    # passing on
    rf"(?:转接|转到|转给|转去|转|接通|接入|接到|切换到|切换|切到|换成|换到|换|改成|呼叫|召唤|联系|连接|"
    rf"进入)(?:一个|一位|个|位|上|到|你们|你们的|你们家)*{_STAFF_ZH}",
    rf"(?:找|叫|喊|要|派|换|来|跟|和|与|同|给|见)(?:我)?(?:一个|一位|一名|个|位|名|你们的|你们|"
    rf"你们家)*(?:{_STAFF_ZH})(?:来|跟|和|聊|说|谈|沟通|对话|处理|解决|服务|帮|回答|接待|对接|负责|谈谈|"
    rf"聊聊|吧|，|。|！|!|,|$)",
    r"(?:找|叫|喊|换|派|来)(?:一个|一位|个|位)(?:能|会|可以)?(?:办事|管事|管用|做主|作主|拍板|负责|解决(?:问题)?|处理(?:问题)?|"
    r"听得?懂(?:人话)?|说人话|懂行|懂|明白)的?人",
    r"(?:找|叫|喊|换|派|来)(?:一个|一位|个|位)?(?:人|大活人|活人|真的人)(?:来|跟|和|聊|说|谈|沟通|对话|"
    r"处理|解决|服务|帮|回答|接待|吧|$|，|。|！|!|,)",
    r"(?:来|要|换|找)(?:一个|一位|个|位)(?:真人|活人|人)(?:行|可以|好|能|可)(?:不行|不可以|吗|不好|不能|不可以)",
    r"(?:我|想|要|能)(?:跟|和|与|同)(?:个|一个)?人(?:直接)?(?:聊|说|谈|沟通|对话|讲)",
    rf"(?:让|叫|请)(?:一个|一位|个|位|你们的|你们)*{_STAFF_ZH}(?:给我|来|联系|打电话|回电|出来|跟我|和我|直接|尽快)",
    rf"(?:申请|切|转一?下|要求|请求)(?:一下)?{_STAFF_ZH}|人工(?:客服)?(?:介入|接管|处理一下)",
    r"(?:不|别)(?:要|想)?(?:再)?(?:跟|和)(?:你|你们|这个)?(?:的)?(?:机器人|机器|电脑|ai)(?:聊|说|谈|沟通|对话|废话)",
    r"(?:跟|和|与|同)(?:一个|个|一位)?(?:真人|活人|真的人|真正的人|人类|人工)(?:客服)?(?:直接)?(?:聊|说|"
    r"谈|沟通|对话|讲|交流)",
    r"(?:不|别)(?:想|要|跟|和)*(?:机器人|机器|ai|智能客服|人工智能)(?:聊|说|谈|沟通|对话|回答|回复|客服|"
    r"了)*[，,。！!\s]*(?:我)?(?:要|想|找|换|转|给).{0,6}(?:人|客服)",
    r"^我?(?:不要|不想要|别用|受够了?|不想跟|不想和)(?:你这个)?(?:机器人|ai|智能客服)(?:了|客服|聊|"
    r"说话|回答|聊天|对话)*$",
    r"(?:^|[，,。！!？?\s])(?:有没有|有)(?:真人|活人|人工|人工客服)(?:客服)?(?:啊|呀|吗|么|没有|在吗|在么|可以|能|，|,|$)",
    r"^(?:有没有人|有人)(?:在|在线|值班|能帮|可以帮|管|理我|吗|么|啊|呀)+(?:我)?(?:吗|么|啊|呀|嘛|一下)*$",
    r"(?:转|接)(?:人|人工|真人|人共|人功|认工|rengong|ren gong)(?:吧|啊|$)",
    r"^(?:zhuan ?)?ren ?gong(?: ?(?:ke ?fu|fu ?wu))?$|zhuan ?(?:jie ?)?ren ?gong",
    r"(?:想|要|需要|希望)(?:得到|获得|用|使用)?(?:人工|真人)(?:的)?(?:服务|帮助|客服|协助|支持|处理|接待|解答|回复)",
)
_NOT_ZH = (
    r"(?:不用|不要|不需要|无需|别|先不|暂时不|不想|不必|没必要)(?:再|给我|帮我|着急|急着|马上|先)*(?:转|"
    r"找|叫|接|换|联系|要|麻烦)*(?:人工|真人|客服|个人|人)",
    r"人工(?:智能(?!客服)|心脏|关节|呼吸|授精|受精|流产|湖|草|费|成本|合成|皮|降雨|干预)",
    r"(?:人工|客服|真人)(?:客服|服务|坐席)?(?:电话|热线|微信|邮箱|邮件|号码|时间|工作时间|上班|下班|"
    r"几点|什么时候|多少钱|收费|费用|怎么收)",
    r"(?:转人工|找人工|人工客服|人工服务|找客服|联系客服)(?:以后|之后|后|了)?(?:要|会|需要|"
    r"还要)?(?:多久|多少|几点|收费|花钱|排队多久|等多久|是几)",
    r"(?:你|您)(?:到底)?是(?:不是)?(?:真人|人工|机器人|活人|人)",
)

_PERSON_EN = (
    r"(?:(?:a|an|the|your|some|another|any|one of your)\s+)?(?:(?:real|live|human|actual|living|proper|"
    r"support|service|customer|sales|"
    r"customer[- ]service|customer[- ]support|customer[- ]care|technical|phone)\s+)*"
    r"(?:human being|humans?|person|people|agents?|representatives?|reps?|operators?|someone|somebody|"
    r"advis[oe]rs?|specialist|"
    r"staff(?: members?)?|team member|employee|colleague|manager|supervisor|customer service|"
    r"customer support|customer care|"
    r"support(?: team)?|support staff)"
)
_WANTS_EN = (
    rf"\b(?:talk|speak|chat|write|connect(?:ed)?|put|transfer(?:red)?|patch(?:ed)?|switch(?:ed)?|pass(?:ed)?|"
    rf"escalat\w+|hand(?:ed)?|talking|speaking|chatting)"
    rf"\s+(?:me\s+|this\s+|us\s+|it\s+)?(?:over\s+)?(?:directly\s+|please\s+)?(?:to|with|through to|"
    rf"through)\s+{_PERSON_EN}\b",
    r"\b(?:get|give|find|send|bring|fetch|need|want|prefer|like|have|request|asking for|"
    r"ask for)\s+(?:me\s+|to see\s+)?"
    r"(?:(?:a|an|the|some|another)\s+)?(?:(?:real|live|human|actual|living)\s+)+(?:human being|human|"
    r"person|people|agent|representative|rep|operator|someone|support|help|being|assistance)\b",
    r"\b(?:get|give|find|send|need|want|prefer)\s+(?:me\s+)?(?:a|an|some)\s+(?:human|person|"
    r"representative|rep|operator|agent)\b(?!\s+(?:\w+ing|id|number|resources))",
    r"^(?:please\s+|i said\s+|just\s+|ok\s+|no\s+)*(?:(?:a|an)\s+)?(?:(?:real|live|human|actual|"
    r"customer service|customer support|support)\s+)*(?:human|person|agent|representative|rep|operator|"
    r"customer service|customer support|live chat|live support|human support)(?:\s+(?:please|now|agent|"
    r"help|support|asap|representative))*$",
    r"\b(?:is there|are there)\s+(?:anyone|anybody|someone|somebody|an? (?:real |actual |live |"
    r"human )*(?:human|person|agent))\s+(?:there|here|i can|to talk|who can|available|real)",
    r"\b(?:can|could|may|let)\s+(?:i|me|we)\s+(?:please\s+)?(?:talk|speak|chat)\s+(?:to|"
    r"with)\s+(?:someone|somebody|anyone|a|an|your|the)\b",
    r"\b(?:don'?t|do not) want (?:to (?:talk|speak|chat) (?:to|with) )?(?:a |the |this )?(?:bot|robot|"
    r"machine|ai|chatbot)\b",
    r"\bstop (?:this|the|with the|with this) (?:bot|chatbot|robot)\b|\bhandoff\b|\bhand me (?:off|over)\b",
    r"\bno (?:more )?(?:bots?|robots?|chatbots?|ai)\b.{0,12}\b(?:human|person|people|someone|agent)\b",
    r"^(?:please |can you |could you |i want (?:you )?to )*escalate(?: (?:this|it|that|me|my case|to .*))?"
    r"(?: please)?$",
    r"^(?:real |live |actual )?(?:human|person|people)s?\b[, ]+(?:not|no) (?:an? )?(?:ai|bot|robot|machine)",
    r"\b(?:can|could|will|would) (?:a |an |some )?(?:real |actual |live )?(?:human|person|human being|someone real)"
    r" (?:please )?(?:actually )?(?:help|assist|call|answer|look|talk|speak|contact)\b",
    r"\bhelp me,? (?:a|an|by a|from a) (?:real |actual |live )(?:human|person)\b",
    rf"\b(?:how (?:can|do|could) (?:i|we)|i (?:want|need|would like) to|can i|could i)"
    rf" (?:contact|reach|get hold of|get through to|ask for) {_PERSON_EN}\b",
    r"\b(?:is|are) (?:an? |any |there any )?(?:real |actual |live )?(?:human|humans|person|people|human beings?)"
    r" (?:here|there|available|around|online)\b",
    r"\b(?:get|bring|give|call|fetch) me (?:your |the |a )(?:boss|manager|supervisor|superior)\b",
    r"\b(?:want|need|have|get|let) (?:someone|somebody|a human|a person|an agent) (?:to )?"
    r"(?:call|contact|phone|ring) me\b|^(?:please )?call me(?: back)?(?: please| now)?$",
    r"^(?:i )?(?:ask(?:ing)? for|request(?:ing)?|demand(?:ing)?) (?:a |an )?(?:human|person|agent|representative)\b",
)
_NOT_EN = (
    r"\b(?:don'?t|do not|no need to|not|never|without|rather not|instead of)\s+(?:\w+\s+){0,3}(?:talk|"
    r"speak|chat|transfer|connect|escalat|hand|put|speaking|talking|"
    r"chatting)\w*\s+(?:\w+\s+){0,3}(?:human|person|agent|representative|rep|someone|anyone|staff|"
    r"support)",
    r"\b(?:do|must|should) i (?:have|need) to\b|\bam i (?:speaking|talking|chatting)\b",
    r"\b(?:a|an|the|my|this|bank|money|that) transfer\b",
    r"\blike an? (?:real|human|actual)\b",
    r"\bhuman (?:resources|rights|error|body|readable|size)\b",
    r"\b(?:hours|opening|what time|when (?:can|are|is)|how much|cost|price|phone number|email address|"
    r"wait time|how long)\b",
    r"\bare you (?:a |an )?(?:real |actual |live )?(?:human|person|bot|robot|machine|ai|agent)\b",
)

_wants = [re.compile(pattern) for pattern in (*_WANTS_ZH, *_WANTS_EN)]
_not = [re.compile(pattern) for pattern in (*_NOT_ZH, *_NOT_EN)]
_EDGE = re.compile(r"^[\s。！!？?，,.~～、…:：]+|[\s。！!？?，,.~～、…:：]+$")
# 转-人-工, h u m a n, humaaan: letters set apart or drawn out say the same.
_MARK_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])[ \-_.·*~+/|]+(?=[\u4e00-\u9fff])")
_SPELT_OUT = re.compile(r"\b(?:[a-z][ .\-]){3,}[a-z]\b")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
_RUDE = re.compile(
    r"(?:他妈的|他妈|妈的|tmd|傻逼|傻x|傻叉|煞笔|智障|脑残|弱智|蠢货|废物|垃圾|混蛋|王八蛋|滚开|滚蛋|操你妈|去死|狗屁|放屁)[啊吧的了]*"
    r"|\b(?:fuck(?:ing|ed)?|f\*+(?:ing)?|damn(?:ed)?|bloody|goddamn|shit(?:ty)?|bullshit|crap(?:py)?|stupid|idiot(?:ic)?|"
    r"useless|dumb|moron|asshole|wtf)\b"
)
_MISSPELT = (
    (re.compile(r"(?:转|專|专|传)(?:人|仁|认|任)(?:工|公|功|共|供)"), "转人工"),
    (re.compile(r"\b(?:hooman|humen|humam|humna|hunan|huamn|hman)\b"), "human"),
    (re.compile(r"\b(?:agnet|agnt|aegnt|agen|angent)s?\b"), "agent"),
    (re.compile(r"\b(?:persn|peson|persom|preson|perosn)\b"), "person"),
    (re.compile(r"\b(?:custmer|costumer|custommer|cusomer|customr)\b"), "customer"),
    (re.compile(r"\b(?:representive|representitive|representetive|represenative)\b"), "representative"),
    (re.compile(r"\bgimme\b"), "give me"),
    (re.compile(r"\bwanna\b"), "want to"),
    (re.compile(r"\b(?:pls|plz|plse)\b"), "please"),
)
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+")
_ONLY_THE_END = 60


@lru_cache(maxsize=2048)
def wants_person(text: str) -> bool:
    """Whether the customer asks for a person; a long story is judged by its beginning and its end."""
    whole = _EDGE.sub("", _heard(plain(_PICTURES.sub(" ", text))))
    if not whole:
        return False
    parts = [whole] if len(whole) <= 2 * _ONLY_THE_END else [whole[:_ONLY_THE_END], whole[-_ONLY_THE_END:]]
    clauses = [_EDGE.sub("", clause) for part in parts for clause in re.split(r"[。！!？?\n;；]|\.\s", part)]
    return any(_asks(clause) for clause in clauses if clause)


def speaks_of_persons(text: str) -> bool:
    """Whether a text says of people at the service what is no wish for one: their hours, their number, or not now."""
    heard = _heard(plain(text))
    return any(pattern.search(heard) for pattern in _not)


def _heard(text: str) -> str:
    """The words behind insults, typing errors and letters set apart."""
    near = _SPELT_OUT.sub(lambda spelt: re.sub(r"[ .\-]", "", spelt[0]), _MARK_BETWEEN_HAN.sub("", text))
    near = re.sub(r" {2,}", " ", _RUDE.sub("", _DRAWN_OUT.sub(r"\1", near)))
    for misspelt, meant in _MISSPELT:
        near = misspelt.sub(meant, near)
    return near


def _asks(clause: str) -> bool:
    if any(pattern.search(clause) for pattern in _not):
        return False
    return any(pattern.search(clause) for pattern in _wants)
