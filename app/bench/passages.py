"""Made-up passages and questions with the statistics of real Chinese text, the same for the same seed."""

import random
from collections.abc import Iterator
from itertools import accumulate

_FIRST = 0x4E00
_CHARACTERS, _WORDS, _TOPICS = 2_500, 20_000, 400
_MARKS = "，，，，。。；"


class Speech:
    """Words are one to three characters, common ones far more often; passages keep to a topic."""

    def __init__(self, seed: int = 7):
        self._random = random.Random(seed)  # noqa: S311  # reproducible, nothing secret
        letters = [chr(_FIRST + self._random.randrange(20_000)) for _ in range(_CHARACTERS)]
        weights = list(accumulate(1 / (rank + 8) for rank in range(_CHARACTERS)))
        sizes = self._random.choices((1, 2, 3), (1, 7, 2), k=_WORDS)
        self._words = ["".join(self._random.choices(letters, cum_weights=weights, k=size)) for size in sizes]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(_WORDS)))
        self._topics = [self._random.sample(range(_WORDS), 120) for _ in range(_TOPICS)]

    def passages(self, count: int, characters: int = 180) -> Iterator[str]:
        """Passages of about so many characters."""
        for _ in range(count):
            topic = self._topics[self._random.randrange(_TOPICS)]
            said: list[str] = []
            length = 0
            while length < characters:
                common = self._random.choices(self._words, cum_weights=self._weights, k=4)
                special = [self._words[self._random.choice(topic)] for _ in range(3)]
                phrase = [*common, *special]
                self._random.shuffle(phrase)
                said.append("".join(phrase) + self._random.choice(_MARKS))
                length += len(said[-1])
            yield "".join(said)

    def question(self, passage: str) -> str:
        """A question about a passage: some of its words in order, some everyday ones between."""
        phrases = [phrase for phrase in passage.replace("。", "，").replace("；", "，").split("，") if phrase]
        picked = self._random.sample(phrases, min(3, len(phrases)))
        starts = [self._random.randrange(max(1, len(phrase) - 6)) for phrase in picked]
        cut = [phrase[start : start + 6] for phrase, start in zip(picked, starts, strict=True)]
        return "请问" + "的".join(cut) + "怎么办？"
