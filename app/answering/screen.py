"""The first step: a customer's text made safe to work with, and signs of an attack noted for the trace."""

import re
import unicodedata
from dataclasses import dataclass

# Marks with which model servers open and close roles. In text they are data, so they lose their meaning.
_TEMPLATE_TOKENS = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|<｜[^｜<>\n]{1,40}｜>|\[/?INST\]|<</?SYS>>|</?(?:s|tool_call|tool_response|think|tools?)>"
    r"|\[/?(?:gMASK|sop|TOOL_CALLS|AVAILABLE_TOOLS)\]|<(?:start|end)_of_turn>|\[UNUSED_TOKEN_\d+\]",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u200b\u200c\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\u0000-\u0008\u000b-\u001f\u007f]")
_TAKE_OVER = re.compile(
    r"(?:忽略|无视|忘记|忘掉|绕过)[^。！？\n]{0,12}(?:之前|以上|上面|前面|所有|一切|"
    r"系统)[^。！？\n]{0,8}(?:指令|提示|规则|设定|要求|限制)"
    r"|(?:输出|显示|告诉我|重复|打印)[^。！？\n]{0,8}(?:系统提示|提示词|system prompt)"
    r"|(?:ignore|disregard|forget|override)\W+(?:\w+\W+){0,4}(?:previous|prior|above|earlier|all|"
    r"system)\W+(?:\w+\W+){0,2}"
    r"(?:instructions?|prompts?|rules?|directions?)"
    r"|(?:reveal|print|show|repeat|output)\W+(?:\w+\W+){0,3}(?:system prompt|initial instructions|hidden prompt)"
    r"|you are now (?:dan|in developer mode|jailbroken)|\bdo anything now\b",
    re.IGNORECASE,
)
LONGEST_QUERY = 600


@dataclass(frozen=True)
class Screened:
    """The text to understand, and what was remarkable about it (words for the trace)."""

    text: str
    remarks: tuple[str, ...] = ()


def neutralise(text: str) -> str:
    """Text without chat-template tokens: `<|im_start|>` becomes `‹|im_start|›`, `[INST]` becomes `‹INST›`."""

    def soften(match: re.Match[str]) -> str:
        return "‹" + match[0].strip("<>[]") + "›"

    return _TEMPLATE_TOKENS.sub(soften, text)


def screen(text: str) -> Screened:
    """Drops invisible characters, defuses template tokens, notes attempts to take the bot over; refuses nothing."""
    remarks: list[str] = []
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    if len(visible) != len(text):
        remarks.append("invisible_characters")
    safe = neutralise(visible)
    if safe != visible:
        remarks.append("template_tokens")
    if _TAKE_OVER.search(unicodedata.normalize("NFKC", safe)):
        remarks.append("instruction_override")
    return Screened(safe.strip(), tuple(remarks))
