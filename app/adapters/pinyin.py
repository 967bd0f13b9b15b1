"""How Chinese words are typed on a keyboard, by pypinyin, whose tables are loaded with the first words asked for."""

import asyncio

from app.escalation.canned.ports import Spelling

_BATCH_LIMIT = 200


class Pinyin:
    """The port `Spell` over pypinyin; words of several readings are read as the phrase they stand in."""

    async def __call__(self, words: str) -> Spelling:
        """See the port."""
        return await asyncio.to_thread(_spell, words[:_BATCH_LIMIT])


def _spell(words: str) -> Spelling:
    from pypinyin import lazy_pinyin  # 60 MB of tables: only for those who save something

    syllables = [part for part in lazy_pinyin(words, errors=list) if part]
    kept = ["".join(c for c in part.lower() if c.isalnum()) for part in syllables]
    initials = [part[:1] if part.isascii() and len(syllable) > 1 else part for part, syllable in zip(kept, syllables, strict=True)]
    return Spelling("".join(initials), "".join(kept))
