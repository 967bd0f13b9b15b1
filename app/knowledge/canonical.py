"""The canonical text of a question: what stays when politeness, particles and spelling are taken away."""

import re
from functools import lru_cache

from app.knowledge.spelling import normalise

# Longest first, so that a long greeting is not cut in the middle.
_OPENINGS = (
    "你好",
    "您好",
    "您们好",
    "你们好",
    "hi",
    "hello",
    "hey",
    "亲",
    "在吗",
    "在么",
    "客服",
    "麻烦问一下",
    "麻烦问下",
    "请问一下",
    "请问下",
    "请问",
    "请教一下",
    "想请问一下",
    "想请问",
    "我想问一下",
    "我想问下",
    "我想问",
    "想问一下",
    "想问下",
    "想问",
    "问一下",
    "问下",
    "我想知道",
    "想知道",
    "我想了解一下",
    "我想了解",
    "想了解一下",
    "麻烦",
    "谢谢",
    "多谢",
    "请",
    "please",
    "thanks",
    "thank you",
    "could you please",
    "can you please",
    "could you tell me",
    "can you tell me",
    "i want to know",
    "i would like to know",
    "i'd like to know",
    "excuse me",
    "告诉我",
    "帮我",
    "帮忙",
)
_ENDINGS = (
    "吗",
    "呢",
    "吧",
    "啊",
    "呀",
    "哦",
    "噢",
    "嘛",
    "么",
    "哈",
    "啦",
    "谢谢",
    "多谢",
    "please",
    "thanks",
    "thank you",
)
_SAME = (
    (
        re.compile(
            "怎么样才能|怎么样能|怎样才能|如何才能|怎么才能|要怎么|该怎么|应该怎么|应该如何|该如何|怎么样|怎样|如何|咋样|咋"
        ),
        "怎么",
    ),
    (re.compile("什么时间|什么时候|几时|啥时候|何时"), "何时"),
    (re.compile("多长时间|多少时间|多久时间|多长的时间"), "多久"),
    (re.compile("多少钱|什么价格|什么价|啥价格|几多钱|价格是多少|价格多少"), "多少钱"),
    (re.compile("为什么|为何|为啥|怎么会|什么原因"), "为何"),
    (re.compile("在哪里|在哪儿|在哪个地方|在什么地方|哪里|哪儿"), "哪"),
    (re.compile("可不可以|能不能|能否|可否|可以|能够"), "能"),
    (re.compile("是不是|是否"), "是否"),
    (re.compile("有没有|有无"), "有无"),
    (re.compile("啥"), "什么"),
    (re.compile("(?<=[\u4e00-\u9fff])(?:一下|下子)"), ""),
)
_MARKS = re.compile(r"[^\w%+#.$¥€£-]+|(?<!\d)[.-]|[.-](?!\d)|_")
_BETWEEN_LATIN = re.compile(r"(?<=[0-9a-z%]) (?=[0-9a-z$¥€£])")
_NUMBERS = re.compile(
    r"\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万亿半]+(?=[天个月年周日元块件次台号小分点折成米寸])"
)
_NEGATIONS = re.compile(
    r"不(?!同|过|客气|好意思|锈|仅|但|论|管|断)|没有|没(?!有)|未(?!来)|无法|无(?!线|论|人机|忧)|非(?!常|洲)|别(?!人|的|墅)|勿|拒绝"
    r"|\b(?:not|no|never|without|cannot)\b|n't\b"
)
_YES_OR_NO = re.compile("能不能|可不可以|是不是|有没有|要不要|会不会|好不好|行不行|对不对|能否|是否|可否|(.)不\\1")


@lru_cache(maxsize=2048)
def canonical_text(text: str) -> str:
    """The key two wordings of one question share; may be empty when only politeness was said. Order is kept."""
    kept = _MARKS.sub(" ", normalise(text)).strip()
    kept = _strip(kept)
    for pattern, instead in _SAME:
        kept = pattern.sub(instead, kept)
    # Blanks only part words of scripts that need them.
    joined = _BETWEEN_LATIN.sub("\x00", kept).replace(" ", "").replace("\x00", " ")
    return joined or normalise(text)


def same_numbers_and_negations(first: str, second: str) -> bool:
    """Whether two questions agree in every number and in how often they negate: near texts that differ there differ."""
    one, other = normalise(first), normalise(second)
    if sorted(_NUMBERS.findall(one)) != sorted(_NUMBERS.findall(other)):
        return False
    return _negations(one) == _negations(other)


def _negations(text: str) -> int:
    return len(_NEGATIONS.findall(_YES_OR_NO.sub("", text)))


def _strip(text: str) -> str:
    before = None
    while before != text:
        before = text
        for opening in _BY_LENGTH:
            rest = text.removeprefix(opening)
            if rest != text and _may_cut(opening, rest.lstrip()) and not (opening.isascii() and rest[:1].isalnum()):
                text = rest.lstrip()
                break
        for ending in _ENDINGS:
            rest = text.removesuffix(ending)
            if rest != text and rest.strip() and not (ending == "么" and rest.endswith(("什", "怎", "这", "那", "多"))):
                text = rest.rstrip()
                break
    return text


def _may_cut(opening: str, rest: str) -> bool:
    # 请假、麻烦、帮忙 may be the subject itself; 客服 is when asked for.
    return (
        bool(rest) and not (opening == "请" and rest[:1] in "假求客柬帖") and not (opening == "客服" and len(rest) < 8)
    )


_BY_LENGTH = tuple(sorted(_OPENINGS, key=len, reverse=True))
