"""How Chinese words are typed on a keyboard, by pypinyin, whose tables are loaded with the first words asked for."""

import asyncio

from app.escalation.canned.ports import Spelling

_LONGEST = 200


class Pinyin:
    """The port `Spell` over pypinyin; words of several readings are read as the phrase they stand in."""

    async def __call__(self, words: str) -> Spelling:
        """See the port."""
        return await asyncio.to_thread(_spell, words[:_LONGEST])


def _spell(words: str) -> Spelling:
    from pypinyin import Style, lazy_pinyin  # 60 MB of tables: only for those who save something

    return Spelling(_plain(lazy_pinyin(words, style=Style.FIRST_LETTER)), _plain(lazy_pinyin(words)))


def _plain(parts: list[str]) -> str:
    return "".join(letter for part in parts for letter in part.lower() if letter.isalnum())
