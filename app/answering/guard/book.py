"""The guard in force, ready to judge: listed words, attempts, banked questions, personal values."""

from collections import Counter, defaultdict
from functools import cache

from app.answering.guard.attacks import find_attacks
from app.answering.guard.built_in import built_in_settings
from app.answering.guard.domain import Banked, Expects, Ground, GuardSettings, Outcome, Verdict
from app.answering.guard.folding import folded
from app.answering.guard.words import STRICTNESS, Action, WordFilter
from app.answering.language import terms
from app.answering.near_match import likeness
from app.kernel.personal import find_personal

# From here on a question is the banked one in other words.
NEAR = 0.85


class Bank:
    """Banked questions, found by their wording or nearly so."""

    def __init__(self, banked: tuple[Banked, ...]):
        self._exact = {folded(one.text): one for one in banked}
        self._by_term: dict[str, list[int]] = defaultdict(list)
        self._banked = banked
        self._sizes = [len(terms(one.text)) for one in banked]
        for place, one in enumerate(banked):
            for term in terms(one.text):
                self._by_term[term].append(place)

    def find(self, text: str) -> Banked | None:
        """The banked question a message is, the one that must be refused before the other."""
        if not self._banked:
            return None
        exact = self._exact.get(folded(text))
        if exact is not None:
            return exact
        ours = terms(text)
        shared = Counter(place for term in ours for place in self._by_term.get(term, ()))
        close = [
            place for place, count in shared.items() if 2 * count >= 2 * NEAR * (len(ours) + self._sizes[place]) / 2
        ]
        found = [
            (how.score, one)
            for place in close[:50]
            if (how := likeness(text, (one := self._banked[place]).text)).barred is None and how.score >= NEAR
        ]
        if not found:
            return None
        return max(found, key=lambda pair: (pair[0], pair[1].expects is Expects.REFUSE))[1]


class GuardBook:
    """One version of the settings, compiled."""

    def __init__(self, settings: GuardSettings, number: int = 0):
        self.settings, self.number = settings, number
        self.words = WordFilter(settings.words, settings.allowed)
        self.hosts = frozenset(settings.hosts)
        self._bank = Bank(settings.bank)

    @property
    def version(self) -> str:
        """For traces and cache keys."""
        return f"guard@{self.number or 'built-in'}"

    def judge(self, text: str) -> Verdict:
        """What is to become of a customer's message; the strictest of what was found."""
        hits = self.words.find(text)
        attacks = find_attacks(text)
        personal = dict(Counter(one.kind.value for one in find_personal(text)))
        banked = self._bank.find(text)
        masked = text
        for hit in reversed(hits):
            if hit.action is Action.MASK:
                masked = masked[: hit.start] + "＊" * (hit.end - hit.start) + masked[hit.end :]
        action: Outcome = "pass"
        why: Ground = ""
        because: tuple[str, ...] = ()
        strictest = max(hits, key=lambda hit: STRICTNESS[hit.action], default=None)
        if banked is not None and banked.expects is Expects.REFUSE:
            action, why, because = "refuse", "bank", (banked.category,)
        elif strictest is not None and STRICTNESS[strictest.action] >= STRICTNESS[Action.HAND_OVER]:
            action, why, because = strictest.action.value, "word", tuple(sorted({hit.category for hit in hits}))
        elif attacks and (banked is None or banked.expects is not Expects.ANSWER):
            action, why = self.settings.attacks, "attack"
            because = tuple(sorted(found.attack.value for found in attacks))
        elif strictest is not None:
            action, why, because = strictest.action.value, "word", tuple(sorted({hit.category for hit in hits}))
        return Verdict(
            action,
            why,
            because,
            masked,
            tuple((hit.start, hit.end, hit.word, hit.category, hit.action.value) for hit in hits),
            tuple((found.start, found.end, found.attack.value) for found in attacks),
            personal,
        )


@cache
def built_in_guard() -> GuardBook:
    """Version 0, compiled when first asked for."""
    return GuardBook(built_in_settings())
