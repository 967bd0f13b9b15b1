"""What search has to beat: plain BM25 over pairs of characters, the whole corpus in memory, nothing learnt or tuned."""

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
import numpy.typing as npt

K1, B = 1.2, 0.75


class BigramBm25:
    """Ranks texts; case is ignored, and a text shorter than two characters counts as itself."""

    def __init__(self, texts: Sequence[str]):
        counts = [Counter(_pairs(text)) for text in texts]
        lengths = np.array([max(1, count.total()) for count in counts], dtype=np.float64)
        self._norms = K1 * (1 - B + B * lengths / lengths.mean())
        self._texts = len(texts)
        found: dict[str, list[tuple[int, int]]] = {}
        for place, count in enumerate(counts):
            for pair, times in count.items():
                found.setdefault(pair, []).append((place, times))
        self._postings = {pair: np.array(rows, dtype=np.int64).T for pair, rows in found.items()}

    def scores(self, query: str) -> npt.NDArray[np.float64]:
        """For each text its share, in [0, 1] but for very short texts, of what the query scores against itself."""
        total = np.zeros(self._texts)
        own = 0.0
        for pair, times in Counter(_pairs(query)).items():
            places, counts = self._postings.get(pair, np.empty((2, 0), dtype=np.int64))
            idf = log(1 + (self._texts - len(places) + 0.5) / (len(places) + 0.5))
            total[places] += times * idf * counts * (K1 + 1) / (counts + self._norms[places])
            own += times * idf * times * (K1 + 1) / (times + K1)
        return total / own if own else total


def _pairs(text: str) -> list[str]:
    folded = "".join(text.lower().split())
    return [folded[place : place + 2] for place in range(max(1, len(folded) - 1))]
